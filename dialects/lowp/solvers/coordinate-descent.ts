import type { BlockFit } from "./block-fit.ts";
import type { CodecAt } from "./codec.ts";

/** Rows of a weight that are to be stood for under a second moment H of the inputs. */
export interface RowProblem {
  readonly rows: number;
  readonly columns: number;
  /** f64[rows, columns]: what the codes are to stand for, in natural order. */
  readonly target: Float64Array;
  /** H, damped, f64[columns, columns]. */
  readonly moment: Float64Array;
  /** Columns of a group, and groups of a row. */
  readonly group: number;
  readonly groups: number;
  /** Block of the first group of each row. */
  readonly firstBlock: Int32Array;
  /** Columns between row starts of the codes. */
  readonly codeColumns: number;
  readonly exact: CodecAt;
}

/** Codes and block numbers that stand for the rows. */
export interface Candidate {
  readonly codes: Int32Array;
  readonly fit: BlockFit;
}

export const blockOf = ({ firstBlock, group }: RowProblem, row: number, column: number): number =>
  firstBlock[row]! + Math.floor(column / group);

/** w′ of one code. */
export function valueAt(problem: RowProblem, { codes, fit }: Candidate, row: number, column: number): number {
  const block = blockOf(problem, row, column);
  const code = codes[row * problem.codeColumns + column]!;
  return problem
    .exact(row, block)
    .decode(code, fit.scale.numbers[block]!, fit.zero.numbers[block]!, fit.shift.numbers[block]!);
}

/** (w′ − w) H of one row, half the gradient of its loss, and that loss (w′ − w) H (w′ − w)ᵀ. */
export function gradientOf(
  problem: RowProblem,
  candidate: Candidate,
  row: number,
): { readonly gradient: Float64Array; readonly loss: number } {
  const { columns, target, moment } = problem;
  const gradient = new Float64Array(columns);
  const errors = Float64Array.from(
    { length: columns },
    (_, column) => valueAt(problem, candidate, row, column) - target[row * columns + column]!,
  );
  for (let column = 0; column < columns; column++)
    addMultiple(gradient, moment, column * columns, errors[column]!);
  let loss = 0;
  for (let column = 0; column < columns; column++) loss += errors[column]! * gradient[column]!;
  return { gradient, loss };
}

/** target += factor · source[at …]. */
export function addMultiple(target: Float64Array, source: Float64Array, at: number, factor: number): void {
  if (factor === 0) return;
  for (let index = 0; index < target.length; index++)
    target[index] = target[index]! + factor * source[at + index]!;
}

/**
 * Goes over the codes of a row in order, each time to the code nearest to where the loss of the row is least in that
 * weight alone, until a whole sweep changes nothing or `sweeps` are done. The loss never grows. Changes the codes;
 * gives the loss reached.
 */
export function descendRow(problem: RowProblem, candidate: Candidate, row: number, sweeps: number): number {
  const { columns, codeColumns, moment } = problem;
  const { codes, fit } = candidate;
  const { gradient } = gradientOf(problem, candidate, row);
  for (let sweep = 0, changed = true; sweep < sweeps && changed; sweep++) {
    changed = false;
    for (let column = 0; column < columns; column++) {
      const curvature = moment[column * (columns + 1)]!;
      const block = blockOf(problem, row, column);
      const [scale, zero, shift] = [
        fit.scale.numbers[block]!,
        fit.zero.numbers[block]!,
        fit.shift.numbers[block]!,
      ];
      const exact = problem.exact(row, block);
      const code = codes[row * codeColumns + column]!;
      const value = exact.decode(code, scale, zero, shift);
      const next = exact.encode(value - gradient[column]! / curvature, scale, zero, shift);
      if (next === code) continue;
      const change = exact.decode(next, scale, zero, shift) - value;
      // The nearest code is no worse but for ties and rounding errors, which must not go round in circles.
      if (!(change * (2 * gradient[column]! + change * curvature) < 0)) continue;
      codes[row * codeColumns + column] = next;
      addMultiple(gradient, moment, column * columns, change);
      changed = true;
    }
  }
  return gradientOf(problem, candidate, row).loss;
}
