import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { blockGrid, blockRanges } from "../block-grid.ts";
import { quantize } from "../quantize.ts";
import type { GroupTerm, GroupTerms } from "./group-terms.ts";
import { errorsOf } from "./losses.ts";
import { quantizeClipped } from "./mse-clip.ts";

/** How the groups of a row are rounded before anything is known of their neighbours. */
export type GroupScales = "absmax" | "mse";

/**
 * The range max − min of each group of a weight [..., K]; with a second moment f64[K, K] its square, times the mean of
 * the diagonal over the group.
 */
export function groupRanges(
  weight: FloatTensor,
  size: number,
  secondMoment: Float64Array | undefined,
): Float64Array {
  const { lowest, highest } = blockRanges(
    weight.data,
    blockGrid(asGroups(weight, size).shape, [1, "*"]),
    false,
  );
  const ranges = highest.map((high, group) => high - lowest[group]!);
  if (!secondMoment) return ranges;
  const columns = weight.shape.at(-1)!;
  const perRow = columns / size;
  return ranges.map((range, group) => {
    const first = (group % perRow) * size;
    let power = 0;
    for (let column = first; column < first + size; column++) power += secondMoment[column * (columns + 1)]!;
    return (range * range * power) / size;
  });
}

/**
 * How much less error each group of a weight [..., K] has in the wide term than in the narrow one: Σ e², or with a
 * second moment f64[K, K] e H eᵀ over the group's part of it.
 */
export function groupGains(
  weight: FloatTensor,
  { size, terms }: GroupTerms,
  scales: GroupScales,
  secondMoment: Float64Array | undefined,
): Float64Array | Mismatch {
  const groups = asGroups(weight, size);
  const lossesIn = ({ stored }: GroupTerm): Float64Array | Mismatch => {
    const value = roundGroups(groups, stored, scales);
    if (isMismatch(value)) return value;
    const errors = errorsOf(groups, value);
    return isMismatch(errors) ? errors : groupLosses(errors, size, weight.shape.at(-1)!, secondMoment);
  };
  const [narrow, wide] = [lossesIn(terms[0]), lossesIn(terms[1])];
  if (isMismatch(narrow)) return narrow;
  return isMismatch(wide) ? wide : narrow.map((loss, group) => loss - wide[group]!);
}

/** Groups [groups, G] to nearest, each on the scale from its range or on the one of least squared error. */
export const roundGroups = (groups: FloatTensor, type: GroupTerm["stored"], scales: GroupScales) =>
  scales === "mse" ? quantizeClipped(groups, type, { solver: "mixed-groups" }) : quantize(groups, type);

function groupLosses(
  errors: Float64Array,
  size: number,
  columns: number,
  secondMoment: Float64Array | undefined,
): Float64Array {
  return Float64Array.from({ length: errors.length / size }, (_, group) => {
    const start = group * size;
    const first = start % columns;
    let total = 0;
    for (let row = 0; row < size; row++) {
      const error = errors[start + row]!;
      if (!secondMoment) {
        total += error * error;
        continue;
      }
      const line = (first + row) * columns + first;
      let sum = 0;
      for (let column = 0; column < size; column++)
        sum += secondMoment[line + column]! * errors[start + column]!;
      total += error * sum;
    }
    return total;
  });
}

const asGroups = ({ data }: FloatTensor, size: number): FloatTensor => ({
  shape: [data.length / size, size],
  data,
});
