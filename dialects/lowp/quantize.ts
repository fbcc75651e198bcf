import { type CompositeValue, isDense, type RuntimeValue } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import type { DialectType } from "../../compiler/ir/types.ts";
import { type FloatTensor, stridesOf } from "../../compiler/numeric/tensor.ts";
import { castDense } from "./dense.ts";
import { describeElement, type ElementFormat, floatFormatOf, isSignedElement, tableOf } from "./elements.ts";
import { encodeEntropy } from "./entropy.ts";
import { nearestFactorsOf } from "./low-rank.ts";
import { castToOwnFloat } from "./own-float.ts";
import { largestAlong, loudestFirst, permuteAxis } from "./permutation.ts";
import {
  type GivenScales,
  type QuantizeContext,
  quantizeBlocks,
  quantizeGivenBlocks,
} from "./quantize-blocks.ts";
import { quantizeTerms } from "./quantize-terms.ts";
import { sliceAxis } from "./regions.ts";
import { oldExtent, type RingRule } from "./ring-extents.ts";
import { patternOf, type SparseKind } from "./sparse-kind.ts";
import { choosePlaces, gatherNumbers, keepLargestOf, largestOfRuns, nonZeros } from "./sparse-places.ts";
import type { SplitParameters } from "./split-parts.ts";
import {
  entropy,
  type LowRankParameters,
  lowrank,
  minifloat,
  problemsInShape,
  quantized,
  ring,
  sparse,
  split,
  sum,
  valueTypeProblems,
} from "./types.ts";
import type { ValueType } from "./value-type.ts";
import { componentOf, notSupportedHere } from "./values.ts";

/** What quantize may be told. */
export interface QuantizeOptions {
  /** Uniform in [0, 1); stochastic rounding alone needs it. */
  readonly random?: () => number;
  /**
   * A value of the type, whose storage is not to be exceeded: csr and bitmap terms keep at most as many numbers as it
   * has there, those of largest magnitude. Without it they keep every non-zero.
   */
  readonly like?: CompositeValue;
}

interface Context extends QuantizeContext {
  readonly like: RuntimeValue | undefined;
}

/**
 * The nearest value of a type, the reference for all solvers: scales from the range of each block; terms of a sum
 * one after another on what the earlier ones leave, around the outliers of a first term n:m; factors U √Σ and √Σ Vᵀ of the largest singular values; csr and
 * bitmap keep every non-zero; a permuted split has the indices of largest magnitude in its first part. f32 data are
 * computed in f32, f64 data in f64. Refuses data that are not finite and shapes the type does not fit.
 */
export function quantize(
  input: FloatTensor,
  type: DialectType,
  options: QuantizeOptions = {},
): CompositeValue | Mismatch {
  const [problem] = [...valueTypeProblems(type), ...problemsInShape(type, input.shape)];
  if (problem) return problem;
  const refused = notFinite(input) ?? negativeWithoutSign(input, type);
  if (refused) return refused;
  return quantizeComposite(input, type, contextOf(input, options));
}

/**
 * The nearest value of a `!lowp.q` type whose scales, and zeros where the type has them, are known beforehand:
 * one per block. Values beyond the grid take its ends.
 */
export function quantizeWith(
  input: FloatTensor,
  type: DialectType,
  given: GivenScales,
): CompositeValue | Mismatch {
  const refused = notFinite(input);
  if (refused) return refused;
  const context = { single: input.data instanceof Float32Array, random: undefined };
  return quantizeGivenBlocks(input, type, given, context);
}

function quantizeComposite(
  input: FloatTensor,
  type: DialectType,
  context: Context,
): CompositeValue | Mismatch {
  if (quantized.is(type)) return quantizeBlocks(input, type, context);
  if (entropy.is(type)) return encodeEntropy(input, type);
  if (minifloat.is(type)) return castToOwnFloat(input, type);
  const components = componentsOf(input, type, context);
  if (!components) return notSupportedHere("quantizing", type);
  return isMismatch(components) ? components : { shape: input.shape, type, components };
}

type Components = Readonly<Record<string, RuntimeValue>>;

/** The components of a composed value; undefined for a type that no tensor can be put into. */
function componentsOf(
  input: FloatTensor,
  type: DialectType,
  context: Context,
): Components | Mismatch | undefined {
  if (sum.is(type))
    return quantizeTerms(input, type.parameters.terms, (rest, term, name) =>
      quantizeAny(rest, term, within(context, name)),
    );
  if (split.is(type)) return quantizeParts(input, type.parameters, context);
  if (sparse.is(type)) return quantizeSparse(input, type.parameters.kind, type.parameters.values, context);
  if (lowrank.is(type)) return quantizeFactors(input, type.parameters, context);
  return ring.is(type) ? quantizeRing(input, type.parameters, context) : undefined;
}

