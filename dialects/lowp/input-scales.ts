import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import type { InputStatistics } from "../../compiler/define/solver.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { DYNAMIC, type TensorType } from "../../compiler/ir/types.ts";
import { absolutePercentile } from "../../compiler/numeric/magnitude-histogram.ts";
import { elementCount, type FloatTensor, type Tensor } from "../../compiler/numeric/tensor.ts";
import type { BlockRanges } from "./block-grid.ts";
import { integerZeros, storeFloatScales, wantedScales, wantedZeros } from "./block-rule.ts";
import { scaleShape } from "./blocks.ts";
import { gridBounds, hasFixedValues, tableOf } from "./elements.ts";
import { leastErrorBound } from "./least-error-bound.ts";
import type { QuantizedParameters } from "./quantized-laws.ts";
import type { ScaleRule } from "./scale-rule.ts";
import { quantized } from "./types.ts";

/** Scales, and zeros where the type has them, one per block. */
export interface InputScales {
  readonly scale: FloatTensor;
  readonly zero?: Tensor<Int32Array>;
}

/**
 * The scales of inputs of this type and shape, from what calibration saw of each channel. Blocks must hold all
 * tokens; scales are rounded to their type, zeros to their grid. Codes: `static-type`, `static-block`, `static-rule`.
 */
export function inputScales(
  { element: type, shape }: TensorType,
  rule: ScaleRule,
  statistics: InputStatistics,
): InputScales | Mismatch {
  if (!quantized.is(type)) return mismatch("static-type", "static scales need a !lowp.q type");
  const { parameters } = type;
  const { block, scale, zero, shift } = parameters;
  const blocks = scaleShape(shape, block);
  if (blocks.includes(DYNAMIC) || elementCount(blocks.slice(0, -1)) !== 1)
    return mismatch("static-block", "the scale of a block of some of the tokens cannot be known beforehand", {
      hint: "give tokens the block *, as in block = [*, *], or use mode = dynamic",
    });
  if (scale.kind !== "float" || shift || (zero && zero.kind !== "integer"))
    return mismatch("static-type", "static scales must be plain floats, and zeros integers, without a shift");
  if (!hasFixedValues(parameters.element))
    return mismatch("static-type", "tables that go with the data cannot have a scale known beforehand", {
      hint: "use an element whose values the type fixes, such as !lowp.table<4, 1, nf>",
    });
  const bounds = gridBounds(parameters.element);
  const ranges = rangesOf(parameters, blocks, rule, statistics);
  if (isMismatch(ranges)) return ranges;
  const stored = storeFloatScales(wantedScales(ranges, parameters, blocks, true), scale, parameters);
  if (!zero) return { scale: stored };
  const wanted = wantedZeros({ ranges, steps: stored.data, bounds, single: true });
  return {
    scale: stored,
    zero: { shape: blocks, data: Int32Array.from(integerZeros(wanted, zero, bounds)) },
  };
}

/** The range each block of channels is to hold, zero included. */
function rangesOf(
  parameters: QuantizedParameters,
  blocks: readonly number[],
  rule: ScaleRule,
  { minimum, maximum, histogram }: InputStatistics,
): BlockRanges | Mismatch {
  if (!minimum || !maximum) return unreachable("ranges were asked for");
  const count = blocks.at(-1) ?? 1;
  const entry = parameters.block.at(-1) ?? "*";
  const run = entry === "*" ? minimum.length : entry;
  const ends = (values: Float64Array, pick: (left: number, right: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, i) =>
      values.subarray(i * run, (i + 1) * run).reduce((end, value) => pick(end, value), 0),
    );
  const seen = { lowest: ends(minimum, Math.min), highest: ends(maximum, Math.max) };
  if (rule.kind === "absmax") return seen;
  if (count !== 1)
    return mismatch("static-rule", `scales = ${rule.kind} knows the values of all channels together only`, {
      hint: "use block = [*, *], or scales = absmax",
    });
  if (!histogram) return unreachable("a histogram was asked for");
  const table = tableOf(parameters.element)?.values.kind;
  if (rule.kind === "mse" && (table === "nf" || table === "olive"))
    return mismatch(
      "static-rule",
      `scales = mse knows single magnitudes only, not the signs and pairs of ${table}`,
      {
        hint: "use scales = percentile<…>, or another element",
      },
    );
  const bound =
    rule.kind === "percentile"
      ? absolutePercentile(histogram, rule.fraction)
      : leastErrorBound(parameters, Math.max(-seen.lowest[0]!, seen.highest[0]!), histogram);
  if (isMismatch(bound)) return bound;
  return {
    lowest: seen.lowest.map((low) => Math.max(low, -bound)),
    highest: seen.highest.map((high) => Math.min(high, bound)),
  };
}
