import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import { type BlockGrid, type BlockRanges, blockAt } from "./block-grid.ts";
import { makeStepEncoder, storeFloatScales, wantedScales } from "./block-rule.ts";
import { tableOf } from "./elements.ts";
import type { QuantizedParameters } from "./quantized-laws.ts";
import { wantedScale } from "./scales.ts";
import { bitmodShares } from "./tables/bitmod.ts";
import { generatedTables } from "./tables/generate.ts";

/**
 * The ranges of blocks in the unit of gridBounds, which is common to all variants of bitmod; `variantAt` gives the
 * variant of the block at an index. The ranges of any other element stay as they are.
 */
export function toCommonEnds(
  ranges: BlockRanges,
  { element }: QuantizedParameters,
  variantAt: (index: number) => number,
): BlockRanges {
  const table = tableOf(element);
  if (table?.values.kind !== "bitmod") return ranges;
  const shares = bitmodShares(table.bits);
  const scaled = (end: number, index: number): number => end * shares[variantAt(index)]!;
  return { lowest: ranges.lowest.map(scaled), highest: ranges.highest.map(scaled) };
}

/**
 * i32[blocks], for each block the variant of bitmod with the least Σ (w′ − w)², of equals the first. Errors are those
 * of the stored scale, or of the wanted one where scales are themselves quantized. Undefined for other elements. (F9)
 */
export function chooseVariants(
  { data }: FloatTensor,
  grid: BlockGrid,
  ranges: BlockRanges,
  parameters: QuantizedParameters,
  single: boolean,
): Int32Array | undefined {
  const table = tableOf(parameters.element);
  if (table?.values.kind !== "bitmod") return undefined;
  const chosen = new Int32Array(grid.blocks);
  const least = new Float64Array(grid.blocks).fill(Number.POSITIVE_INFINITY);
  for (const [variant, values] of generatedTables(table)!.entries()) {
    const common = toCommonEnds(ranges, parameters, () => variant);
    const wanted = wantedScales(common, parameters, grid.scaleShape, single);
    const steps =
      parameters.scale.kind === "float"
        ? storeFloatScales(wanted, parameters.scale, parameters).data
        : wanted.spans.map((_, block) => wantedScale(wanted, block));
    const encode = makeStepEncoder({ ...parameters, rounding: "half_even" }, { single, table: values });
    const errors = new Float64Array(grid.blocks);
    for (let index = 0; index < data.length; index++) {
      const block = blockAt(grid, index);
      const step = steps[block] === 0 ? Number.POSITIVE_INFINITY : steps[block]!;
      const count = data[index]! / step;
      const error = values[encode(single ? Math.fround(count) : count, 0)]! * steps[block]! - data[index]!;
      errors[block] = errors[block]! + error * error;
    }
    for (let block = 0; block < chosen.length; block++) {
      if (!(errors[block]! < least[block]!)) continue;
      least[block] = errors[block]!;
      chosen[block] = variant;
    }
  }
  return chosen;
}
