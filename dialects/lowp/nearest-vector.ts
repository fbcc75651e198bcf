import { roundHalfEven } from "../../compiler/numeric/rounding.ts";
import type { TableParameters } from "./table-type.ts";
import { encodePair } from "./tables/olive.ts";

/** From `dim` numbers at an index to a code. */
export type VectorEncoder = (numbers: Float64Array, start: number) => number;

/** The code of the row with the least squared distance, the lowest of equals. */
export function makeVectorEncoder({ dim, values }: TableParameters, table: Float64Array): VectorEncoder {
  if (values.kind === "olive")
    return (numbers, start) => encodePair(numbers[start]!, numbers[start + 1]!, roundHalfEven);
  return (numbers, start) => nearestRow(table, dim, numbers, start);
}

/** Compares with every row; sums stop once they exceed the least so far. */
export function nearestRow(table: Float64Array, dim: number, numbers: Float64Array, start: number): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let row = 0; row * dim < table.length; row++) {
    let distance = 0;
    for (let index = 0; index < dim && distance < least; index++)
      distance += (numbers[start + index]! - table[row * dim + index]!) ** 2;
    if (distance < least) [best, least] = [row, distance];
  }
  return best;
}
