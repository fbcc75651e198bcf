import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import type { CacheTypes } from "../cache-types.ts";
import { sides } from "../sides.ts";
import type { CachedAttention } from "./find-caches.ts";
import { rewriteCaches } from "./rewrite-caches.ts";
import { Functions, followRings } from "./ring-values.ts";

/** An attention, and the rings that its caches become. */
export interface RingedAttention extends CachedAttention {
  /** Rings that fit; undefined leaves a side dense. */
  readonly types: CacheTypes;
}

/**
 * Puts the caches of these attentions into rings, in every signature they pass through; other attentions stay as they
 * are. Codes: `kv-conflict` where a cache would have two types, `control-flow`.
 */
export function ringCaches(module: Module, attentions: readonly RingedAttention[]): Result<Module> {
  const functions = new Functions(module);
  const seeds = attentions.flatMap((each) =>
    sides.flatMap((side) => {
      const [{ past, joined }, type] = [each[side], each.types[side]];
      return type ? [[past, type] as const, [joined, type] as const] : [];
    }),
  );
  const rings = followRings(module, functions, seeds);
  if (rings.problems.length > 0) return fail(...rings.problems);
  const branching = functions.all().find((owner) => (owner.regions[0]?.length ?? 0) > 1);
  return branching
    ? fail(severalBlocks(branching.attributes.sym_name, branching.span))
    : ok(rewriteCaches(module, { attentions, types: rings.types, functions }));
}

const severalBlocks = (name: string, span: Diagnostic["span"]): Diagnostic =>
  error("control-flow", `@${name} has several blocks, and caches are followed through one`, { span });
