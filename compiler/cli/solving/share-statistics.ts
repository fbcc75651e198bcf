import type { InputStatistics } from "../../define/solver.ts";

const shared = new WeakMap<Float64Array, Float64Array<SharedArrayBuffer>>();

/**
 * Statistics whose numbers all threads see in one place: weights that share an input share K² numbers,
 * which would otherwise be copied for each. Equal arrays stay equal objects.
 */
export const shareStatistics = (statistics: InputStatistics): InputStatistics =>
  Object.fromEntries(
    Object.entries(statistics).map(([name, value]: [string, unknown]) => [
      name,
      value instanceof Float64Array ? sharedCopy(value) : value,
    ]),
  ) as unknown as InputStatistics;

function sharedCopy(numbers: Float64Array): Float64Array {
  const known = shared.get(numbers);
  if (known) return known;
  const copy = new Float64Array(new SharedArrayBuffer(numbers.byteLength));
  copy.set(numbers);
  shared.set(numbers, copy);
  return copy;
}
