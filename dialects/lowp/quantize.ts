import type { CompositeValue, RuntimeValue } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import type { DialectType } from "../../compiler/ir/types.ts";
import { type FloatTensor, stridesOf } from "../../compiler/numeric/tensor.ts";
import { castDense } from "./dense.ts";
import { dequantize } from "./dequantize.ts";
import { describeElement, isSignedElement } from "./elements.ts";
import { type QuantizeContext, quantizeBlocks } from "./quantize-blocks.ts";
import { sliceAxis } from "./regions.ts";
import type { SparseKind } from "./sparse-kind.ts";
import { keepLargest, keepNonZeroRuns } from "./sparse-values.ts";
import type { SplitPart } from "./split-parts.ts";
import { problemsInShape, quantized, sparse, split, sum, valueTypeProblems } from "./types.ts";
import type { ValueType } from "./value-type.ts";
import { notSupportedHere } from "./values.ts";

/** What quantize may be told. */
export interface QuantizeOptions {
  /** Uniform in [0, 1); stochastic rounding alone needs it. */
  readonly random?: () => number;
}

/**
 * The nearest value of a type, the reference for all solvers: scales from the range of each block, terms of a sum
 * one after another on what the earlier ones leave. f32 data are computed in f32, f64 data in f64. Refuses data that
 * are not finite and shapes the type does not fit.
 */
export function quantize(
  input: FloatTensor,
  type: DialectType,
  { random }: QuantizeOptions = {},
): CompositeValue | Mismatch {
  const [problem] = [...valueTypeProblems(type), ...problemsInShape(type, input.shape)];
  if (problem) return problem;
  const refused = notFinite(input) ?? negativeWithoutSign(input, type);
  if (refused) return refused;
  return quantizeComposite(input, type, { single: input.data instanceof Float32Array, random });
}

function quantizeComposite(
  input: FloatTensor,
  type: DialectType,
  context: QuantizeContext,
): CompositeValue | Mismatch {
  if (quantized.is(type)) return quantizeBlocks(input, type, context);
  const components = sum.is(type)
    ? quantizeTerms(input, type.parameters.terms, context)
    : split.is(type) && !type.parameters.perm
      ? quantizeParts(input, type.parameters, context)
      : sparse.is(type)
        ? quantizeSparse(input, type.parameters.kind, type.parameters.values, context)
        : undefined;
  if (!components) return notSupportedHere("quantizing", type);
  return isMismatch(components) ? components : { shape: input.shape, type, components };
}

type Components = Readonly<Record<string, RuntimeValue>>;

function quantizeAny(input: FloatTensor, type: ValueType, context: QuantizeContext): RuntimeValue | Mismatch {
  if (type.kind === "float") return castDense(input, type);
  return type.kind === "integer"
    ? notSupportedHere("quantizing", type)
    : quantizeComposite(input, type, context);
}

function quantizeTerms(
  input: FloatTensor,
  terms: readonly ValueType[],
  context: QuantizeContext,
): Components | Mismatch {
  const components: Record<string, RuntimeValue> = {};
  const rest: FloatTensor = { shape: input.shape, data: input.data.slice() };
  for (const [index, type] of terms.entries()) {
    const term = quantizeAny(rest, type, context);
    if (isMismatch(term)) return term;
    const numbers = dequantize(term, context.single ? "f32" : "f64");
    if (isMismatch(numbers)) return numbers;
    for (let at = 0; at < rest.data.length; at++) rest.data[at] = rest.data[at]! - numbers.data[at]!;
    components[`${index}`] = term;
  }
  return components;
}

function quantizeParts(
  input: FloatTensor,
  { axis, parts }: { readonly axis: number; readonly parts: readonly SplitPart[] },
  context: QuantizeContext,
): Components | Mismatch {
  const components: Record<string, RuntimeValue> = {};
  let start = 0;
  for (const [index, { extent, type }] of parts.entries()) {
    const part = quantizeAny(sliceAxis(input, axis, start, extent), type, context);
    if (isMismatch(part)) return part;
    components[`${index}`] = part;
    start += extent;
  }
  return components;
}

function quantizeSparse(
  input: FloatTensor,
  kind: SparseKind,
  type: ValueType,
  context: QuantizeContext,
): Components | Mismatch | undefined {
  if (kind.kind === "csr") return undefined;
  if (kind.kind === "nm") {
    const { values, indices } = keepLargest(input, kind);
    const stored = quantizeAny(values, type, context);
    return isMismatch(stored) ? stored : { indices, values: stored };
  }
  const { values, mask } = keepNonZeroRuns(input, kind.kind === "group" ? kind.size : 1);
  const shape = kind.kind === "group" ? values.shape : values.shape.slice(0, 1);
  const stored = quantizeAny({ shape, data: values.data }, type, context);
  return isMismatch(stored) ? stored : { mask, values: stored };
}

function notFinite({ shape, data }: FloatTensor): Mismatch | undefined {
  for (let index = 0; index < data.length; index++) {
    if (Number.isFinite(data[index])) continue;
    const position = stridesOf(shape).map((stride, axis) => Math.floor(index / stride) % shape[axis]!);
    return mismatch(
      "not-finite",
      `element [${position.join(", ")}] is ${data[index]}, expected a finite number`,
    );
  }
  return undefined;
}

/** An unsigned float element has no code for a negative number, not even a nearest one. */
function negativeWithoutSign({ data }: FloatTensor, type: DialectType): Mismatch | undefined {
  if (!quantized.is(type) || type.parameters.zero !== undefined) return undefined;
  const { element } = type.parameters;
  if ((element.kind !== "float" && element.kind !== "custom") || isSignedElement(element)) return undefined;
  const at = data.findIndex((value) => value < 0);
  return at === -1
    ? undefined
    : mismatch("element-sign", `element ${at} is ${data[at]}, but ${describeElement(element)} has no sign`, {
        hint: "use a signed element; f8E8M0FNU is meant for scales",
      });
}
