import type { Module } from "../ir/module.ts";
import { walk } from "../ir/module.ts";
import { verify } from "../verify/verify.ts";
import { dropArguments } from "./drop-arguments.ts";
import { dropOperands } from "./drop-operands.ts";
import { dropOps } from "./drop-ops.ts";
import { dropResults } from "./drop-results.ts";
import { dropSymbols } from "./drop-symbols.ts";
import type { Reduction, Tools } from "./reduction.ts";
import { resetAttributes } from "./reset-attributes.ts";
import { shrinkExtents } from "./shrink-extents.ts";
import { splatWeights } from "./splat-weights.ts";

/** From what takes most away to what takes least. */
const reductions: readonly Reduction[] = [
  dropSymbols,
  dropOps,
  dropResults,
  dropArguments,
  dropOperands,
  resetAttributes,
  shrinkExtents,
  splatWeights,
];

/** What a reduction is told and tells. */
export interface Reducing extends Tools {
  /** Whether a legal module still shows what is looked for. */
  keeps(module: Module): Promise<boolean>;
  /** Told after each module that was tried. */
  progress?(tried: number, ops: number, what: string): void;
  /** Modules may hold ops nobody registered. */
  readonly allowUnregistered?: boolean;
}

export interface Reduced {
  readonly module: Module;
  /** How many legal modules were tried. */
  readonly tried: number;
}

/** Ops of a module, the module itself aside. */
export const opCount = (module: Module): number => walk(module).length - 1;

/**
 * The smallest module that still `keeps` what the given one shows, as far as dropping things one after another
 * finds it: by delta debugging, in halves, quarters and so on down to single things, over and over until nothing
 * can go any more. Each module tried is legal. The same input gives the same module.
 */
export async function reduceModule(module: Module, reducing: Reducing): Promise<Reduced> {
  let tried = 0;
  const accepts = async (candidate: Module, what: string): Promise<boolean> => {
    const problems = verify(candidate, reducing.registry, {
      allowUnregistered: reducing.allowUnregistered ?? false,
    });
    if (problems.length > 0) return false;
    tried++;
    reducing.progress?.(tried, opCount(candidate), what);
    return await reducing.keeps(candidate);
  };
  let current = module;
  for (;;) {
    const before = current;
    for (const reduction of reductions) current = await minimize(current, reduction, reducing, accepts);
    if (current === before) return { module: withoutIdleResources(current), tried };
  }
}

/** Drops as much as one reduction can, in ever smaller pieces. (Zeller and Hildebrandt, ddmin, complements only.) */
async function minimize(
  module: Module,
  reduction: Reduction,
  tools: Tools,
  accepts: (candidate: Module, what: string) => Promise<boolean>,
): Promise<Module> {
  let current = module;
  for (let size = reduction.count(current, tools); size >= 1; size = Math.floor(size / 2))
    for (let start = 0; start < reduction.count(current, tools); ) {
      const end = Math.min(start + size, reduction.count(current, tools));
      const smaller = await firstOf(reduction.without(current, { start, end }, tools), (candidate) =>
        accepts(candidate, reduction.name),
      );
      if (smaller) current = smaller;
      // What follows has moved up to where the dropped ones were.
      else start = end;
    }
  return current;
}

async function firstOf<T>(
  items: readonly T[],
  accepts: (item: T) => Promise<boolean>,
): Promise<T | undefined> {
  for (const item of items) if (await accepts(item)) return item;
  return undefined;
}

/** Says no longer where the bytes of keys are that no attribute names. */
function withoutIdleResources(module: Module): Module {
  const named = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const { kind, key } = value as { readonly kind?: unknown; readonly key?: unknown };
    if (kind === "resource" && typeof key === "string") named.add(key);
    Object.values(value).forEach(visit);
  };
  for (const op of walk(module)) visit([op.attributes, op.extra]);
  const resources = Object.entries(module.resources).filter(([key]) => named.has(key));
  return { ...module, resources: Object.fromEntries(resources) };
}
