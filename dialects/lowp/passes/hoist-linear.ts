import { isMismatch } from "../../../compiler/define/op.ts";
import { definePattern, type RewritePattern } from "../../../compiler/define/pattern.ts";
import type { StepCosts } from "../../../compiler/define/step-costs.ts";
import { DYNAMIC, type Type } from "../../../compiler/ir/types.ts";
import { linear as denseLinear, matmul } from "../../nn/ops/linear.ts";
import { accumulatorFor, integerSums } from "../accumulator.ts";
import { describeScaling, paysBehind, rowsOf, scalingCost } from "../analysis/scaling-cost.ts";
import { transpose } from "../movement-ops.ts";
import { dequantize, linear } from "../ops.ts";
import { quantized } from "../types.ts";

/** What the rule of cost goes by. */
export interface HoistRule {
  /** Asked for the rows where the program does not tell. */
  rows(): number;
  readonly costs: StepCosts;
}

const cheaper = "sums that are cheaper to scale than weights";

/** nn.linear(x, dequantize(w)) = lowp.linear(x, w), bit for bit. */
const linearOnCodes = (rule: HoistRule): RewritePattern =>
  definePattern(
    "linear-on-codes",
    denseLinear,
    ["a dequantized weight", cheaper],
    ({ operands }, rewriter) => {
      const weight = rewriter.producer(operands.weight, dequantize);
      if (!weight) return rewriter.unmet("a dequantized weight", rewriter.describe(operands.weight));
      const { input } = weight.operands;
      const verdict = weigh(rewriter.typeOf(operands.input), groupOf(rewriter.typeOf(input)), rule);
      if (!verdict.pays) return rewriter.unmet(cheaper, verdict.figures);
      if (verdict.figures !== undefined) rewriter.note(verdict.figures);
      return rewriter.build(linear, { ...operands, weight: input }, {});
    },
  );

const matrix = "a matrix on the right, and rows on the left";
const turned = "a type that survives being turned";

/** x · dequantize(q) = lowp.linear(x, transpose(q)), bit for bit: both sum in ascending order and round once. */
const matmulOnCodes = (rule: HoistRule): RewritePattern =>
  definePattern(
    "matmul-on-codes",
    matmul,
    ["a dequantized right side", matrix, turned, cheaper],
    ({ operands }, rewriter) => {
      const right = rewriter.producer(operands.right, dequantize);
      if (!right) return rewriter.unmet("a dequantized right side", rewriter.describe(operands.right));
      const [left, type] = [rewriter.typeOf(operands.left), rewriter.typeOf(right.operands.input)];
      const ranks = [left, type].map((each) => (each.kind === "tensor" ? each.shape.length : 0));
      if (ranks[0]! < 2 || ranks[1] !== 2) return rewriter.unmet(matrix, `ranks ${ranks.join(" and ")}`);
      const back = rewriter.producer(right.operands.input, transpose);
      const permutation = [1, 0];
      const types = back
        ? { output: rewriter.typeOf(back.operands.input) }
        : transpose.spec.infer!({ input: type }, { permutation });
      if (isMismatch(types)) return rewriter.unmet(turned, types.message);
      const verdict = weigh(left, groupOf(types.output), rule);
      if (!verdict.pays) return rewriter.unmet(cheaper, verdict.figures);
      if (verdict.figures !== undefined) rewriter.note(verdict.figures);
      // A matrix that was turned to stand here is taken as it was.
      const weight =
        back?.operands.input ??
        rewriter.build(transpose, { input: right.operands.input }, { permutation }).output;
      return rewriter.build(linear, { input: operands.left, weight }, {});
    },
  );

/** lowp.linear(dequantize(x), w) = lowp.linear(x, w), bit for bit. */
const linearOfCodes = definePattern(
  "linear-of-codes",
  linear,
  ["a dequantized input"],
  ({ operands }, rewriter) => {
    const input = rewriter.producer(operands.input, dequantize);
    if (!input) return rewriter.unmet("a dequantized input", rewriter.describe(operands.input));
    return rewriter.build(linear, { ...operands, input: input.operands.input }, {});
  },
);

/** Σ (s q) (t p) over K = Σ over groups of s t Σ q p: the inner sums are of integers, and exact. (MixPE) */
const linearOfIntegers = (rule: HoistRule): RewritePattern =>
  definePattern(
    "linear-of-integers",
    linear,
    ["codes on both sides", "no accumulator", "integers with scales", cheaper],
    ({ operands, attributes }, rewriter) => {
      const [input, weight] = [rewriter.typeOf(operands.input), rewriter.typeOf(operands.weight)];
      if (!isCodes(input)) return rewriter.unmet("codes on both sides", rewriter.describe(operands.input));
      if (attributes.acc) return rewriter.unmet("no accumulator", `acc = i${attributes.acc.width}`);
      const sums = integerSums(input, weight);
      if (isMismatch(sums)) return rewriter.unmet("integers with scales", sums.message);
      const verdict = weigh(input, sums.products === DYNAMIC ? undefined : sums.products, rule);
      if (!verdict.pays) return rewriter.unmet(cheaper, verdict.figures);
      const acc = accumulatorFor(sums);
      const figures = verdict.figures === undefined ? "" : `; ${verdict.figures}`;
      rewriter.note(`acc = i${acc.width}, sums to ${sums.bound}${figures}`);
      return rewriter.build(linear, operands, { acc });
    },
  );

/** Past linear ops, where that is bit-equal. */
export const linearPatterns = (rule: HoistRule): readonly RewritePattern[] => [
  linearOnCodes(rule),
  matmulOnCodes(rule),
  linearOfCodes,
];

/** Past linear ops, where that is equal in the reals. */
export const integerPatterns = (rule: HoistRule): readonly RewritePattern[] => [linearOfIntegers(rule)];

/** Whether a value is of a lowp type. */
export const isCodes = (type: Type): boolean => type.kind === "tensor" && type.element.kind === "dialect";

/** Weights of a row that share a scale; undefined where the type has no such groups, or the extent is unknown. */
function groupOf(type: Type): number | undefined {
  if (type.kind !== "tensor" || !quantized.is(type.element)) return undefined;
  const [entry, extent] = [type.element.parameters.block.at(-1) ?? "*", type.shape.at(-1) ?? 1];
  const group = entry === "*" ? extent : entry;
  return group === DYNAMIC ? undefined : group;
}

type Verdict =
  | { readonly pays: true; readonly figures: string | undefined }
  | { readonly pays: false; readonly figures: string };

/** The rule of cost; codes without groups are taken without figures, as nothing tells against them. */
function weigh(input: Type, group: number | undefined, rule: HoistRule): Verdict {
  if (group === undefined) return { pays: true, figures: undefined };
  const count = rowsOf(input, () => rule.rows());
  const cost = scalingCost(count, group, rule.costs);
  return { pays: paysBehind(cost), figures: describeScaling(count, group, cost) };
}
