import { isDense, type RuntimeValue } from "../../../compiler/define/kernel.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { FloatTensor, Tensor } from "../../../compiler/numeric/tensor.ts";
import type { ArithmeticData } from "../reference/elementwise.ts";
import type { IndexTensor } from "../reference/gather.ts";

/** Views of a value as the data class its verified type calls for. */
export const dense = (value: RuntimeValue): Tensor =>
  isDense(value) ? value : unreachable("an nn kernel was given a composite value");

export const floats = (value: RuntimeValue): FloatTensor => {
  const tensor = dense(value);
  return isFloats(tensor) ? tensor : unreachable("expected floats");
};

/** An absent optional operand stays absent. */
export const optionalFloats = (value: RuntimeValue | undefined): FloatTensor | undefined =>
  value === undefined ? undefined : floats(value);

export const integers = (value: RuntimeValue): Tensor<Int32Array> => {
  const tensor = dense(value);
  return isIntegers(tensor) ? tensor : unreachable("expected integers of up to 32 bits");
};

export const numbers = (value: RuntimeValue): Tensor<ArithmeticData> => {
  const tensor = dense(value);
  return isFloats(tensor) || isIntegers(tensor) ? tensor : unreachable("expected floats or 32-bit integers");
};

export const indexes = (value: RuntimeValue): IndexTensor => {
  const tensor = dense(value);
  return isIntegers(tensor) || isWideIntegers(tensor) ? tensor : unreachable("expected integers");
};

export const isFloats = (tensor: Tensor): tensor is FloatTensor =>
  tensor.data instanceof Float32Array || tensor.data instanceof Float64Array;

export const isIntegers = (tensor: Tensor): tensor is Tensor<Int32Array> => tensor.data instanceof Int32Array;

export const isWideIntegers = (tensor: Tensor): tensor is Tensor<BigInt64Array> =>
  tensor.data instanceof BigInt64Array;
