import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";

/** `kept` of every `of` neighbours along a row stay. */
export interface KeptPattern {
  readonly kept: number;
  readonly of: number;
}

/**
 * What each column of a saliency matrix leaves behind in its stripe of `of` columns, by row: `base` the sum of the
 * largest kept − 1 of the others, `next` the largest after them. With x in the column's place the row keeps
 * base + max(next, x) of the stripe.
 */
export interface StripeRest {
  /** f64[K, R], a column of the matrix after another. */
  readonly base: Float64Array;
  readonly next: Float64Array;
}

/** A matrix [R, K] as f64[K, R], so that a column is contiguous. */
export function columnsOf({ shape: [rows = 0, columns = 0], data }: FloatTensor): Float64Array {
  const turned = new Float64Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = data[row * columns + column]!;
  return turned;
}

/** Fills in what stands beside each member of a stripe; `members` are the columns at its places. */
export function fillRest(
  rest: StripeRest,
  { columns, rows }: { readonly columns: Float64Array; readonly rows: number },
  members: Int32Array,
  { kept }: KeptPattern,
): void {
  const others = new Float64Array(members.length - 1);
  for (const member of members)
    for (let row = 0; row < rows; row++) {
      let filled = 0;
      for (const other of members) if (other !== member) others[filled++] = columns[other * rows + row]!;
      others.sort();
      let base = 0;
      for (let rank = 1; rank < kept; rank++) base += others[others.length - rank]!;
      rest.base[member * rows + row] = base;
      rest.next[member * rows + row] = others[others.length - kept]!;
    }
}

/** Σ over all rows of the largest `kept` of every `of` neighbours, with the columns in the order given. */
export function retainedSum(
  { shape: [rows = 0, width = 0], data }: FloatTensor,
  order: ArrayLike<number>,
  { kept, of }: KeptPattern,
): number {
  const stripe = new Float64Array(of);
  let sum = 0;
  for (let row = 0; row < rows; row++)
    for (let start = 0; start < width; start += of) {
      for (let place = 0; place < of; place++) stripe[place] = data[row * width + order[start + place]!]!;
      stripe.sort();
      for (let rank = 1; rank <= kept; rank++) sum += stripe[of - rank]!;
    }
  return sum;
}