/** A tensor as any value type but an integer: as a term, a part or a factor is stored. */
export const store = (input: FloatTensor, type: ValueType): RuntimeValue | Mismatch =>
  type.kind === "dialect" ? quantize(input, type) : quantizeAny(input, type, contextOf(input, {}));

const contextOf = ({ data }: FloatTensor, { random, like }: QuantizeOptions): Context => ({
  single: data instanceof Float32Array,
  random,
  like,
});

function quantizeAny(input: FloatTensor, type: ValueType, context: Context): RuntimeValue | Mismatch {
  if (type.kind === "float") return castDense(input, type);
  return type.kind === "integer"
    ? notSupportedHere("quantizing", type)
    : quantizeComposite(input, type, context);
}

function quantizeParts(
  input: FloatTensor,
  { axis, parts, permuted }: SplitParameters,
  context: Context,
): Components | Mismatch {
  const components: Record<string, RuntimeValue> = {};
  const extents = parts.map(({ extent }) => extent);
  const perm = permuted && loudestFirst(largestAlong(input, axis), extents);
  if (perm) components.perm = perm;
  const ordered = perm ? permuteAxis(input, axis, perm) : input;
  let start = 0;
  for (const [index, { extent, type }] of parts.entries()) {
    const part = quantizeAny(sliceAxis(ordered, axis, start, extent), type, within(context, `${index}`));
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
  context: Context,
): Components | Mismatch {
  const kept = kind.kind === "csr" || kind.kind === "bitmap" ? atMost(input, context) : input;
  const needed = neededNumbers(kept, kind);
  const places = choosePlaces(kind, input.shape, needed);
  if (isMismatch(places)) return places;
  const stored = quantizeAny(gatherNumbers(kept, places.positions, places.shape), type, context);
  return isMismatch(stored) ? stored : { ...places.components, values: stored };
}

/** n:m drops what does not fit; all others keep every number that is not zero. */
function neededNumbers(input: FloatTensor, kind: SparseKind): Uint8Array {
  const pattern = patternOf(kind);
  return pattern ? largestOfRuns(input, pattern) : nonZeros(input);
}

function quantizeFactors(
  input: FloatTensor,
  { rank, left, right, run }: LowRankParameters,
  context: Context,
): Components | Mismatch {
  const factors = nearestFactorsOf(input, rank, run);
  const stored = {
    left: quantizeAny(factors.left, left, context),
    right: quantizeAny(factors.right, right, context),
  };
  if (isMismatch(stored.left)) return stored.left;
  return isMismatch(stored.right) ? stored.right : { left: stored.left, right: stored.right };
}

/** The context of a component. */
const within = ({ like, ...context }: Context, name: string): Context => ({
  ...context,
  like: like && (isDense(like) ? undefined : like.components[name]),
});

/** The data, with no more numbers left than the value to be matched stores. */
function atMost(input: FloatTensor, { like }: Context): FloatTensor {
  if (!like || isDense(like)) return input;
  return keepLargestOf(input, componentOf(like, "values").shape[0]!);
}

/** Every entry passes through the tail, and is rounded to its type there; the old ones are then rounded once more. */
function quantizeRing(
  input: FloatTensor,
  rule: RingRule & { readonly recent: ValueType },
  context: Context,
): Components | Mismatch {
  if (rule.recent.kind !== "float") return notSupportedHere("a tail", rule.recent);
  const { axis } = rule;
  const length = input.shape[axis]!;
  const settled = oldExtent(rule, length);
  const entries = castDense(input, rule.recent);
  // What leaves the tail later is computed with as it is held there.
  const held = { ...context, single: entries.data instanceof Float32Array };
  const old = quantizeAny(sliceAxis(entries, axis, 0, settled), rule.old, held);
  return isMismatch(old) ? old : { old, recent: sliceAxis(entries, axis, settled, length - settled) };
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

/** An unsigned float or table has no code for a negative number, not even a nearest one. */
function negativeWithoutSign({ data }: FloatTensor, type: DialectType): Mismatch | undefined {
  const element = floatWithoutOffset(type);
  if (!element || isSignedElement(element)) return undefined;
  const at = data.findIndex((value) => value < 0);
  return at === -1
    ? undefined
    : mismatch("element-sign", `element ${at} is ${data[at]}, but ${describeElement(element)} has no sign`, {
        hint: "use a signed element; unsigned floats are meant for scales",
      });
}

/** The float or table whose values are the numbers themselves but for a factor; undefined for other types. */
function floatWithoutOffset(type: DialectType): ElementFormat | undefined {
  if (minifloat.is(type)) return { kind: "custom", type };
  if (!quantized.is(type)) return undefined;
  const { element, zero, shift } = type.parameters;
  return (floatFormatOf(element) || tableOf(element)) && !zero && !shift ? element : undefined;
}
