import type { AttributesOf, OperandsOf } from "../../../compiler/define/op.ts";
import { definePattern, type RewritePattern, type Rewriter } from "../../../compiler/define/pattern.ts";
import { analysis } from "../../../compiler/ir/analysis.ts";
import { describeType } from "../../../compiler/ir/describe.ts";
import { type OpId, type ValueId, walk } from "../../../compiler/ir/module.ts";
import { same, type Type } from "../../../compiler/ir/types.ts";
import { linear as codedLinear } from "../../lowp/ops.ts";
import { add, mul } from "../../nn/ops/binary.ts";
import { conv2d } from "../../nn/ops/convolution.ts";
import { linear as denseLinear } from "../../nn/ops/linear.ts";
import { gelu, relu, sigmoid, silu, tanh } from "../../nn/ops/unary.ts";
import type { Activation } from "../activations.ts";
import { convolution } from "../convolution.ts";
import { linear } from "../ops.ts";

/** A linear op or a convolution, with the steps that are fused behind it already. */
type Steps = LinearSteps | ConvolutionSteps;
interface LinearSteps extends StepsOf<typeof linear> {
  readonly kind: "linear";
}
interface ConvolutionSteps extends StepsOf<typeof convolution> {
  readonly kind: "convolution";
}
interface StepsOf<Definition extends typeof linear | typeof convolution> {
  readonly id: OpId;
  readonly operands: OperandsOf<Definition>;
  readonly attributes: AttributesOf<Definition>;
}

const isLinear = "a linear op or a convolution";
const oneUse = "one use of its result";
const inOrder = "no step that comes later";
const equalShape = "an operand of its shape";
type ActivationCondition = typeof isLinear | typeof oneUse | typeof inOrder;
type MeetingCondition = ActivationCondition | typeof equalShape;

const activationConditions = [isLinear, oneUse, inOrder] as const;
const meetingConditions = [...activationConditions, equalShape] as const;

/** f(linear(x, w)) = js.linear(x, w) {activation = f}, bit for bit: the sums are rounded before f either way. */
const fusePlain = (
  [
    [relu, "relu"],
    [silu, "silu"],
    [sigmoid, "sigmoid"],
    [tanh, "tanh"],
  ] as const
).map(([root, name]) =>
  definePattern(
    "fuse-activation",
    root,
    activationConditions,
    ({ operands: { input }, results }, rewriter) => {
      const steps = stepsBehind(input, name, rewriter);
      return steps && build(steps, results.output, rewriter);
    },
  ),
);

/** The same for gelu, which says by an attribute which of two functions it is. */
const fuseGelu = definePattern(
  "fuse-activation",
  gelu,
  activationConditions,
  ({ operands: { input }, attributes: { approximation }, results }, rewriter) => {
    const steps = stepsBehind(input, approximation === "tanh" ? "gelu_tanh" : "gelu", rewriter);
    return steps && build(steps, results.output, rewriter);
  },
);

function stepsBehind(
  input: ValueId,
  activation: Activation,
  rewriter: Rewriter<ActivationCondition>,
): Steps | undefined {
  const steps = stepsAt(input, rewriter);
  if (!steps) return undefined;
  if (steps.attributes.activation !== undefined) return rewriter.unmet(inOrder, steps.attributes.activation);
  // The activation of a convolution comes last.
  if (steps.kind === "convolution") return { ...steps, attributes: { ...steps.attributes, activation } };
  const { operands, attributes } = steps;
  const later =
    (operands.multiplier === undefined ? undefined : "a multiplier") ??
    (operands.residual === undefined ? undefined : "a residual");
  if (later !== undefined) return rewriter.unmet(inOrder, later);
  return { ...steps, attributes: { ...attributes, activation } };
}

/**
 * linear(x, w) · y = js.linear(x, w, multiplier = y), and with + the residual of it or of js.conv2d, bit for bit:
 * products and sums of two floats do not depend on their order.
 */
