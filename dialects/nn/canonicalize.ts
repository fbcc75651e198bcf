import { definePattern, type RewritePattern, type Rewriter } from "../../compiler/define/pattern.ts";
import { describeType } from "../../compiler/ir/describe.ts";
import type { ValueId } from "../../compiler/ir/module.ts";
import { compatible, DYNAMIC, same, type TensorType } from "../../compiler/ir/types.ts";
import { isTensor } from "./constraints.ts";
import { splatOf } from "./dense-values.ts";
import { describeList } from "./describe.ts";
import { add, div, mul, sub } from "./ops/binary.ts";
import { constant } from "./ops/constant.ts";
import { refine } from "./ops/refine.ts";
import { concat, reshape, transpose } from "./ops/shape.ts";
import { slice } from "./ops/slice.ts";
import { neg, relu } from "./ops/unary.ts";

/** Where a value takes the place of a result whose type it has not, users of the result would break. */
const keepsType = "an input of the type of the result";
const settledShape = "at most one unknown extent in the result";

/** reshape(reshape(x, s), t) = reshape(x, t): neither changes the elements or their order. */
const mergeReshapes = definePattern(
  "merge-reshapes",
  reshape,
  ["an input from nn.reshape", settledShape],
  (outer, rewriter) => {
    const { input } = outer.operands;
    const inner = rewriter.producer(input, reshape);
    if (!inner) return rewriter.unmet("an input from nn.reshape", rewriter.describe(input));
    const type = tensorTypeOf(rewriter, outer.results.output);
    // A shape with two unknown extents cannot be written as an attribute.
    if (!type || countUnknown(type) > 1) return rewriter.unmet(settledShape, describeUnknown(type));
    const shape = outer.attributes.shape;
    return rewriter.build(reshape, { input: inner.operands.input }, { shape }, { output: type });
  },
);

/** reshape(x, shape of x) = x: with at most one extent unknown, the element count settles it. */
const dropIdentityReshape = definePattern(
  "drop-identity-reshape",
  reshape,
  [settledShape, keepsType],
  (op, rewriter) => {
    const type = tensorTypeOf(rewriter, op.results.output);
    if (!type || countUnknown(type) > 1) return rewriter.unmet(settledShape, describeUnknown(type));
    return replaceBy(op.operands.input, op.results.output, rewriter);
  },
);

/** transpose(transpose(x, p), q) = transpose(x, p ∘ q): axis i of the result is axis p[q[i]] of x. */
const mergeTransposes = definePattern(
  "merge-transposes",
  transpose,
  ["an input from nn.transpose"],
  (outer, rewriter) => {
    const inner = rewriter.producer(outer.operands.input, transpose);
    if (!inner) return rewriter.unmet("an input from nn.transpose", rewriter.describe(outer.operands.input));
    const permutation = outer.attributes.permutation.map((axis) => inner.attributes.permutation[axis]!);
    const output = rewriter.typeOf(outer.results.output);
    return rewriter.build(transpose, { input: inner.operands.input }, { permutation }, { output });
  },
);

/** transpose(x, identity) = x */
const dropIdentityTranspose = definePattern(
  "drop-identity-transpose",
  transpose,
  ["the identity permutation", keepsType],
  (op, rewriter) => {
    const { permutation } = op.attributes;
    if (!permutation.every((axis, place) => axis === place))
      return rewriter.unmet("the identity permutation", describeList(permutation));
    return replaceBy(op.operands.input, op.results.output, rewriter);
  },
);

const zeros = "an operand that is 0 all over, -0 of floats";
const ones = "an operand that is 1 all over";

/** x + 0 = 0 + x = x of integers; of floats x + -0 = x, while + 0 would make 0 of a -0. (IEEE 754 §6.3) */
const dropAddedZero = definePattern(
  "drop-added-zero",
  add,
  [zeros, keepsType],
  ({ operands, results }, rewriter) => {
    const isFloat = tensorTypeOf(rewriter, results.output)?.element.kind !== "integer";
    const kept = besideSplat(operands, isFloat ? -0 : 0, rewriter);
    if (kept === undefined) return rewriter.unmet(zeros, describeBoth(operands, rewriter));
    return replaceBy(kept, results.output, rewriter);
  },
);

/** x · 1 = 1 · x = x */
const dropFactorOne = definePattern(
  "drop-factor-one",
  mul,
  [ones, keepsType],
  ({ operands, results }, rewriter) => {
    const kept = besideSplat(operands, 1, rewriter);
    if (kept === undefined) return rewriter.unmet(ones, describeBoth(operands, rewriter));
    return replaceBy(kept, results.output, rewriter);
  },
);

/** x - 0 = x; - -0 would make 0 of a -0. */
const dropSubtractedZero = definePattern(
  "drop-subtracted-zero",
  sub,
  ["a right operand that is +0 all over", keepsType],
  ({ operands, results }, rewriter) =>
    isSplat(operands.right, 0, rewriter)
      ? replaceBy(operands.left, results.output, rewriter)
      : rewriter.unmet("a right operand that is +0 all over", rewriter.describe(operands.right)),
);

/** x / 1 = x */
const dropDivisorOne = definePattern(
  "drop-divisor-one",
  div,
  ["a divisor that is 1 all over", keepsType],
  ({ operands, results }, rewriter) =>
    isSplat(operands.right, 1, rewriter)
      ? replaceBy(operands.left, results.output, rewriter)
      : rewriter.unmet("a divisor that is 1 all over", rewriter.describe(operands.right)),
);

