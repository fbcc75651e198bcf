import { definePattern, type RewritePattern, type Rewriter } from "../../compiler/define/pattern.ts";
import type { ValueId } from "../../compiler/ir/module.ts";
import { compatible, DYNAMIC, same, type TensorType } from "../../compiler/ir/types.ts";
import { isTensor } from "./constraints.ts";
import { splatOf } from "./dense-values.ts";
import { add, div, mul, sub } from "./ops/binary.ts";
import { constant } from "./ops/constant.ts";
import { refine } from "./ops/refine.ts";
import { concat, reshape, transpose } from "./ops/shape.ts";
import { slice } from "./ops/slice.ts";
import { neg, relu } from "./ops/unary.ts";

/** reshape(reshape(x, s), t) = reshape(x, t): neither changes the elements or their order. */
const mergeReshapes = definePattern("merge-reshapes", reshape, (outer, rewriter) => {
  const inner = rewriter.producer(outer.operands.input, reshape);
  const type = tensorTypeOf(rewriter, outer.results.output);
  // A shape with two unknown extents cannot be written as an attribute.
  if (!inner || !type || countUnknown(type) > 1) return undefined;
  const shape = outer.attributes.shape;
  return rewriter.build(reshape, { input: inner.operands.input }, { shape }, { output: type });
});

/** reshape(x, shape of x) = x: with at most one extent unknown, the element count settles it. */
const dropIdentityReshape = definePattern("drop-identity-reshape", reshape, (op, rewriter) => {
  const type = tensorTypeOf(rewriter, op.results.output);
  if (!type || countUnknown(type) > 1) return undefined;
  return replaceBy(op.operands.input, op.results.output, rewriter);
});

/** transpose(transpose(x, p), q) = transpose(x, p ∘ q): axis i of the result is axis p[q[i]] of x. */
const mergeTransposes = definePattern("merge-transposes", transpose, (outer, rewriter) => {
  const inner = rewriter.producer(outer.operands.input, transpose);
  if (!inner) return undefined;
  const permutation = outer.attributes.permutation.map((axis) => inner.attributes.permutation[axis]!);
  const output = rewriter.typeOf(outer.results.output);
  return rewriter.build(transpose, { input: inner.operands.input }, { permutation }, { output });
});

/** transpose(x, identity) = x */
const dropIdentityTranspose = definePattern("drop-identity-transpose", transpose, (op, rewriter) =>
  op.attributes.permutation.every((axis, place) => axis === place)
    ? replaceBy(op.operands.input, op.results.output, rewriter)
    : undefined,
);

/** x + 0 = 0 + x = x; a -0 in x stays, where the sum with +0 would be +0. */
const dropAddedZero = definePattern("drop-added-zero", add, ({ operands, results }, rewriter) => {
  const kept = besideSplat(operands, 0, rewriter);
  return kept === undefined ? undefined : replaceBy(kept, results.output, rewriter);
});

/** x · 1 = 1 · x = x */
const dropFactorOne = definePattern("drop-factor-one", mul, ({ operands, results }, rewriter) => {
  const kept = besideSplat(operands, 1, rewriter);
  return kept === undefined ? undefined : replaceBy(kept, results.output, rewriter);
});

/** x - 0 = x */
const dropSubtractedZero = definePattern("drop-subtracted-zero", sub, ({ operands, results }, rewriter) =>
  isSplat(operands.right, 0, rewriter) ? replaceBy(operands.left, results.output, rewriter) : undefined,
);

/** x / 1 = x */
const dropDivisorOne = definePattern("drop-divisor-one", div, ({ operands, results }, rewriter) =>
  isSplat(operands.right, 1, rewriter) ? replaceBy(operands.left, results.output, rewriter) : undefined,
);

/** -(-x) = x */
const dropDoubleNegation = definePattern("drop-double-negation", neg, (outer, rewriter) => {
  const inner = rewriter.producer(outer.operands.input, neg);
  return inner && replaceBy(inner.operands.input, outer.results.output, rewriter);
});

/** relu(relu(x)) = relu(x): what is not below 0 stays. */
const dropRepeatedRelu = definePattern("drop-repeated-relu", relu, (outer, rewriter) =>
  rewriter.producer(outer.operands.input, relu)
    ? replaceBy(outer.operands.input, outer.results.output, rewriter)
    : undefined,
);

/** concat([x]) = x */
const dropSingleConcat = definePattern("drop-single-concat", concat, (op, rewriter) => {
  const [only, ...rest] = op.operands.inputs;
  return only === undefined || rest.length > 0 ? undefined : replaceBy(only, op.results.output, rewriter);
});

/** slice(x, from 0, all of it, in steps of 1) = x */
const dropWholeSlice = definePattern("drop-whole-slice", slice, (op, rewriter) => {
  const { starts, sizes, strides = [] } = op.attributes;
  const type = tensorTypeOf(rewriter, op.operands.input);
  const takesAll = sizes.every((size, axis) => size === -1 || size === type?.shape[axis]);
  const isWhole = takesAll && starts.every((start) => start === 0) && strides.every((stride) => stride === 1);
  return isWhole ? replaceBy(op.operands.input, op.results.output, rewriter) : undefined;
});

/** refine(refine(x)) = refine(x), where the types of x and of the result may meet without the one between. */
const mergeRefinements = definePattern("merge-refinements", refine, (outer, rewriter) => {
  const inner = rewriter.producer(outer.operands.input, refine);
  const output = rewriter.typeOf(outer.results.output);
  if (!inner || !compatible(rewriter.typeOf(inner.operands.input), output)) return undefined;
  return rewriter.build(refine, { input: inner.operands.input }, {}, { output });
});

/** refine(x) to the type of x = x */
const dropIdentityRefinement = definePattern("drop-identity-refinement", refine, (op, rewriter) =>
  replaceBy(op.operands.input, op.results.output, rewriter),
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
const replaceBy = (value: ValueId, result: ValueId, rewriter: Rewriter) =>
  same(rewriter.typeOf(value), rewriter.typeOf(result)) ? { output: value } : undefined;

/** The operand beside one that is `number` all over. */
function besideSplat(
  { left, right }: { readonly left: ValueId; readonly right: ValueId },
  number: number,
  rewriter: Rewriter,
): ValueId | undefined {
  if (isSplat(right, number, rewriter)) return left;
  return isSplat(left, number, rewriter) ? right : undefined;
}

function isSplat(value: ValueId, number: number, rewriter: Rewriter): boolean {
  const producer = rewriter.producer(value, constant);
  return producer !== undefined && splatOf(producer.attributes.value) === number;
}

function tensorTypeOf(rewriter: Rewriter, value: ValueId): TensorType | undefined {
  const type = rewriter.typeOf(value);
  return isTensor(type) ? type : undefined;
}

const countUnknown = ({ shape }: TensorType): number => shape.filter((size) => size === DYNAMIC).length;