const fuseMeeting = (["multiplier", "residual"] as const).map((slot) =>
  definePattern(
    `fuse-${slot}`,
    slot === "multiplier" ? mul : add,
    meetingConditions,
    ({ operands: { left, right }, results }, rewriter) => {
      const found = [
        stepsMeeting(left, { slot, value: right }, rewriter),
        stepsMeeting(right, { slot, value: left }, rewriter),
      ].filter((each) => each !== undefined);
      const place = (steps: Steps): number => places(rewriter.module).get(steps.id) ?? 0;
      // Of two such ops the later one waits for the earlier one already.
      const [last] = found.toSorted((one, other) => place(other) - place(one));
      return last && build(last, results.output, rewriter);
    },
  ),
);

interface Meeting {
  readonly slot: "multiplier" | "residual";
  readonly value: ValueId;
}

function stepsMeeting(
  side: ValueId,
  { slot, value }: Meeting,
  rewriter: Rewriter<MeetingCondition>,
): Steps | undefined {
  const steps = stepsAt(side, rewriter);
  if (!steps) return undefined;
  const { operands, attributes } = steps;
  if (operands.residual !== undefined) return rewriter.unmet(inOrder, "a residual");
  const type = rewriter.typeOf(value);
  const fits = same(shapeOf(type), shapeOf(rewriter.typeOf(side)));
  if (steps.kind === "convolution") {
    if (slot === "multiplier") return rewriter.unmet(isLinear, "a convolution, whose products nothing meets");
    if (attributes.activation !== undefined) return rewriter.unmet(inOrder, attributes.activation);
    return fits
      ? { ...steps, operands: { ...steps.operands, residual: value } }
      : rewriter.unmet(equalShape, describeType(type));
  }
  if (slot === "multiplier" && steps.operands.multiplier !== undefined)
    return rewriter.unmet(inOrder, "a multiplier");
  if (!fits) return rewriter.unmet(equalShape, describeType(type));
  return { ...steps, operands: { ...steps.operands, [slot]: value } };
}

function stepsAt(value: ValueId, rewriter: Rewriter<typeof isLinear | typeof oneUse>): Steps | undefined {
  const found = linearAt(value, rewriter) ?? convolutionAt(value, rewriter);
  if (!found) return rewriter.unmet(isLinear, rewriter.describe(value));
  if (found.kind === "linear" && "mul" in found.attributes && found.attributes.mul === "lmul")
    return rewriter.unmet(isLinear, "one whose products are L-Mul's");
  return rewriter.hasOneUse(value) ? found : rewriter.unmet(oneUse, `several of ${rewriter.describe(value)}`);
}

function linearAt(value: ValueId, rewriter: Rewriter<never>): LinearSteps | undefined {
  const op =
    rewriter.producer(value, denseLinear) ??
    rewriter.producer(value, codedLinear) ??
    rewriter.producer(value, linear);
  return op && { kind: "linear", ...op };
}

function convolutionAt(value: ValueId, rewriter: Rewriter<never>): ConvolutionSteps | undefined {
  const op = rewriter.producer(value, conv2d) ?? rewriter.producer(value, convolution);
  return op && { kind: "convolution", ...op };
}

/** Stands where the last step stood, so that all operands are defined before it. */
function build(steps: Steps, output: ValueId, rewriter: Rewriter<never>) {
  const types = { output: rewriter.typeOf(output) };
  return steps.kind === "linear"
    ? rewriter.build(linear, steps.operands, steps.attributes, types)
    : rewriter.build(convolution, steps.operands, steps.attributes, types);
}

const shapeOf = (type: Type): readonly number[] | undefined =>
  type.kind === "tensor" ? type.shape : undefined;

const places = analysis(
  (module): ReadonlyMap<OpId, number> => new Map(walk(module).map(({ id }, place) => [id, place])),
);

/** Every way to fuse a step behind a linear op or a convolution. */
export const stepFusions: readonly RewritePattern[] = [...fusePlain, fuseGelu, ...fuseMeeting];
