/** Weights [columns, depth], row-major, as their type rounds them. */
export interface Weight {
  readonly columns: number;
  readonly depth: number;
  /** What all contenders multiply by; exact for every format here. */
  readonly floats: Float32Array;
  /** Undefined for weights in f32. */
  readonly codes?: Codes;
}

/** Integers, each to be multiplied by the scale of its run of consecutive weights of a row. */
export interface Codes {
  readonly bits: number;
  readonly integers: Int32Array;
  readonly run: number;
  readonly scales: Float32Array;
}

/** [columns, depth] as [depth, columns]. */
export function transposed<T extends Float32Array | Int8Array>(
  target: T,
  from: ArrayLike<number>,
  depth: number,
): T {
  const columns = from.length / depth;
  for (let row = 0; row < columns; row++)
    for (let k = 0; k < depth; k++) target[k * columns + row] = from[row * depth + k]!;
  return target;
}

/**
 * How far the first row of outputs is from what f64 gives for these weights and the inputs before they were rounded:
 * ‖found - exact‖ / ‖exact‖.
 */
export function relativeError(
  { columns, depth, floats }: Weight,
  input: Float32Array,
  output: ArrayLike<number>,
): number {
  let [squares, total] = [0, 0];
  for (let column = 0; column < columns; column++) {
    let exact = 0;
    for (let k = 0; k < depth; k++) exact += input[k]! * floats[column * depth + k]!;
    squares += (output[column]! - exact) ** 2;
    total += exact ** 2;
  }
  return Math.sqrt(squares / total);
}
