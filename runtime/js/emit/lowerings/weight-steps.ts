import { unreachable } from "../../../../compiler/diagnostics/diagnostic.ts";
import type { Extent } from "../../artifact/program.ts";
import type { Activation } from "../../kernels/activation.ts";
import type { Epilogue } from "../../kernels/epilogue.ts";
import { gatherRows } from "../../kernels/gather.ts";
import type { LinearForm } from "../../kernels/linear/form.ts";
import { addSparse, type SparseMatrix } from "../../kernels/linear/sparse-overlay.ts";
import type { StepArgument } from "../entry-builder.ts";
import { known, scaled } from "../extents.ts";
import type { LoweringContext } from "../lowering.ts";
import type { Address, DenseValue } from "../values.ts";
import type { WeightPlan, WeightSum } from "../weight-plan.ts";
import { copyAxes } from "./movement.ts";

/** What is done with the outputs of a product by a weight; see `Epilogue`. */
export interface Ending {
  readonly bias?: Address | undefined;
  readonly activation?: Activation | undefined;
  readonly multiplier?: Address | undefined;
  readonly residual?: Address | undefined;
}

/** A weight [columns, depth]. */
export interface WeightExtents {
  /** Names it among all constants of the module. */
  readonly key: string;
  readonly columns: number;
  readonly depth: number;
}

export interface PlannedWeight extends WeightExtents {
  readonly plan: WeightPlan;
}

/** Steps for f32 inputs [..., depth] by a weight; gives the outputs [..., columns]. */
export function multiplyFloats(
  context: LoweringContext,
  input: DenseValue,
  weight: PlannedWeight,
  ending: Ending,
): DenseValue {
  const { key, columns, depth, plan } = weight;
  switch (plan.kind) {
    case "form": {
      const form = plan.form(epilogueOf(ending));
      return stepForm(context, { form, weight, shape: input.shape }, { input: input.address }, ending);
    }
    case "factors": {
      const right = { key: `${key} right`, columns: plan.rank, depth, plan: plan.right };
      const left = { key: `${key} left`, columns, depth: plan.rank, plan: plan.left };
      return multiplyFloats(context, multiplyFloats(context, input, right, {}), left, ending);
    }
    case "sum":
      return addTerms(context, input, { ...weight, plan }, ending);
  }
}

/**
 * Products one after another, each added to the sum of those before; overlays come last, in place. The last step does
 * what is left to do. Where that is no overlay and there is an activation or a multiplier, a step of its own does it.
 */
function addTerms(
  context: LoweringContext,
  input: DenseValue,
  { key, columns, depth, plan: { terms, order } }: WeightExtents & { readonly plan: WeightSum },
  ending: Ending,
): DenseValue {
  const ordered = order ? reordered(context, input, order, key) : input;
  const products: (PlannedWeight & { readonly input: DenseValue })[] = [];
  const overlays: (WeightExtents & { readonly input: DenseValue; readonly matrix: SparseMatrix })[] = [];
  for (const [i, { plan, start, extent }] of terms.entries()) {
    const term = {
      ...{ key: `${key} term ${i}`, columns, depth: extent },
      input: neighbours(context, ordered, { depth, start, extent }),
    };
    if (plan.kind === "overlay") overlays.push({ ...term, matrix: plan.matrix });
    else products.push({ ...term, plan });
  }
  const canFinish = overlays.length === 0 && !ending.activation && !ending.multiplier;
  let total: DenseValue | undefined;
  for (const [i, product] of products.entries()) {
    // Sums may be taken in any order: what is added at the end may as well be there first.
    const residual = total?.address ?? (canFinish ? ending.residual : undefined);
    const bias = canFinish && i === products.length - 1 ? ending.bias : undefined;
    total = multiplyFloats(context, product.input, product, { bias, residual });
  }
  if (!total) return unreachable("a sum has a product that is no overlay");
  if (!canFinish && overlays.length === 0)
    overlays.push({ key: "nothing", columns, depth, input, matrix: nothing(columns) });
  for (const [i, { matrix, ...overlay }] of overlays.entries()) {
    const left = i === overlays.length - 1 ? ending : {};
    const form = addSparse({ ...overlay, weight: matrix, epilogue: epilogueOf(left) });
    const operands = { input: overlay.input.address };
    stepForm(context, { form, weight: overlay, shape: overlay.input.shape, output: total }, operands, left);
  }
  return total;
}

/** What a step adds that only ends a sum. */
const nothing = (columns: number): SparseMatrix => ({
  starts: new Int32Array(columns + 1),
  places: new Int32Array(),
  values: new Float32Array(),
});

/** The inputs [..., depth] with number order[i] at place i. */
function reordered(context: LoweringContext, input: DenseValue, order: Int32Array, key: string): DenseValue {
  const output = context.allocate("f32", input.shape);
  const count = order.length;
  const units = scaled(context.count(input.shape.slice(0, -1)), count);
  const indices = context.constant(`${key} order`, () => new Uint8Array(order.slice().buffer));
  const args = { table: input.address, indices, output: output.address, count };
  context.step(gatherRows({ held: "f32", size: count, inner: 1 }), units, args, units);
  return output;
}

/** `extent` neighbours of the last axis, from `start`; the input itself where these are all. */
function neighbours(
  context: LoweringContext,
  input: DenseValue,
  { depth, start, extent }: { readonly depth: number; readonly start: number; readonly extent: number },
): DenseValue {
  if (extent === depth) return input;
  const leading = input.shape.slice(0, -1);
  const part = context.allocate("f32", [...leading, known(extent)]);
  const axes = [
    { extent: context.count(leading), source: known(depth), target: known(extent) },
    { extent: known(extent), source: known(1), target: known(1) },
  ];
  copyAxes(context, input, part, axes, { source: known(start) });
  return part;
}

/** A form of a weight, and the shape of the inputs [..., depth]. */
interface FormStep {
  readonly form: LinearForm;
  readonly weight: WeightExtents;
  readonly shape: readonly Extent[];
  /** Where the outputs go; a new place where left out. */
  readonly output?: DenseValue;
}

/** The step of one kernel, whose operands besides the common ones are given; gives the outputs [..., columns]. */
export function stepForm(
  context: LoweringContext,
  { form, weight: { key, columns, depth }, shape, output: given }: FormStep,
  operands: Readonly<Record<string, StepArgument>>,
  { bias, multiplier, residual }: Ending,
): DenseValue {
  const leading = shape.slice(0, -1);
  const rows = context.count(leading);
  context.unify(shape.at(-1)!, known(depth));
  const output = given ?? context.allocate("f32", [...leading, known(columns)]);
  const args = {
    ...operands,
    weight: context.constant(`${key} for ${form.kernel.name}`, () => form.weight),
    output: output.address,
    rows,
    workspace: context.workspace(form.workspace),
    ...(bias && { bias }),
    ...(multiplier && { multiplier }),
    ...(residual && { residual }),
  };
  context.step(form.kernel, form.units, args, scaled(rows, form.products ?? columns * depth));
  return output;
}

export const epilogueOf = ({ bias, activation, multiplier, residual }: Ending): Epilogue => ({
  bias: bias !== undefined,
  activation,
  multiplier: multiplier !== undefined,
  residual: residual !== undefined,
});
