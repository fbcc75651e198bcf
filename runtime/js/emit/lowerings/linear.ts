import { isDense } from "../../../../compiler/define/kernel.ts";
import { isMismatch, mismatch } from "../../../../compiler/define/op.ts";
import type { ValueId } from "../../../../compiler/ir/module.ts";
import { linear as fusedLinear } from "../../../../dialects/js/ops.ts";
import { linear as coded } from "../../../../dialects/lowp/ops.ts";
import { quantized } from "../../../../dialects/lowp/types.ts";
import { linear as plain } from "../../../../dialects/nn/ops/linear.ts";
import type { Activation } from "../../kernels/activation.ts";
import { integerLinear } from "../../kernels/linear/integer.ts";
import { groupsPerRow } from "../../kernels/quantize.ts";
import { known } from "../extents.ts";
import { defineLowering, type LoweringContext, type OpLowering, refuse } from "../lowering.ts";
import type { CodedValue, DenseValue, KnownValue } from "../values.ts";
import { planWeight } from "../weight-plan.ts";
import { integerMatrix } from "../weights.ts";
import { repeated } from "./movement.ts";
import { dequantized } from "./quantize.ts";
import { groupsOf, isShared } from "./quantize-plan.ts";
import { type Ending, epilogueOf, multiplyFloats, stepForm } from "./weight-steps.ts";

/** A linear op and what is done with its outputs, by the ids of its operands. */
interface LinearOp {
  readonly input: ValueId;
  readonly weight: ValueId;
  readonly bias: ValueId | undefined;
  readonly multiplier?: ValueId | undefined;
  readonly residual?: ValueId | undefined;
  readonly activation?: Activation | undefined;
  /** Whether codes are multiplied by codes, as integers. */
  readonly isInteger: boolean;
  readonly output: ValueId;
}

export const linearLowerings: readonly OpLowering[] = [
  defineLowering(plain, ({ operands, results }, context) =>
    lowerLinear(context, { ...operands, ...results, isInteger: false }),
  ),
  defineLowering(coded, ({ operands, attributes: { acc, mul }, results }, context) => {
    if (mul === "lmul")
      refuse(
        mismatch("js-unsupported", "the js backend has no products by L-Mul", { hint: "leave mul out" }),
      );
    lowerLinear(context, { ...operands, ...results, isInteger: acc !== undefined });
  }),
  defineLowering(fusedLinear, ({ operands, attributes: { acc, activation }, results }, context) =>
    lowerLinear(context, { ...operands, ...results, activation, isInteger: acc !== undefined }),
  ),
];

function lowerLinear(context: LoweringContext, op: LinearOp): void {
  const weight = context.value(op.weight);
  if (weight.kind !== "known")
    refuse(
      mismatch("js-unsupported", "the js backend multiplies by weights that are parameters or constants", {
        hint: "use nn.matmul for products of what is computed",
      }),
    );
  const ending = endingOf(context, op);
  const input = context.value(op.input);
  const [columns = 0, depth = 0] = weight.value.shape;
  const element = weight.type.kind === "tensor" ? weight.type.element : weight.type;
  const output =
    op.isInteger && input.kind === "coded"
      ? multiplyIntegers(context, input, weight, ending)
      : multiplyFloats(
          context,
          input.kind === "coded" ? dequantized(context, input) : context.dense(op.input),
          { key: weight.key, columns, depth, plan: planWeight(weight.value, element) },
          ending,
        );
  for (const id of [op.multiplier, op.residual])
    for (const [axis, extent] of (id === undefined ? [] : context.dense(id).shape).entries())
      context.unify(extent, output.shape[axis]!);
  context.define(op.output, output);
}

function endingOf(context: LoweringContext, { bias, activation, multiplier, residual }: LinearOp): Ending {
  const address = (id: ValueId | undefined) => (id === undefined ? undefined : context.dense(id).address);
  return {
    bias: address(bias),
    activation,
    multiplier: address(multiplier),
    residual: address(residual),
  };
}

function multiplyIntegers(
  context: LoweringContext,
  input: CodedValue,
  { key, value }: KnownValue,
  ending: Ending,
): DenseValue {
  const matrix = isDense(value) ? undefined : integerMatrix(value);
  if (!matrix || isMismatch(matrix) || !quantized.is(input.type))
    return refuse(
      matrix && isMismatch(matrix)
        ? matrix
        : mismatch("js-unsupported", "integers are multiplied by integers"),
    );
  const [columns = 0, depth = 0] = value.shape;
  const { codes } = input.parts;
  const [scale, zero] = [input.parts.scale!, input.parts.zero].map(
    (part) => part && ofEachRow(context, input, part),
  );
  const { block } = input.type.parameters;
  const last = block.at(-1) ?? "*";
  const bits = codes?.element === "i16" ? 16 : 8;
  const form = integerLinear({
    columns,
    depth,
    weight: matrix,
    activations: {
      bits,
      most: 2 ** (bits - 1),
      run: last === "*" ? depth : Math.min(last, depth),
      hasZeros: zero !== undefined,
    },
    epilogue: epilogueOf(ending),
  });
  const operands = {
    input: codes!.address,
    scales: scale!.address,
    ...(zero && { zeros: zero.address }),
  };
  return stepForm(context, { form, weight: { key, columns, depth }, shape: input.shape }, operands, ending);
}

/** Scales or zero points for each row, where all rows share them: kernels of integers read them by row. */
function ofEachRow(context: LoweringContext, { type, shape }: CodedValue, part: DenseValue): DenseValue {
  const groups = groupsOf(context, type, shape);
  const all = [...shape.slice(0, -1), known(groupsPerRow(groups))];
  if (!isShared(context, part, groups) || shape.slice(0, -1).every((extent) => context.is(extent, 1)))
    return part;
  return repeated(context, { ...part, shape: all.slice(-1) }, all);
}
