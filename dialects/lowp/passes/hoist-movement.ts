import { isMismatch } from "../../../compiler/define/op.ts";
import { definePattern, type RewritePattern, type Rewriter } from "../../../compiler/define/pattern.ts";
import type { ValueId } from "../../../compiler/ir/module.ts";
import type { TensorType } from "../../../compiler/ir/types.ts";
import { gather as denseGather } from "../../nn/ops/gather.ts";
import {
  broadcastTo,
  concat as denseConcat,
  reshape as denseReshape,
  transpose as denseTranspose,
} from "../../nn/ops/shape.ts";
import { slice as denseSlice } from "../../nn/ops/slice.ts";
import { relu as denseRelu } from "../../nn/ops/unary.ts";
import { countElements } from "../../nn/shapes.ts";
import { concat, gather, relu, reshape, slice, transpose } from "../movement-ops.ts";
import { dequantize } from "../ops.ts";
import type { HoistRule } from "./hoist-linear.ts";
import { weighMove } from "./weigh-move.ts";

const coded = "a dequantized input";
const survives = "a type that survives";
const pays = "fewer numbers to dequantize, or users that take codes";
const conditions = [coded, survives, pays] as const;
type Moving = Rewriter<(typeof conditions)[number]>;

/** reshape(dequantize(q)) = dequantize(reshape(q)), bit for bit, as numbers are dequantized one by one. */
const reshapeCodes = (rule: HoistRule): RewritePattern =>
  definePattern("reshape-codes", denseReshape, conditions, ({ operands, attributes, results }, rewriter) => {
    const input = codesOf(operands.input, rewriter);
    if (input === undefined) return undefined;
    if (!fits(rewriter, reshape.spec.infer!({ input: rewriter.typeOf(input) }, attributes))) return undefined;
    if (!movePays(rewriter, operands.input, results.output, rule)) return undefined;
    return numbersOf(rewriter, rewriter.build(reshape, { input }, attributes).output, results.output);
  });

/** transpose(dequantize(q)) = dequantize(transpose(q)) */
const transposeCodes = (rule: HoistRule): RewritePattern =>
  definePattern(
    "transpose-codes",
    denseTranspose,
    conditions,
    ({ operands, attributes, results }, rewriter) => {
      const input = codesOf(operands.input, rewriter);
      if (input === undefined) return undefined;
      if (!fits(rewriter, transpose.spec.infer!({ input: rewriter.typeOf(input) }, attributes)))
        return undefined;
      if (!movePays(rewriter, operands.input, results.output, rule)) return undefined;
      return numbersOf(rewriter, rewriter.build(transpose, { input }, attributes).output, results.output);
    },
  );

/** slice(dequantize(q)) = dequantize(slice(q)), without strides, in whole blocks */
const sliceCodes = (rule: HoistRule): RewritePattern =>
  definePattern("slice-codes", denseSlice, conditions, ({ operands, attributes, results }, rewriter) => {
    const input = codesOf(operands.input, rewriter);
    if (input === undefined) return undefined;
    const { shape } = rewriter.typeOf(operands.input) as TensorType;
    const starts = attributes.starts.map((start, axis) => (start < 0 ? start + shape[axis]! : start));
    const isPlain = (attributes.strides ?? []).every((stride) => stride === 1);
    if (!isPlain || starts.some((start) => start < 0))
      return rewriter.unmet(survives, isPlain ? "a start from an unknown end" : "strides");
    const { sizes } = attributes;
    if (!fits(rewriter, slice.spec.infer!({ input: rewriter.typeOf(input) }, { starts, sizes })))
      return undefined;
    if (!movePays(rewriter, operands.input, results.output, rule)) return undefined;
    return numbersOf(rewriter, rewriter.build(slice, { input }, { starts, sizes }).output, results.output);
  });

/** gather(dequantize(q), i) = dequantize(gather(q, i)) */
const gatherCodes = (rule: HoistRule): RewritePattern =>
  definePattern("gather-codes", denseGather, conditions, ({ operands, attributes, results }, rewriter) => {
    const table = codesOf(operands.table, rewriter);
    if (table === undefined) return undefined;
    const types = { table: rewriter.typeOf(table), indices: rewriter.typeOf(operands.indices) };
    if (!fits(rewriter, gather.spec.infer!(types, attributes))) return undefined;
    if (!movePays(rewriter, operands.table, results.output, rule)) return undefined;
    const { output } = rewriter.build(gather, { table, indices: operands.indices }, attributes);
    return numbersOf(rewriter, output, results.output);
  });

