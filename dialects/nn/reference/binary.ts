import type { FloatData, FloatTensor, Tensor } from "../../../compiler/numeric/tensor.ts";
import { allocateLike } from "./allocate.ts";
import { broadcastShapes, broadcastTo } from "./broadcast.ts";
import type { ArithmeticData } from "./elementwise.ts";

/**
 * Functions of two elements, with numpy broadcasting. Floats are computed in f64 and rounded once to the
 * class of `left`; 32-bit integers wrap. Floats and integers do not mix.
 */
type ArithmeticOp = <Data extends ArithmeticData>(
  left: Tensor<Data>,
  right: Tensor<ArithmeticData>,
) => Tensor<Data>;

/** left + right. */
export const add: ArithmeticOp = (left, right) => {
  const { result, leftData, rightData } = align(left, right);
  const target = result.data;
  for (let index = 0; index < target.length; index++) target[index] = leftData[index]! + rightData[index]!;
  return result;
};

/** left - right. */
export const sub: ArithmeticOp = (left, right) => combine(left, right, (x, y) => x - y);

/** left * right. */
export const mul: ArithmeticOp = (left, right) => {
  if (left.data instanceof Int32Array) return combine(left, right, Math.imul);
  const { result, leftData, rightData } = align(left, right);
  const target = result.data;
  for (let index = 0; index < target.length; index++) target[index] = leftData[index]! * rightData[index]!;
  return result;
};

/** left / right; integers truncate toward zero, and divided by 0 give 0. */
export const div: ArithmeticOp = (left, right) => combine(left, right, (x, y) => x / y);

/** The smaller; NaN if either is NaN; -0 is below 0. */
export const min: ArithmeticOp = (left, right) => combine(left, right, Math.min);

/** The larger; NaN if either is NaN; -0 is below 0. */
export const max: ArithmeticOp = (left, right) => combine(left, right, Math.max);

/** left to the power of right, as IEEE 754 and C: 1 to any power, and -1 to ±infinity, is 1. */
export const pow = <Data extends FloatData>(left: Tensor<Data>, right: FloatTensor): Tensor<Data> =>
  combine(left, right, power);

// The commonest ops, add and mul, have loops of their own: a call per element costs more than they do.
function combine<Data extends ArithmeticData>(
  left: Tensor<Data>,
  right: Tensor<ArithmeticData>,
  operation: (x: number, y: number) => number,
): Tensor<Data> {
  const { result, leftData, rightData } = align(left, right);
  const target = result.data;
  for (let index = 0; index < target.length; index++) {
    target[index] = operation(leftData[index]!, rightData[index]!);
  }
  return result;
}

/**
 * Both operands at the shape of the result, which is to be filled: storing rounds to f32; into Int32Array it
 * truncates, wraps to 32 bits, and makes infinity and NaN 0.
 */
function align<Data extends ArithmeticData>(left: Tensor<Data>, right: Tensor<ArithmeticData>) {
  if (left.data instanceof Int32Array !== right.data instanceof Int32Array) {
    throw new Error("internal error: arithmetic between an integer and a float tensor");
  }
  const shape = broadcastShapes(left.shape, right.shape);
  const leftData = broadcastTo(left, shape).data;
  const rightData = broadcastTo(right, shape).data;
  return { result: allocateLike(left, shape), leftData, rightData };
}

// JavaScript alone makes these two NaN.
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY)) return 1;
  return base ** exponent;
}
