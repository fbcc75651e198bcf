import type { PassContext } from "../../../compiler/define/pass.ts";
import { fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { eraseDeadOps } from "../../../compiler/rewrite/dead-code.ts";
import { type RunFigureName, readFigure } from "../../lowp/allocation/run-figures.ts";
import { noCalibration } from "../../lowp/allocation/sensitivity.ts";
import { type RingedAttention, ringCaches } from "../passes/ring-caches.ts";
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
  const { calibration, registry, progress } = context;
  if (!calibration) return fail(noCalibration(`sensitivity ${sensitivity}`));
  const total = candidates.reduce((sum, { choices }) => sum + choices.length, 0);
  let done = 0;
  const measured: MeasuredCache[] = [];
  for (const candidate of candidates) {
    const { item } = candidate;
    const choices: MeasuredCache["choices"][number][] = [];
    for (const choice of candidate.choices) {
      progress(done++, total, `${item.id} (${sensitivity})`);
      const variant = ringCaches(module, inRings(item, choice));
      if (!variant.ok) return variant;
      const run = await calibration.lossOfVariant?.(module, eraseDeadOps(variant.value, registry));
      const loss = readFigure(sensitivity, run, `${item.id} in ${choice.id}`);
      if (!loss.ok) return loss;
      choices.push({ ...choice, loss: loss.value });
    }
    measured.push({ ...candidate, choices });
  }
  return ok(measured);
}

/** The attentions that read a cache, which alone is a ring. */
function inRings({ uses }: CacheItem, { ring }: CacheChoice): readonly RingedAttention[] {
  return [...new Set(uses.map(({ attention }) => attention))].map((attention) => {
    const reads = (side: string) => uses.some((use) => use.attention === attention && use.side === side);
    return {
      ...attention,
      types: { keys: reads("keys") ? ring : undefined, values: reads("values") ? ring : undefined },
    };
  });
}
