import { gridBounds, storageRange } from "../elements.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";
import { addMultiple, blockOf, type Candidate, gradientOf, type RowProblem } from "./coordinate-descent.ts";
import type { BlockStores } from "./fit-ranges.ts";

/** Zero points tried on either side of the one there is. */
const ZERO_REACH = 2;

/** What the loss of a row says about one of its groups: sums over the group, H being its own part of the moment. */
interface GroupSums {
  /** u H uᵀ, u H 1ᵀ and 1 H 1ᵀ for the values u of the codes at a scale of 1. */
  readonly uu: number;
  readonly u1: number;
  readonly ones: number;
  /** u rᵀ and 1 rᵀ for the gradient r. */
  readonly ur: number;
  readonly r1: number;
}

/**
 * Goes over the groups of a row in order, each time to the scale and zero (or shift) that the row's loss is least with,
 * the codes being what they are: with w′ = s u + b a quadratic in s and b, solved in the reals and then stored, scales
 * once more for the zero as it is stored. Integer zeros are tried around the old one. What does not lower the loss is
 * not taken. Changes the fit. (Guo et al., decoupleQ, arXiv 2404.12759, step 2, one group at a time)
 */
export function refitRow(
  problem: RowProblem,
  parameters: QuantizedParameters,
  stores: BlockStores,
  candidate: Candidate,
  row: number,
): void {
  const { columns, group, groups, moment } = problem;
  const { fit } = candidate;
  const { gradient } = gradientOf(problem, candidate, row);
  const values = new Float64Array(columns);
  for (let column = 0; column < columns; column++)
    values[column] = problem
      .exact(row, blockOf(problem, row, column))
      .decode(candidate.codes[row * problem.codeColumns + column]!, 1, 0, 0);
  for (let index = 0; index < groups; index++) {
    const [start, end] = [index * group, Math.min(columns, (index + 1) * group)];
    const block = blockOf(problem, row, start);
    const old = {
      scale: fit.scale.numbers[block]!,
      zero: fit.zero.numbers[block]!,
      shift: fit.shift.numbers[block]!,
    };
    const sums = groupSums(problem, values, gradient, start, end);
    const best = bestNumbers(sums, old, parameters, stores, block);
    if (!best) continue;
    for (const name of ["scale", "zero", "shift"] as const) {
      fit[name].numbers[block] = best[name].number;
      fit[name].stored[block] = best[name].stored;
    }
    const [scale, zero, shift] = [best.scale.number, best.zero.number, best.shift.number];
    for (let column = start; column < end; column++) {
      const before = old.scale * (values[column]! - old.zero) + old.shift;
      const after = scale * (values[column]! - zero) + shift;
      addMultiple(gradient, moment, column * columns, after - before);
    }
  }
}

function groupSums(
  { columns, moment }: RowProblem,
  values: Float64Array,
  gradient: Float64Array,
  start: number,
  end: number,
): GroupSums {
  let [uu, u1, ones, ur, r1] = [0, 0, 0, 0, 0];
  for (let left = start; left < end; left++) {
    let [times, sum] = [0, 0];
    for (let right = start; right < end; right++) {
      const entry = moment[left * columns + right]!;
      times += entry * values[right]!;
      sum += entry;
    }
    uu += values[left]! * times;
    u1 += times;
    ones += sum;
    ur += values[left]! * gradient[left]!;
    r1 += gradient[left]!;
  }
  return { uu, u1, ones, ur, r1 };
}

/** One number of a block: what is stored, and what that stands for. */
export interface StoredNumber {
  readonly number: number;
  readonly stored: number;
}
interface BlockNumbers {
  readonly scale: StoredNumber;
  readonly zero: StoredNumber;
  readonly shift: StoredNumber;
}
interface OldNumbers {
  readonly scale: number;
  readonly zero: number;
  readonly shift: number;
}
const nothing: StoredNumber = { number: 0, stored: 0 };

/** The numbers that lower the loss most; undefined where none does. */
function bestNumbers(
  sums: GroupSums,
  old: OldNumbers,
  parameters: QuantizedParameters,
  stores: BlockStores,
  block: number,
): BlockNumbers | undefined {
  const { uu, u1, ones, ur, r1 } = sums;
  const offset = old.shift - old.scale * old.zero;
  const changeTo = (scale: number, nextOffset: number): number => {
    const [ds, db] = [scale - old.scale, nextOffset - offset];
    return ds * ds * uu + 2 * ds * db * u1 + db * db * ones + 2 * (ds * ur + db * r1);
  };
  let best: BlockNumbers | undefined;
  // Rounding errors of the sums must not pass for a gain.
  let least = -1e-12 * old.scale * old.scale * uu;
  for (const { zero, shift } of origins(sums, old, offset, parameters, stores, block)) {
    // s (u − z) + t with z and t given is a quadratic in s alone.
    const [z, t] = [zero.number, shift.number];
    const curvature = uu - 2 * z * u1 + z * z * ones;
    const slope = ur - z * r1 - old.scale * (uu - z * u1) + (t - offset) * (u1 - z * ones);
    const wanted = -slope / curvature;
    const scale = wanted > 0 && Number.isFinite(wanted) ? stores.scale(wanted, block) : undefined;
    if (!scale) continue;
    const change = changeTo(scale.number, t - scale.number * z);
    if (!(change < least)) continue;
    least = change;
    best = { scale, zero, shift };
  }
  return best;
}

/** Zeros and shifts worth trying. */
function origins(
  { uu, u1, ones, ur, r1 }: GroupSums,
  old: OldNumbers,
  offset: number,
  { element, zero, shift }: QuantizedParameters,
  stores: BlockStores,
  block: number,
): readonly { readonly zero: StoredNumber; readonly shift: StoredNumber }[] {
  if (!zero && !shift) return [{ zero: nothing, shift: nothing }];
  const determinant = uu * ones - u1 * u1;
  const scale = old.scale + (u1 * r1 - ones * ur) / determinant;
  const wanted = offset + (u1 * ur - uu * r1) / determinant;
  if (zero?.kind === "integer") {
    const [bounds, range] = [gridBounds(element), storageRange(zero)];
    const [low, high] = [Math.max(bounds[0], range[0]), Math.min(bounds[1], range[1])];
    const tried = new Set<number>();
    for (let step = -ZERO_REACH; step <= ZERO_REACH; step++)
      tried.add(Math.min(Math.max(old.zero + step, low), high));
    return [...tried].map((number) => ({ zero: { number, stored: number }, shift: nothing }));
  }
  if (!(Number.isFinite(scale) && Number.isFinite(wanted) && scale > 0)) return [];
  return shift
    ? [{ zero: nothing, shift: stores.shift!(wanted, block) }]
    : [{ zero: stores.zero!(-wanted / scale, block), shift: nothing }];
}
