import { applied, type Explanation, refused, siteOf } from "../../../compiler/define/explanation.ts";
import { isMismatch } from "../../../compiler/define/op.ts";
import { definePass } from "../../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Module, type Op, valueAt } from "../../../compiler/ir/module.ts";
import type { DialectType, TensorType } from "../../../compiler/ir/types.ts";
import { eraseDeadOps } from "../../../compiler/rewrite/dead-code.ts";
import { oneOf, optional, withDefault } from "../../../compiler/schema/schema.ts";
import { ring } from "../../lowp/types.ts";
import { type CacheTypes, cacheProblems, ringType, type TailOptions } from "../cache-types.ts";
import { plannedOrCacheType, plannedTypes } from "../planned-caches.ts";
import { sides } from "../sides.ts";
import { idleTail, located, planProblems, tailOptions } from "./cache-options.ts";
import { type Attention, attentions, cachesOf } from "./find-caches.ts";
import { rewriteReads } from "./rewrite-reads.ts";
import { type RingedAttention, ringCaches } from "./ring-caches.ts";

interface Options extends TailOptions {
  readonly keys: DialectType | "allocated" | undefined;
  readonly values: DialectType | "allocated" | undefined;
  readonly storage: "quantized" | "float";
}

/** An attention, and the types of its caches as they are given or planned. */
interface TypedAttention {
  readonly op: Attention;
  readonly types: CacheTypes;
}

/**
 * Puts the caches of causal attention into rings: entries are rounded when they leave the tail, and the query of
 * each position sees what was rounded by then. Signatures change from the attention up to the public functions.
 * With storage=float caches stay floats, and attention reads them rounded, tokens not yet seen included. `allocated`
 * gives each cache the type beside its attention, as `allocate-kv` writes it.
 */
export const quantizeKv = definePass({
  name: "quantize-kv",
  summary: "Keeps the keys and values that attention remembers in a lowp type.",
  options: {
    keys: optional(plannedOrCacheType), // of old entries, or of the whole ring; left out: they stay floats
    values: optional(plannedOrCacheType),
    ...tailOptions,
    storage: withDefault(oneOf("quantized", "float"), "quantized"),
  },
  explains: "every nn.attention",
  contract: { kind: "lossy", metric: "relative output difference" },
  run(module, options, { registry, explain }) {
    if (!options.keys && !options.values) return fail(noTypes);
    const found = attentions(module);
    if (found.length === 0)
      return fail(
        error("nothing-to-quantize", "the module has no nn.attention", {
          hint: "kv.attention keeps its caches in a lowp type already; other modules have no caches",
        }),
      );
    const unplanned = planProblems(found, options);
    if (unplanned.length > 0) return fail(...unplanned);
    const typed = found.map((op) => ({ op, types: typesOf(op, options) }));
    const unused = idleOption(typed, options);
    if (unused) return fail(unused);
    if (explain) for (const op of found) explain(explanationOf(module, op, options));
    const rewritten =
      options.storage === "float" ? roundReads(module, typed) : intoRings(module, typed, options);
    return rewritten.ok ? ok(eraseDeadOps(rewritten.value, registry)) : rewritten;
  },
});

function typesOf(op: Op, { keys, values }: Options): CacheTypes {
  const planned = plannedTypes(op);
  return {
    keys: keys === "allocated" ? planned.keys : keys,
    values: values === "allocated" ? planned.values : values,
  };
}

function explanationOf(module: Module, op: Attention, { storage }: Options): Explanation {
  const caches = storage === "float" ? undefined : cachesOf(module, op);
  const outcome = caches && isMismatch(caches) ? refused(caches.message) : applied(`storage = ${storage}`);
  return { ...siteOf(module, op), rule: "cache", outcome };
}

const noTypes = error("option-missing", "quantize-kv is given neither keys nor values", {
  hint: "give it types, such as keys=!lowp.q<ui4, block = [32, 1, 1], scale = f16, zero = ui4>",
});

function idleOption(typed: readonly TypedAttention[], options: Options): Diagnostic | undefined {
  const types = typed.flatMap(({ types: { keys, values } }) =>
    [keys, values].filter((type) => type !== undefined),
  );
  if (options.storage !== "float") return idleTail(types, options);
  const given = options.window !== undefined ? "window" : options.tail && "tail";
  if (given)
    return error("option-without-effect", `${given} has no effect: storage=float keeps no ring`, {
      hint: `leave ${given} out`,
    });
  return types.some((type) => ring.is(type))
    ? error("option-conflict", "storage=float keeps no ring, but a type is one", {
        hint: "give the type of the rounded entries alone",
      })
    : undefined;
}

function roundReads(module: Module, typed: readonly TypedAttention[]): Result<Module> {
  const problems = typed.flatMap(({ op, types }) =>
    sides
      .flatMap((side) => cacheProblems(types[side], valueAt(module, op.operands[side]).type as TensorType))
      .map((problem) => located(problem, op)),
  );
  return problems.length > 0 ? fail(...problems) : ok(rewriteReads(module, typed));
}

function intoRings(module: Module, typed: readonly TypedAttention[], options: Options): Result<Module> {
  const ringed: RingedAttention[] = [];
  const problems: Diagnostic[] = [];
  for (const { op, types: given } of typed) {
    const caches = cachesOf(module, op);
    if (isMismatch(caches)) {
      problems.push(located(caches, op));
      continue;
    }
    const types = {
      keys: given.keys && ringType(given.keys, options),
      values: given.values && ringType(given.values, options),
    };
    const laws = sides.flatMap((side) => cacheProblems(types[side], caches[side].type));
    problems.push(...laws.map((problem) => located(problem, op)));
    ringed.push({ ...caches, types });
  }
  return problems.length > 0 ? fail(...problems) : ringCaches(module, ringed);
}
