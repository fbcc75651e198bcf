import { isMismatch, type Mismatch } from "../../compiler/define/op.ts";
import type { Type } from "../../compiler/ir/types.ts";
import { asDense } from "../lowp/ops.ts";
import { isTensor } from "../nn/constraints.ts";
import { add, mul } from "../nn/ops/binary.ts";
import { linear } from "../nn/ops/linear.ts";
import { requireSameElement, requireShape } from "../nn/shapes.ts";
import { type Activation, activations } from "./activations.ts";

/** An item per operand of js.linear. */
export interface LinearOperands<Item> extends ProductOperands<Item> {
  readonly multiplier: Item | undefined;
  readonly residual: Item | undefined;
}
interface ProductOperands<Item> {
  readonly input: Item;
  readonly weight: Item;
  readonly bias: Item | undefined;
}
type Output = { readonly output: Type };

/** The type of the sums alone, codes taken for the numbers they stand for. */
export const inferProduct = ({ input, weight, bias }: ProductOperands<Type>): Output | Mismatch =>
  linear.spec.infer!({ input: asDense(input), weight: asDense(weight), bias }, {});

/** The type of js.linear: that of the separate ops one after the other, with operands of one shape where they meet. */
export function inferLinear(
  types: LinearOperands<Type>,
  activation: Activation | undefined,
): Output | Mismatch {
  const product = inferProduct(types);
  if (isMismatch(product)) return product;
  const active = activation ? activations[activation].infer(product.output) : product;
  if (isMismatch(active)) return { ...active, blames: "input" };
  const multiplied = inferMeeting("js.linear", "multiplier", active.output, types.multiplier);
  return isMismatch(multiplied)
    ? multiplied
    : inferMeeting("js.linear", "residual", multiplied.output, types.residual);
}

/** The type where an operand of the shape of the sums meets them; known extents of either are kept. */
export function inferMeeting(
  name: string,
  slot: "multiplier" | "residual",
  sums: Type,
  operand: Type | undefined,
): Output | Mismatch {
  if (!operand || !isTensor(sums) || !isTensor(operand)) return { output: sums };
  const problem =
    requireShape(name, slot, operand, sums.shape) ?? requireSameElement(name, slot, sums, operand);
  if (problem) return problem;
  const result = (slot === "multiplier" ? mul : add).spec.infer!({ left: sums, right: operand }, {});
  return isMismatch(result) ? { ...result, blames: slot } : result;
}