/** concat(dequantize(q), …) = dequantize(concat(q, …)) of values of one type */
const concatCodes = (rule: HoistRule): RewritePattern =>
  definePattern("concat-codes", denseConcat, conditions, ({ operands, attributes, results }, rewriter) => {
    const inputs: ValueId[] = [];
    for (const operand of operands.inputs) {
      const codes = codesOf(operand, rewriter);
      if (codes === undefined) return undefined;
      inputs.push(codes);
    }
    const types = inputs.map((input) => rewriter.typeOf(input));
    if (!fits(rewriter, concat.spec.infer!({ inputs: types }, attributes))) return undefined;
    if (!movePays(rewriter, operands.inputs[0]!, results.output, rule)) return undefined;
    return numbersOf(rewriter, rewriter.build(concat, { inputs }, attributes).output, results.output);
  });

/** relu(dequantize(q)) = dequantize(relu(q)): scales are positive, so max(s · q, 0) = s · max(q, 0). */
const reluCodes = (rule: HoistRule): RewritePattern =>
  definePattern("relu-codes", denseRelu, conditions, ({ operands, results }, rewriter) => {
    const input = codesOf(operands.input, rewriter);
    if (input === undefined) return undefined;
    if (!fits(rewriter, relu.spec.infer!({ input: rewriter.typeOf(input) }, {}))) return undefined;
    if (!movePays(rewriter, operands.input, results.output, rule)) return undefined;
    return numbersOf(rewriter, rewriter.build(relu, { input }, {}).output, results.output);
  });

const noMore = "no more elements than before";

/** broadcast_to(dequantize(q)) = dequantize(reshape(q)) where it only adds axes; never where it repeats codes. */
const broadcastCodes = (rule: HoistRule): RewritePattern =>
  definePattern("broadcast-codes", broadcastTo, [coded, noMore, survives, pays], (op, rewriter) => {
    const { operands, results } = op;
    const input = codesOf(operands.input, rewriter);
    if (input === undefined) return undefined;
    const [before, after] = [operands.input, results.output].map((value) => {
      const { shape } = rewriter.typeOf(value) as TensorType;
      return { shape, count: countElements(shape) };
    });
    if (before!.count < 0 || after!.count !== before!.count)
      return rewriter.unmet(
        noMore,
        after!.count < 0 || before!.count < 0
          ? "unknown extents that codes may be repeated to"
          : `${after!.count / before!.count} times the bytes of the codes`,
      );
    const attributes = { shape: after!.shape };
    if (!fits(rewriter, reshape.spec.infer!({ input: rewriter.typeOf(input) }, attributes))) return undefined;
    if (!movePays(rewriter, operands.input, results.output, rule)) return undefined;
    return numbersOf(rewriter, rewriter.build(reshape, { input }, attributes).output, results.output);
  });

/** Past ops that move elements, or compare them with 0. */
export const movementPatterns = (rule: HoistRule): readonly RewritePattern[] => [
  reshapeCodes(rule),
  transposeCodes(rule),
  sliceCodes(rule),
  gatherCodes(rule),
  concatCodes(rule),
  reluCodes(rule),
  broadcastCodes(rule),
];

function codesOf(value: ValueId, rewriter: Moving): ValueId | undefined {
  const producer = rewriter.producer(value, dequantize);
  return producer ? producer.operands.input : rewriter.unmet(coded, rewriter.describe(value));
}

function fits(rewriter: Moving, inferred: unknown): boolean {
  if (!isMismatch(inferred)) return true;
  rewriter.unmet(survives, inferred.message);
  return false;
}

function movePays(rewriter: Moving, value: ValueId, result: ValueId, rule: HoistRule): boolean {
  const verdict = weighMove(rewriter.module, { value, result }, rule);
  if (verdict.pays) rewriter.note(verdict.figures);
  else rewriter.unmet(pays, verdict.figures);
  return verdict.pays;
}

/** The numbers of codes, under the type of the result that they replace. */
const numbersOf = (rewriter: Moving, input: ValueId, result: ValueId) =>
  rewriter.build(dequantize, { input }, {}, { output: rewriter.typeOf(result) });