/** -(-x) = x */
const dropDoubleNegation = definePattern(
  "drop-double-negation",
  neg,
  ["an input from nn.neg", keepsType],
  (outer, rewriter) => {
    const inner = rewriter.producer(outer.operands.input, neg);
    if (!inner) return rewriter.unmet("an input from nn.neg", rewriter.describe(outer.operands.input));
    return replaceBy(inner.operands.input, outer.results.output, rewriter);
  },
);

/** relu(relu(x)) = relu(x): what is not below 0 stays. */
const dropRepeatedRelu = definePattern(
  "drop-repeated-relu",
  relu,
  ["an input from nn.relu", keepsType],
  (outer, rewriter) =>
    rewriter.producer(outer.operands.input, relu)
      ? replaceBy(outer.operands.input, outer.results.output, rewriter)
      : rewriter.unmet("an input from nn.relu", rewriter.describe(outer.operands.input)),
);

/** concat([x]) = x */
const dropSingleConcat = definePattern(
  "drop-single-concat",
  concat,
  ["a single input", keepsType],
  (op, rewriter) => {
    const [only, ...rest] = op.operands.inputs;
    if (only === undefined || rest.length > 0)
      return rewriter.unmet("a single input", `${op.operands.inputs.length} of them`);
    return replaceBy(only, op.results.output, rewriter);
  },
);

/** slice(x, from 0, all of it, in steps of 1) = x */
const dropWholeSlice = definePattern(
  "drop-whole-slice",
  slice,
  ["all of the input", keepsType],
  (op, rewriter) => {
    const { starts, sizes, strides = [] } = op.attributes;
    const type = tensorTypeOf(rewriter, op.operands.input);
    const takesAll = sizes.every((size, axis) => size === -1 || size === type?.shape[axis]);
    const isWhole =
      takesAll && starts.every((start) => start === 0) && strides.every((stride) => stride === 1);
    if (!isWhole)
      return rewriter.unmet(
        "all of the input",
        `starts ${describeList(starts)}, sizes ${describeList(sizes)}, strides ${describeList(strides)}`,
      );
    return replaceBy(op.operands.input, op.results.output, rewriter);
  },
);

/** refine(refine(x)) = refine(x), where the types of x and of the result may meet without the one between. */
const mergeRefinements = definePattern(
  "merge-refinements",
  refine,
  ["an input from nn.refine", "types that are compatible without the one between"],
  (outer, rewriter) => {
    const inner = rewriter.producer(outer.operands.input, refine);
    if (!inner) return rewriter.unmet("an input from nn.refine", rewriter.describe(outer.operands.input));
    const output = rewriter.typeOf(outer.results.output);
    const input = rewriter.typeOf(inner.operands.input);
    if (!compatible(input, output))
      return rewriter.unmet(
        "types that are compatible without the one between",
        `${describeType(input)} and ${describeType(output)}`,
      );
    return rewriter.build(refine, { input: inner.operands.input }, {}, { output });
  },
);

/** refine(x) to the type of x = x */
const dropIdentityRefinement = definePattern(
  "drop-identity-refinement",
  refine,
  [keepsType],
  (op, rewriter) => replaceBy(op.operands.input, op.results.output, rewriter),
);

/** Identities of single ops and of pairs; none changes a value, and none changes a type. */
export const canonicalizations: readonly RewritePattern[] = [
  dropIdentityReshape,
  mergeReshapes,
  dropIdentityTranspose,
  mergeTransposes,
  dropAddedZero,
  dropSubtractedZero,
  dropFactorOne,
  dropDivisorOne,
  dropDoubleNegation,
  dropRepeatedRelu,
  dropSingleConcat,
  dropWholeSlice,
  dropIdentityRefinement,
  mergeRefinements,
];

/** `value` in place of `result`, if they have one type: users of the result rely on it. */
function replaceBy(value: ValueId, result: ValueId, rewriter: Rewriter<typeof keepsType>) {
  const [found, expected] = [rewriter.typeOf(value), rewriter.typeOf(result)];
  if (same(found, expected)) return { output: value };
  return rewriter.unmet(keepsType, `${describeType(found)} instead of ${describeType(expected)}`);
}

/** The operand beside one that is `number` all over; 0 and -0 are two numbers. */
function besideSplat(
  { left, right }: { readonly left: ValueId; readonly right: ValueId },
  number: number,
  rewriter: Pick<Rewriter, "producer">,
): ValueId | undefined {
  if (isSplat(right, number, rewriter)) return left;
  return isSplat(left, number, rewriter) ? right : undefined;
}

function isSplat(value: ValueId, number: number, rewriter: Pick<Rewriter, "producer">): boolean {
  const producer = rewriter.producer(value, constant);
  return producer !== undefined && Object.is(splatOf(producer.attributes.value), number);
}

function tensorTypeOf(rewriter: Pick<Rewriter, "typeOf">, value: ValueId): TensorType | undefined {
  const type = rewriter.typeOf(value);
  return isTensor(type) ? type : undefined;
}

const countUnknown = ({ shape }: TensorType): number => shape.filter((size) => size === DYNAMIC).length;

const describeUnknown = (type: TensorType | undefined): string =>
  type ? `${countUnknown(type)} in ${describeType(type)}` : "no tensor";

const describeBoth = (
  { left, right }: { readonly left: ValueId; readonly right: ValueId },
  rewriter: Pick<Rewriter, "describe">,
): string => `${rewriter.describe(left)}, and ${rewriter.describe(right)}`;
