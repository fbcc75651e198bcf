import {
  type CompositeValue,
  defineKernel,
  isDense,
  type Kernel,
  type KernelContext,
  type RuntimeValue,
  verifiedFloats,
} from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch, type OpOf } from "../../compiler/define/op.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import type { DialectType, TensorType, Type } from "../../compiler/ir/types.ts";
import type { FloatTensor, Tensor } from "../../compiler/numeric/tensor.ts";
import { linear as denseLinear } from "../nn/reference/linear.ts";
import { dequantize as toFloats } from "./dequantize.ts";
import { integerLinear, steppedMatrix } from "./integer-linear.ts";
import { lmulFormat } from "./lmul-format.ts";
import { lmulLinear, lmulMatrix } from "./lmul-linear.ts";
import { dequantize, get, linear, observe, param, quantize, requantize } from "./ops.ts";
import { readParam } from "./params.ts";
import { quantize as toCodes, quantizeWith as toGivenCodes } from "./quantize.ts";
import { requantize as toFewerBits } from "./requantize.ts";
import { isSparseMatrix, multiplyStored, storedRows } from "./sparse-linear.ts";
import { randomOf } from "./stochastic.ts";

const dense = (value: RuntimeValue): Tensor => (isDense(value) ? value : unreachable("verified to be dense"));
const composite = (value: RuntimeValue): CompositeValue =>
  isDense(value) ? unreachable("verified to be quantized") : value;

/** Dequantized once per value: weights are the same object in every run, and inputs may have several users. */
const dequantized = (value: RuntimeValue, context: KernelContext): FloatTensor | Mismatch =>
  context.memo(value, () => toFloats(composite(value), context.precision));

const getKernel = defineKernel(get, (_inputs, { param: path }, context) => {
  const definition = context.symbol(path);
  if (!definition || !param.is(definition))
    return mismatch("symbol-kind", `@${path.join("::@")} is no parameter`);
  const value = context.memo(definition, () => {
    const read = readParam(definition, (key) => context.resource(key));
    return isMismatch(read) ? read : toPrecision(read, context);
  });
  return isMismatch(value) ? value : { value };
});

/** Dense weights are held in the precision of the run; quantized ones as they are stored. */
function toPrecision(value: RuntimeValue, { precision }: KernelContext): RuntimeValue {
  const widen = precision === "f64" && isDense(value) && value.data instanceof Float32Array;
  return widen ? { shape: value.shape, data: Float64Array.from(value.data as Float32Array) } : value;
}

const quantizeKernel = defineKernel(quantize, ({ input, scale, zero }, { seed }, context, op) => {
  const type = (context.typeOf(op.results.output) as TensorType).element as DialectType;
  const output = scale
    ? toGivenCodes(verifiedFloats(input), type, { scale: verifiedFloats(scale), zero: zero && dense(zero) })
    : toCodes(verifiedFloats(input), type, randomOf(seed));
  return isMismatch(output) ? output : { output };
});

const dequantizeKernel = defineKernel(dequantize, ({ input }, _attributes, context) => {
  const output = dequantized(input, context);
  return isMismatch(output) ? output : { output };
});

const requantizeKernel = defineKernel(requantize, ({ input }, _attributes, context, op) => {
  const type = (context.typeOf(op.results.output) as TensorType).element as DialectType;
  const value = composite(input);
  // Once per program where the input is a weight. Values are the keys of their numbers already, so the type is here.
  const known = context.memo(type, () => new WeakMap<CompositeValue, CompositeValue>());
  const output = known.get(value) ?? toFewerBits(value, type);
  known.set(value, output);
  return { output };
});

/** What lowp.linear multiplies; the weight is of a lowp type, the input where `acc` is given. */
export interface LinearInputs {
  readonly input: RuntimeValue;
  readonly weight: RuntimeValue;
  readonly bias: RuntimeValue | undefined;
}

/**
 * input [..., K] · weightᵀ [N, K] + bias [N] of a verified lowp.linear: [..., N], rounded once in f32. The sums are
 * f64, ascending; with `acc` of exact integer sums.
 */
export function linearOnCodes(
  { input, weight, bias }: LinearInputs,
  acc: Type | undefined,
  context: KernelContext,
): FloatTensor | Mismatch {
  const packed = composite(weight);
  const added = bias && verifiedFloats(bias);
  if (acc) return linearOfIntegers({ input: composite(input), weight: packed, bias: added }, context);
  const rows = isDense(input) ? verifiedFloats(input) : dequantized(input, context);
  if (isMismatch(rows)) return rows;
  if (isSparseMatrix(packed)) {
    // Keyed by its components, as the value itself is the key of its dense numbers.
    const stored = context.memo(packed.components, () => storedRows(packed, context.precision));
    return isMismatch(stored) ? stored : multiplyStored(rows, stored, added);
  }
  const numbers = dequantized(weight, context);
  return isMismatch(numbers) ? numbers : denseLinear(rows, numbers, added);
}

const linearKernel = defineKernel(linear, (inputs, { acc, mul }, context, op) => {
  const output = mul === "lmul" ? linearByLmul(inputs, op, context) : linearOnCodes(inputs, acc, context);
  return isMismatch(output) ? output : { output };
});

/** The operands of a product of codes, the bias in floats. */
interface CodedOperands {
  readonly input: CompositeValue;
  readonly weight: CompositeValue;
  readonly bias: FloatTensor | undefined;
}

/** The steps of a weight are kept under its components, as its numbers are under the value. */
function linearOfIntegers(
  { input, weight, bias }: CodedOperands,
  context: KernelContext,
): FloatTensor | Mismatch {
  const left = context.memo(input.components, () => steppedMatrix(input));
  const right = context.memo(weight.components, () => steppedMatrix(weight));
  if (isMismatch(left)) return left;
  if (isMismatch(right)) return right;
  const shape = [...input.shape.slice(0, -1), right.rows];
  return integerLinear(left, right, { shape, bias, precision: context.precision });
}

/** The terms of a weight are kept under its components, as the steps of one of integers are. */
function linearByLmul(
  { input, weight, bias }: LinearInputs,
  { operands }: OpOf<typeof linear>,
  context: KernelContext,
): FloatTensor | Mismatch {
  const float = lmulFormat(context.typeOf(operands.input), context.typeOf(operands.weight));
  if (isMismatch(float)) return unreachable("verified to be codes of one float");
  const [codes, packed] = [composite(input), composite(weight)];
  const left = context.memo(codes.components, () => lmulMatrix(codes, float));
  const right = context.memo(packed.components, () => lmulMatrix(packed, float));
  if (isMismatch(left)) return left;
  if (isMismatch(right)) return right;
  const shape = [...codes.shape.slice(0, -1), right.rows];
  const added = bias && verifiedFloats(bias);
  return lmulLinear(left, right, float.format, { shape, bias: added, precision: context.precision });
}

/** Whoever runs the program sees the operand before the op runs; there is nothing left to do. */
const observeKernel = defineKernel(observe, () => ({}));

export const lowpKernels: readonly Kernel[] = [
  getKernel,
  quantizeKernel,
  requantizeKernel,
  dequantizeKernel,
  linearKernel,
  observeKernel,
];
