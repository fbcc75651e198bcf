import type { Type } from "../../compiler/ir/types.ts";
import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import * as op from "../nn/ops/unary.ts";
import * as reference from "../nn/reference/elementwise.ts";

/** Functions of one element that js.linear can apply to its sums. */
export const activationNames = ["relu", "silu", "gelu", "gelu_tanh", "sigmoid", "tanh"] as const;
export type Activation = (typeof activationNames)[number];

type PlainOp = typeof op.relu;

const plain = (definition: PlainOp, evaluate: (input: FloatTensor) => FloatTensor) => ({
  infer: (input: Type) => definition.spec.infer!({ input }, {}),
  evaluate,
});
const gelu = (approximation: "none" | "tanh") => ({
  infer: (input: Type) => op.gelu.spec.infer!({ input }, { approximation }),
  evaluate: (input: FloatTensor): FloatTensor => reference.gelu(input, { approximation }),
});

/** The type rule and the reference of each: those of the op of nn that it stands for. */
export const activations: Readonly<Record<Activation, ReturnType<typeof plain>>> = {
  relu: plain(op.relu, reference.relu),
  silu: plain(op.silu, reference.silu),
  gelu: gelu("none"),
  gelu_tanh: gelu("tanh"),
  sigmoid: plain(op.sigmoid, reference.sigmoid),
  tanh: plain(op.tanh, reference.tanh),
};
