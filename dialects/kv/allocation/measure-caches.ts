import type { PassContext } from "../../../compiler/define/pass.ts";
import { fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { eraseDeadOps } from "../../../compiler/rewrite/dead-code.ts";
import { type RunFigureName, readFigure } from "../../lowp/allocation/run-figures.ts";
import { noCalibration } from "../../lowp/allocation/sensitivity.ts";
import type { CacheTypes } from "../cache-types.ts";
import type { CachedAttention } from "../passes/find-caches.ts";
import { ringCaches } from "../passes/ring-caches.ts";
import type { CacheCandidate, CacheChoice } from "./cache-choices.ts";
import type { CacheItem } from "./cache-items.ts";

/** A cache with what each type does to the program while all other caches are as they were. */
export interface MeasuredCache extends CacheCandidate {
  readonly choices: readonly (CacheCandidate["choices"][number] & { readonly loss: number })[];
}

/**
 * Measures every cache in every type that fits it, in their order. Costs a run of a program on the calibration data
 * for each, and one of the module. Codes: `calibration-missing`, those of `readFigure` and `ringCaches`.
 */
export async function measureCaches(
  module: Module,
  candidates: readonly CacheCandidate[],
  sensitivity: RunFigureName,
  context: PassContext,
): Promise<Result<readonly MeasuredCache[]>> {
  const { calibration, progress } = context;
  if (!calibration) return fail(noCalibration(`sensitivity ${sensitivity}`));
  const total = candidates.reduce((sum, { choices }) => sum + choices.length, 0);
  let done = 0;
  const measured: MeasuredCache[] = [];
  for (const candidate of candidates) {
    const { item } = candidate;
    const choices: MeasuredCache["choices"][number][] = [];
    for (const choice of candidate.choices) {
      progress(done++, total, `${item.id} (${sensitivity})`);
      const subject = `${item.id} in ${choice.id}`;
      const rings = [{ item, ring: choice.ring }];
      const loss = await lossWith(module, rings, { sensitivity, subject }, context);
      if (!loss.ok) return loss;
      choices.push({ ...choice, loss: loss.value });
    }
    measured.push({ ...candidate, choices });
  }
  return ok(measured);
}

/**
 * What the program loses with these caches in rings and all others as they are; `subject` is for messages. Costs a run
 * of it.
 */
export async function lossWith(
  module: Module,
  rings: readonly { readonly item: CacheItem; readonly ring: CacheChoice["ring"] }[],
  { sensitivity, subject }: { readonly sensitivity: RunFigureName; readonly subject: string },
  { calibration, registry }: PassContext,
): Promise<Result<number>> {
  const types = new Map<CachedAttention, CacheTypes>();
  for (const { item, ring } of rings)
    for (const { attention, side } of item.uses)
      types.set(attention, { ...(types.get(attention) ?? FLOATS), [side]: ring });
  const variant = ringCaches(
    module,
    [...types].map(([attention, each]) => ({ ...attention, types: each })),
  );
  if (!variant.ok) return variant;
  const run = await calibration?.lossOfVariant?.(module, eraseDeadOps(variant.value, registry));
  return readFigure(sensitivity, run, subject);
}

const FLOATS: CacheTypes = { keys: undefined, values: undefined };
