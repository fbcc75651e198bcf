import {
  defineKernel,
  isDense,
  type Kernel,
  type KernelContext,
  type RuntimeValue,
  verifiedFloats,
} from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import type { ValueId } from "../../compiler/ir/module.ts";
import type { TensorType, Type } from "../../compiler/ir/types.ts";
import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import { linearOnCodes } from "../lowp/kernels.ts";
import { quantize } from "../lowp/quantize.ts";
import { quantized } from "../lowp/types.ts";
import { isTensor } from "../nn/constraints.ts";
import { describeShape } from "../nn/describe.ts";
import { optionalFloats } from "../nn/kernels/values.ts";
import { conv2d } from "../nn/ops/convolution.ts";
import { add, mul } from "../nn/reference/binary.ts";
import { conv2d as denseConvolution } from "../nn/reference/convolution.ts";
import { linear as denseLinear } from "../nn/reference/linear.ts";
import { broadcast } from "../nn/shapes.ts";
import { activations } from "./activations.ts";
import { convolution } from "./convolution.ts";
import { inferProduct } from "./infer-linear.ts";
import { evaluateNorm, inferNorm } from "./norms.ts";
import { linear, normQuantize } from "./ops.ts";

const linearKernel = defineKernel(linear, (inputs, { activation, acc }, context, { operands }) => {
  const { input, weight, bias, multiplier, residual } = inputs;
  const fits = inferProduct({
    input: typeOfData(operands.input, input, context),
    weight: typeOfData(operands.weight, weight, context),
    bias: optionalType(operands.bias, bias, context),
  });
  if (isMismatch(fits)) return fits;
  const sums = isDense(weight)
    ? denseLinear(verifiedFloats(input), verifiedFloats(weight), optionalFloats(bias))
    : linearOnCodes({ input, weight, bias }, acc, context);
  if (isMismatch(sums)) return sums;
  const active = activation ? activations[activation].evaluate(sums) : sums;
  const multiplied = meet("js.linear", "multiplier", active, optionalFloats(multiplier));
  if (isMismatch(multiplied)) return multiplied;
  const output = meet("js.linear", "residual", multiplied, optionalFloats(residual));
  return isMismatch(output) ? output : { output };
});

/**
 * sums · operand or sums + operand, rounded. Types give both one shape but may leave extents open; one that turns out
 * to be 1 is broadcast as in nn.mul and nn.add, so that a program gives the same whether it is fused or not.
 */
function meet(
  name: string,
  slot: "multiplier" | "residual",
  sums: FloatTensor,
  operand: FloatTensor | undefined,
): FloatTensor | Mismatch {
  if (!operand) return sums;
  const [found, expected] = [operand, sums].map(({ shape }) => describeShape(shape));
  if (!broadcast(sums.shape, operand.shape))
    return mismatch("operand-shape", `${slot} of ${name} must have shape ${expected}, not ${found}`);
  return slot === "multiplier" ? mul(sums, operand) : add(sums, operand);
}

const convolutionKernel = defineKernel(convolution, (inputs, attributes, context, { operands }) => {
  const { activation, ...window } = attributes;
  const fits = conv2d.spec.infer!(
    {
      input: typeOfData(operands.input, inputs.input, context),
      weight: typeOfData(operands.weight, inputs.weight, context),
      bias: optionalType(operands.bias, inputs.bias, context),
    },
    window,
  );
  if (isMismatch(fits)) return fits;
  const [input, weight] = [verifiedFloats(inputs.input), verifiedFloats(inputs.weight)];
  const sums = denseConvolution(input, weight, optionalFloats(inputs.bias), window);
  const added = meet("js.conv2d", "residual", sums, optionalFloats(inputs.residual));
  if (isMismatch(added)) return added;
  return { output: activation ? activations[activation].evaluate(added) : added };
});

const normQuantizeKernel = defineKernel(normQuantize, (inputs, attributes, context, op) => {
  const { operands } = op;
  const fits = inferNorm(
    {
      input: typeOfData(operands.input, inputs.input, context),
      gain: optionalType(operands.gain, inputs.gain, context),
      bias: optionalType(operands.bias, inputs.bias, context),
    },
    attributes,
  );
  if (isMismatch(fits)) return fits;
  const normed = evaluateNorm(
    {
      input: verifiedFloats(inputs.input),
      gain: optionalFloats(inputs.gain),
      bias: optionalFloats(inputs.bias),
    },
    attributes,
  );
  const { element } = context.typeOf(op.results.output) as TensorType; // its constraint is verified
  if (!quantized.is(element)) return unreachable("verified to be a lowp.q");
  const output = quantize(normed, element, {});
  return isMismatch(output) ? output : { output };
});

/** The type of an operand with the extents of its data. */
function typeOfData(value: ValueId, { shape }: RuntimeValue, context: KernelContext): Type {
  const type = context.typeOf(value);
  return isTensor(type) ? { ...type, shape } : type;
}

const optionalType = (
  value: ValueId | undefined,
  data: RuntimeValue | undefined,
  context: KernelContext,
): Type | undefined =>
  value === undefined || data === undefined ? undefined : typeOfData(value, data, context);

/** Reference semantics of the dialect: the reference functions of the separate ops, one after the other. */
export const jsKernels: readonly Kernel[] = [linearKernel, convolutionKernel, normQuantizeKernel];
