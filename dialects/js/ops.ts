import { joinFlows } from "../../compiler/define/axis-flow.ts";
import {
  defineOp,
  isMismatch,
  type Mismatch,
  mismatch,
  one,
  optionally,
  type TypeConstraint,
} from "../../compiler/define/op.ts";
import { describeType } from "../../compiler/ir/describe.ts";
import type { Type } from "../../compiler/ir/types.ts";
import { oneOf, optional, withDefault } from "../../compiler/schema/schema.ts";
import { accumulatorProblems, accumulatorSchema } from "../lowp/accumulator.ts";
import { denseFloat, floatOrComposite, isComposite, sameShape } from "../lowp/ops.ts";
import { isStochastic } from "../lowp/stochastic.ts";
import { quantized } from "../lowp/types.ts";
import { aligned, mapped, shaped } from "../nn/axis-rules.ts";
import { activationTensor, isTensor } from "../nn/constraints.ts";
import { linearFlow } from "../nn/ops/linear.ts";
import { epsilon, layerNorm, rmsNorm } from "../nn/ops/norm.ts";
import { activationNames } from "./activations.ts";
import { inferLinear } from "./infer-linear.ts";
import { inferNorm, type NormOperands } from "./norms.ts";

/**
 * A linear op and what follows it, as one kernel computes them: round(input · weightᵀ + bias), the activation of that,
 * times the multiplier, plus the residual. Every step is rounded to the precision of the run, as the separate ops do.
 */
export const linear = defineOp("js.linear", {
  summary:
    "activation(input [..., K] · weightᵀ [N, K] + bias [N]) · multiplier + residual → [..., N], each step rounded; multiplier and residual have the shape of the result. Operands and `acc` are those of nn.linear or lowp.linear.",
  operands: {
    input: one(floatOrComposite),
    weight: one(floatOrComposite),
    bias: optionally(denseFloat),
    multiplier: optionally(activationTensor),
    residual: optionally(activationTensor),
  },
  attributes: { activation: optional(oneOf(...activationNames)), acc: optional(accumulatorSchema) },
  results: { output: one(activationTensor) },
  traits: ["pure"],
  infer: (types, { activation }) => inferLinear(types, activation),
  verify({ operands, attributes: { acc } }, { typeOf }) {
    const types = { input: typeOf(operands.input), weight: typeOf(operands.weight) };
    return acc ? accumulatorProblems(acc, types) : codesByFloats(types);
  },
  axes({ operands, attributes: { activation }, results }, { typeOf }) {
    const { input, weight, bias, multiplier, residual } = operands;
    const output = shaped(results.output, typeOf);
    return joinFlows(
      linearFlow({
        input: shaped(input, typeOf),
        weight: shaped(weight, typeOf),
        bias: bias === undefined ? undefined : shaped(bias, typeOf),
        output,
      }),
      activation === undefined ? {} : mapped(output, output),
      multiplier === undefined
        ? {}
        : aligned(
            [
              [output, "multiplied"],
              [shaped(multiplier, typeOf), "multiplied"],
            ],
            output,
          ),
      residual === undefined ? {} : aligned([[shaped(residual, typeOf), "added"]], output),
    );
  },
});

/** Neither nn.linear nor lowp.linear multiplies codes by a dense weight. */
function codesByFloats({ input, weight }: { readonly input: Type; readonly weight: Type }) {
  if (!isComposite(input) || isComposite(weight)) return [];
  return [
    mismatch(
      "operand-type",
      `weight of js.linear must be of a lowp type where the input is, not ${describeType(weight)}`,
      { hint: "dequantize the input with lowp.dequantize", blames: "weight" },
    ),
  ];
}

const quantizedTensor: TypeConstraint = {
  describe: "tensor of a lowp.q",
  accepts: (type) => isTensor(type) && quantized.is(type.element),
};

/**
 * A norm over the last axis and lowp.quantize of it: the norm is rounded to the precision of the run, then to the
 * nearest codes of the type of the result, with scales of the data.
 */
export const normQuantize = defineOp("js.norm_quantize", {
  summary:
    "lowp.quantize of nn.rms_norm, or with norm = layer of nn.layer_norm, over the last axis; gain [D], bias [D] of a layer norm alone.",
  operands: {
    input: one(activationTensor),
    gain: optionally(denseFloat),
    bias: optionally(denseFloat),
  },
  attributes: { norm: withDefault(oneOf("rms", "layer"), "rms"), epsilon },
  results: { output: one(quantizedTensor) },
  traits: ["pure", "not-foldable"],
  verify({ operands: { input, gain, bias }, attributes, results }, { typeOf }) {
    const operands: NormOperands<Type> = {
      input: typeOf(input),
      gain: gain === undefined ? undefined : typeOf(gain),
      bias: bias === undefined ? undefined : typeOf(bias),
    };
    const normed = inferNorm(operands, attributes);
    if (isMismatch(normed)) return [normed];
    const output = typeOf(results.output);
    return [...sameShape("js.norm_quantize", normed, output), ...drawsNumbers(output)];
  },
  axes(op, context) {
    const { input, gain } = op.operands;
    const { norm, epsilon: added } = op.attributes;
    return norm === "rms"
      ? rmsNorm.spec.axes!({ ...op, operands: { input, gain }, attributes: { epsilon: added } }, context)
      : layerNorm.spec.axes!({ ...op, attributes: { epsilon: added, axis: -1 } }, context);
  },
});

function drawsNumbers(output: Type): readonly Mismatch[] {
  if (!isTensor(output) || !isStochastic(output.element, output.shape)) return [];
  return [
    mismatch("seed-missing", "js.norm_quantize rounds to nearest, but its result rounds stochastically", {
      hint: "keep the norm and lowp.quantize with a seed apart",
    }),
  ];
}
