import { type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { upperFactorOfInverse } from "../../../compiler/numeric/cholesky.ts";

/** In which order a sweep rounds the columns: as they are, or by falling second moment (`activation`). */
export type ColumnOrder = "natural" | "activation";

/** What a sweep over the columns of a weight needs of the inputs. */
export interface PreparedMoment {
  /** Column at each position of the sweep. */
  readonly order: Int32Array;
  /** U with (damped H)⁻¹ = Uᵀ U, upper triangular, f64[K, K], in the order of the sweep. */
  readonly factor: Float64Array;
  /** The damped second moment f64[K, K] itself, in natural order. */
  readonly moment: Float64Array;
}

/** Columns whose input was always zero; their weights do not matter. */
export const deadColumns = (secondMoment: Float64Array, columns: number): readonly number[] =>
  Array.from({ length: columns }, (_, column) => column).filter(
    (column) => secondMoment[column * (columns + 1)] === 0,
  );

const attempts = 4;

/** On the diagonal of dead columns: 1 in GPTQ's H, which is twice the second moment. It counts in the mean. */
const DEAD = 0.5;

/**
 * Orders and factors a second moment f64[K, K], with ½ on the diagonal of dead columns and `damping` times the mean
 * of the diagonal added to it. Where the result is not positive definite, damping grows tenfold, three times at most.
 */
export function prepareMoment(
  secondMoment: Float64Array,
  columns: number,
  { damping, order: kind }: { readonly damping: number; readonly order: ColumnOrder },
): PreparedMoment | Mismatch {
  const moment = secondMoment.slice();
  for (const column of deadColumns(secondMoment, columns)) moment[column * (columns + 1)] = DEAD;
  const diagonal = Float64Array.from({ length: columns }, (_, column) => moment[column * (columns + 1)]!);
  const mean = diagonal.reduce((sum, x) => sum + x, 0) / columns;

  const order = columnOrder(diagonal, kind);
  const ordered = new Float64Array(columns * columns);
  for (const [row, from] of order.entries())
    for (const [column, of] of order.entries())
      ordered[row * columns + column] = moment[from * columns + of]!;

  for (let attempt = 0; attempt < attempts; attempt++) {
    const added = damping * 10 ** attempt * mean;
    const factor = upperFactorOfInverse(withDiagonal(ordered, columns, added), columns);
    if (factor) return { order, factor, moment: withDiagonal(moment, columns, added) };
  }
  return mismatch(
    "not-positive-definite",
    `the second moment is not positive definite with a damping of ${damping * 10 ** (attempts - 1)}`,
    { hint: "calibrate on more inputs, or give a larger damping" },
  );
}

function withDiagonal(matrix: Float64Array, n: number, added: number): Float64Array {
  const damped = matrix.slice();
  for (let index = 0; index < damped.length; index += n + 1) damped[index] = damped[index]! + added;
  return damped;
}

/** Ties keep the natural order. */
function columnOrder(diagonal: Float64Array, kind: ColumnOrder): Int32Array {
  const natural = Int32Array.from(diagonal, (_, column) => column);
  return kind === "natural"
    ? natural
    : natural.sort((one, other) => diagonal[other]! - diagonal[one]! || one - other);
}
