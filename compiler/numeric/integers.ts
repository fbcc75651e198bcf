/** The smallest number that is a multiple of both; they are positive integers, and so must it be, exactly. */
export function leastCommonMultiple(left: number, right: number): number {
  let [a, b] = [left, right];
  while (b !== 0) [a, b] = [b, a % b];
  return (left / a) * right;
}
