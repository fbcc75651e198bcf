import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { blockGrid, blockRanges } from "../block-grid.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";
import { copyFit } from "./block-fit.ts";
import { searchClipping } from "./clip-search.ts";
import type { FitRanges } from "./fit-ranges.ts";
import type { Sweep } from "./gptq-sweep.ts";

/** Scales from the range of a group, or the clipping of that range with the least squared error: of the weights, or by diag H. */
export type ScaleRule = "absmax" | "mse" | "hessian";

/** How groups are fitted. */
export interface GroupRule {
  readonly parameters: QuantizedParameters;
  readonly fitRanges: FitRanges;
  readonly scales: ScaleRule;
  /** Diagonal of H, by column. */
  readonly importance: Float64Array;
}

/**
 * Fits the group that starts at a column, in every row, to the weights as errors have left them, and puts it into the
 * sweep's fit. Fits f32 weights rounded to f32. (quant_ref.py, gptq)
 */
export function fitGroup(sweep: Sweep, start: number, rule: GroupRule): void {
  const { parameters, fitRanges, scales } = rule;
  const { rows, columns, codeColumns, group, groups, fit, nearest, exact } = sweep;
  const weight = sliceColumns(sweep, start, Math.min(start + group, columns));
  // With tail = pad the zeros count in the range; a range of ends that need not hold zero would miss them.
  const padded = sliceColumns(sweep, start, Math.min(start + group, codeColumns));
  const block = [1, "*"] as const;
  const ranges = blockRanges(padded.data, blockGrid(padded.shape, block), parameters.shift === undefined);
  const blocks = Int32Array.from({ length: rows }, (_, row) => row * groups + start / group);
  const fitted =
    scales === "absmax"
      ? fitRanges(ranges, blocks)
      : searchClipping(
          {
            weight,
            grid: blockGrid(weight.shape, block),
            ranges,
            blocks,
            fitRanges,
            nearest,
            exact,
            importance: scales === "hessian" ? rule.importance.subarray(start) : undefined,
          },
          parameters,
        );
  for (const [row, at] of blocks.entries()) copyFit(fitted, row, fit, at);
}

/**
 * Columns [start, end) of the working weight, in the precision of the given one; zeros past its last column, and
 * where weights must stay zero.
 */
function sliceColumns(
  { rows, columns, work, pruned, single }: Sweep,
  start: number,
  end: number,
): FloatTensor {
  const width = end - start;
  const data = single ? new Float32Array(rows * width) : new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const first = row * columns + start;
    data.set(work.subarray(first, row * columns + Math.min(end, columns)), row * width);
    if (pruned) for (let at = 0; at < width; at++) if (pruned[first + at] === 1) data[row * width + at] = 0;
  }
  return { shape: [rows, width], data };
}
