import type { FloatData, Tensor } from "../../../compiler/numeric/tensor.ts";
import { allocateLike } from "./allocate.ts";
import { erfc, erf as erfOf } from "./erf.ts";

/**
 * Functions of one element. Floats are computed in f64 and rounded once to the input's class; NaN gives NaN.
 * 32-bit integers, where they are accepted, wrap.
 */
export type ArithmeticData = FloatData | Int32Array;

type FloatMap = <Data extends FloatData>(input: Tensor<Data>) => Tensor<Data>;

/** max(x, 0). */
export const relu: FloatMap = (input) => mapElements(input, (x) => Math.max(x, 0));

/** x * sigmoid(x); NaN at -infinity. */
export const silu: FloatMap = (input) => {
  const result = allocateLike(input, input.shape);
  const [source, target] = [input.data, result.data];
  // A loop of its own, as every MLP has it and a call per element costs about as much as the exponential.
  for (let index = 0; index < source.length; index++) {
    const x = source[index]!;
    target[index] = x * sigmoidOf(x);
  }
  return result;
};

/** 1 / (1 + exp(-x)). */
export const sigmoid: FloatMap = (input) => mapElements(input, sigmoidOf);

/** Hyperbolic tangent. */
export const tanh: FloatMap = (input) => mapElements(input, Math.tanh);

/** e to the x. */
export const exp: FloatMap = (input) => mapElements(input, Math.exp);

/** Natural logarithm; -infinity at 0, NaN below. */
export const log: FloatMap = (input) => mapElements(input, Math.log);

/** Square root; NaN below 0. */
export const sqrt: FloatMap = (input) => mapElements(input, Math.sqrt);

/** The error function. */
export const erf: FloatMap = (input) => mapElements(input, erfOf);

/** 1 / x; an infinity of the same sign at a zero. */
export const reciprocal: FloatMap = (input) => mapElements(input, (x) => 1 / x);

/** The largest integer not above x. */
export const floor: FloatMap = (input) => mapElements(input, Math.floor);

/** The smallest integer not below x. */
export const ceil: FloatMap = (input) => mapElements(input, Math.ceil);

/** The nearest integer, ties to even; keeps the sign of zero. */
export const round: FloatMap = (input) => mapElements(input, roundHalfToEven);

/** -x; the smallest integer is its own negative. */
export const neg = <Data extends ArithmeticData>(input: Tensor<Data>): Tensor<Data> =>
  mapElements(input, (x) => -x);

/** |x|; the smallest integer is its own absolute value. */
export const abs = <Data extends ArithmeticData>(input: Tensor<Data>): Tensor<Data> =>
  mapElements(input, Math.abs);

/** `none` is the exact function, `tanh` its approximation, as in PyTorch and ONNX. */
export interface GeluOptions {
  readonly approximation?: "none" | "tanh";
}

/**
 * Exact: x / 2 * (1 + erf(x / sqrt(2))), computed through erfc. Approximate: x / 2 * (1 + tanh(sqrt(2 / pi) *
 * (x + 0.044715 x³))). NaN at -infinity.
 */
export const gelu = <Data extends FloatData>(input: Tensor<Data>, options: GeluOptions = {}): Tensor<Data> =>
  mapElements(input, options.approximation === "tanh" ? approximateGelu : exactGelu);

/** x, or alpha * x below 0. */
export const leakyRelu = <Data extends FloatData>(
  input: Tensor<Data>,
  { alpha }: { readonly alpha: number },
): Tensor<Data> => mapElements(input, (x) => (x < 0 ? alpha * x : x));

/** A bound that is absent does not bind. */
export interface ClipOptions {
  readonly min?: number;
  readonly max?: number;
}

/** min(max(x, lower), upper): the upper bound wins where the two cross, as in ONNX. */
export function clip<Data extends ArithmeticData>(input: Tensor<Data>, options: ClipOptions): Tensor<Data> {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = options;
  return mapElements(input, (x) => Math.min(Math.max(x, min), max));
}

function mapElements<Data extends ArithmeticData>(
  input: Tensor<Data>,
  map: (x: number) => number,
): Tensor<Data> {
  const result = allocateLike(input, input.shape);
  const [source, target] = [input.data, result.data];
  // Storing rounds to f32, or wraps to 32 bits, as the data class asks.
  for (let index = 0; index < source.length; index++) target[index] = map(source[index]!);
  return result;
}

// The branch keeps the exponential from overflowing, so that the far negative tail stays accurate.
function sigmoidOf(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const power = Math.exp(x);
  return power / (1 + power);
}

const exactGelu = (x: number): number => 0.5 * x * erfc(-x * Math.SQRT1_2);

const approximateGelu = (x: number): number =>
  0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

// From here on every f64 is an integer, and adding it to a smaller magnitude rounds that to an integer.
const firstWholeMagnitude = 2 ** 52;

function roundHalfToEven(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude >= firstWholeMagnitude) return x;
  const rounded = magnitude + firstWholeMagnitude - firstWholeMagnitude;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
}
