import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";

/** `kept` of every `of` neighbours along a row stay. */
export interface KeptPattern {
  readonly kept: number;
  readonly of: number;
}

/**
 * What each column of a saliency matrix leaves behind in its stripe of `of` columns, by row: the sum of the largest
 * kept − 1 of the others, and the largest after them. With x in the column's place the row keeps
 * sum + max(next, x) of the stripe.
 */
export interface StripeRest {
  /** The sums, added over all rows: f64[K]. */
  readonly sums: Float64Array;
  /** `next` added over all rows: f64[K]. */
  readonly totals: Float64Array;
  /** f64[K, R], a column of the matrix after another. */
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
  const falling = new Int32Array(members.length);
  for (const member of members) rest.sums[member] = rest.totals[member] = 0;
  for (let row = 0; row < rows; row++) {
    sortFalling(falling, members, (member) => columns[member * rows + row]!);
    for (const [rank, member] of falling.entries()) {
      let sum = 0;
      for (let other = 0, left = kept - 1; left > 0; other++)
        if (other !== rank) {
          sum += columns[falling[other]! * rows + row]!;
          left--;
        }
      rest.sums[member] = rest.sums[member]! + sum;
      const next = columns[falling[rank < kept ? kept : kept - 1]! * rows + row]!;
      rest.next[member * rows + row] = next;
      rest.totals[member] = rest.totals[member]! + next;
    }
  }
}

/** A few members by falling value, by insertion: a call of sort for each of so many rows takes longer. */
function sortFalling(sorted: Int32Array, members: Int32Array, worth: (member: number) => number): void {
  for (let filled = 0; filled < members.length; filled++) {
    const member = members[filled]!;
    const value = worth(member);
    let place = filled;
    for (; place > 0 && worth(sorted[place - 1]!) < value; place--) sorted[place] = sorted[place - 1]!;
    sorted[place] = member;
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
