import { type CompositeValue, isDense } from "../../../../compiler/define/kernel.ts";
import { isMismatch, mismatch } from "../../../../compiler/define/op.ts";
import type { ValueId } from "../../../../compiler/ir/module.ts";
import { linear as fusedLinear } from "../../../../dialects/js/ops.ts";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import { linear as coded } from "../../../../dialects/lowp/ops.ts";
import { quantized } from "../../../../dialects/lowp/types.ts";
import { linear as plain } from "../../../../dialects/nn/ops/linear.ts";
import type { Activation } from "../../kernels/activation.ts";
import type { Epilogue } from "../../kernels/epilogue.ts";
import { denseLinear } from "../../kernels/linear/dense.ts";
import type { LinearForm } from "../../kernels/linear/form.ts";
import { integerLinear } from "../../kernels/linear/integer.ts";
import { quantizedLinear } from "../../kernels/linear/quantized.ts";
import type { StepArgument } from "../entry-builder.ts";
import { known, scaled } from "../extents.ts";
import { heldAs } from "../float-bytes.ts";
import { defineLowering, type LoweringContext, type OpLowering, refuse } from "../lowering.ts";
import type { CodedValue, KnownValue } from "../values.ts";
import { integerMatrix, quantizedMatrix } from "../weights.ts";
import { dequantized } from "./quantize.ts";

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
  const epilogue: Epilogue = {
    bias: op.bias !== undefined,
    activation: op.activation,
    multiplier: op.multiplier !== undefined,
    residual: op.residual !== undefined,
  };
  const input = context.value(op.input);
  const { form, operands, shape } =
    op.isInteger && input.kind === "coded"
      ? integerForm(input, weight, epilogue)
      : floatForm(context, op.input, weight, epilogue);
  const rows = context.count(shape.slice(0, -1));
  const [columns = 0, depth = 0] = weight.value.shape;
  context.unify(shape.at(-1)!, known(depth));
  const output = context.allocate("f32", [...shape.slice(0, -1), known(columns)]);
  const address = (id: ValueId | undefined, name: string) =>
    id === undefined ? {} : { [name]: context.dense(id).address };
  for (const id of [op.multiplier, op.residual])
    for (const [axis, extent] of (id === undefined ? [] : context.dense(id).shape).entries())
      context.unify(extent, output.shape[axis]!);
  const args = {
    ...operands,
    weight: context.constant(`${weight.key} for ${form.kernel.name}`, () => form.weight),
    output: output.address,
    rows,
    workspace: context.workspace(form.workspace),
    ...address(op.bias, "bias"),
    ...address(op.multiplier, "multiplier"),
    ...address(op.residual, "residual"),
  };
  context.step(form.kernel, form.units, args, scaled(rows, columns * depth));
  context.define(op.output, output);
}

interface Chosen {
  readonly form: LinearForm;
  readonly operands: Readonly<Record<string, StepArgument>>;
  readonly shape: CodedValue["shape"];
}

function integerForm(input: CodedValue, { value }: KnownValue, epilogue: Epilogue): Chosen {
  const matrix = isDense(value) ? undefined : integerMatrix(value);
  if (!matrix || isMismatch(matrix) || !quantized.is(input.type))
    return refuse(
      matrix && isMismatch(matrix)
        ? matrix
        : mismatch("js-unsupported", "integers are multiplied by integers"),
    );
  const [columns = 0, depth = 0] = value.shape;
  const { codes, scale, zero } = input.parts as Readonly<
    Record<string, CodedValue["parts"][string] | undefined>
  >;
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
    epilogue,
  });
  const operands = {
    input: codes!.address,
    scales: scale!.address,
    ...(zero && { zeros: zero.address }),
  };
  return { form, operands, shape: input.shape };
}

function floatForm(context: LoweringContext, id: ValueId, weight: KnownValue, epilogue: Epilogue): Chosen {
  const given = context.value(id);
  const input = given.kind === "coded" ? dequantized(context, given) : context.dense(id);
  return {
    form: floatWeights(weight, epilogue),
    operands: { input: input.address },
    shape: input.shape,
  };
}

/** Floats by a weight: of codes that the kernel decodes where it can, else of the floats they stand for. */
function floatWeights({ value, type }: KnownValue, epilogue: Epilogue): LinearForm {
  const [columns = 0, depth = 0] = value.shape;
  const matrix = isDense(value) ? undefined : quantizedMatrix(value);
  if (matrix) return quantizedLinear({ columns, depth, weight: matrix, epilogue });
  const floats = dequantize(value as CompositeValue, "f32");
  if (isMismatch(floats)) return refuse(floats);
  return denseLinear({
    columns,
    depth,
    weight: floats.data as Float32Array,
    element: heldAs(type),
    epilogue,
  });
}
