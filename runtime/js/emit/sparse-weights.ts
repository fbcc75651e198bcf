import { type CompositeValue, isDense, type RuntimeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch } from "../../../compiler/define/op.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { patternOf, type SparseKind } from "../../../dialects/lowp/sparse-kind.ts";
import { isSparseMatrix, storedRows } from "../../../dialects/lowp/sparse-linear.ts";
import { readPositions } from "../../../dialects/lowp/sparse-places.ts";
import { sparse } from "../../../dialects/lowp/types.ts";
import { componentOf, integersOf } from "../../../dialects/lowp/values.ts";
import type { HeldFloat } from "../kernels/gather.ts";
import type { QuantizedMatrix } from "../kernels/linear/quantized-decoder.ts";
import { type HeldNumbers, holdNumbers } from "../kernels/linear/sparse-numbers.ts";
import type { FactoredMatrix } from "../kernels/linear/sparse-stream.ts";
import type { StructuredSparseMatrix } from "../kernels/linear/structured-sparse.ts";
import { quantizedMatrix } from "./weights.ts";

/** More neighbours than these are too many for the kernel. */
const MOST_NEIGHBOURS = 16;

/** A matrix of n:m codes as the kernel for these takes it; undefined for other kinds, and for n:m floats. */
export function patternMatrix(value: CompositeValue): StructuredSparseMatrix | undefined {
  const { type, shape } = value;
  if (!sparse.is(type) || shape.length !== 2) return undefined;
  const { kind } = type.parameters;
  const pattern = patternOf(kind);
  const stored = componentOf(value, "values");
  if (!pattern || pattern.of < 2 || pattern.of > MOST_NEIGHBOURS || isDense(stored)) return undefined;
  const values = quantizedMatrix(stored);
  if (!values) return undefined;
  // Rows are whole patterns, so that a place in the matrix says which neighbour it is.
  const indices = Uint8Array.from(positionsOf(value, kind), (position) => position % pattern.of);
  return { ...pattern, values, indices };
}

/**
 * A matrix of which whole groups of neighbours are stored, as codes: those of groups that are not are there too, with
 * scales of 0, so that they turn an infinite input into NaN. Undefined for other kinds, and where a group is not whole
 * runs of one scale.
 */
export function scatteredMatrix(value: CompositeValue): QuantizedMatrix | undefined {
  const { type, shape } = value;
  if (!sparse.is(type) || shape.length !== 2) return undefined;
  const { kind } = type.parameters;
  const stored = componentOf(value, "values");
  if ((kind.kind !== "group" && kind.kind !== "bsr") || isDense(stored) || stored.shape[0] === 0)
    return undefined;
  const matrix = quantizedMatrix(stored);
  if (!matrix || kind.size % matrix.run !== 0) return undefined;
  const { run, codes, scales, shifts, selector } = matrix;
  const positions = positionsOf(value, kind);
  const count = shape[0]! * shape[1]!;
  const scattered = new Uint8Array(count).fill(codes[0]!);
  for (const [index, position] of positions.entries()) scattered[position] = codes[index]!;
  const perRun = (stored: ArrayLike<number>): Float32Array => {
    const all = new Float32Array(count / run);
    for (let index = 0; index < stored.length; index++) all[positions[index * run]! / run] = stored[index]!;
    return all;
  };
  return {
    ...matrix,
    codes: scattered,
    scales: perRun(scales),
    ...(shifts && { shifts: perRun(shifts) }),
    ...(selector && { selector: Int32Array.from(perRun(selector)) }),
  };
}

/**
 * The most of a matrix that may be stored for the kernel of single numbers to be taken, by how they are held: from
 * there down, one row of inputs takes about as long as by the kernel of all numbers, in f32 or in their 16 bits, or
 * less. That one reads vectors of inputs where this one finds each by itself. Many rows are vectors for both, and there
 * this one is as fast already where half of all are stored. (`npm run bench:js -- sparse`) What is pruned row by
 * row to a quarter or a fifth has up to one number more in each, and is still few.
 */
const MOST_STORED: Readonly<Record<HeldNumbers, number>> = {
  f32: 0.26,
  i8: 0.26,
  codes: 0.21,
  f16: 0.21,
  bf16: 0.21,
};

/** Whether so many stored numbers of all are few enough for the kernel of single numbers. */
export const areFew = (stored: number, all: number, held: HeldNumbers): boolean =>
  stored <= MOST_STORED[held] * all;

/**
 * A matrix of few stored numbers as the kernel for these takes it; undefined for others. `element` holds all of them.
 * Codes that share one scale are integers, and the scale a factor.
 */
export function storedMatrix(value: CompositeValue, element: HeldFloat): FactoredMatrix | undefined {
  if (!isSparseMatrix(value)) return undefined;
  const stored = storedRows(value, "f32");
  if (isMismatch(stored)) return undefined;
  const { rows, columns, starts, places, numbers } = stored;
  const all = rows * columns;
  // Numbers are looked at only where they could be few: integers may be the most.
  if (!areFew(places.length, all, "i8")) return undefined;
  const floats = Float32Array.from(numbers);
  const whole = wholeSteps(floats, componentOf(value, "values"));
  const { values, factor } = whole ?? { values: floats, factor: 1 };
  if (!areFew(places.length, all, holdNumbers(values, element).held)) return undefined;
  return { starts, places, values, element, factor };
}

/** Integers of 8 bits that are, times the one scale of a value, its numbers. */
function wholeSteps(
  numbers: Float32Array,
  stored: RuntimeValue,
): Pick<FactoredMatrix, "values" | "factor"> | undefined {
  const scale = isDense(stored) ? undefined : stored.components.scale;
  const scales = scale && dequantize(scale, "f32");
  if (!scales || isMismatch(scales) || scales.data.length !== 1) return undefined;
  const factor = scales.data[0]!;
  const values = numbers.map((number) => Math.round(number / factor) + 0);
  const isWhole = values.every(
    (step, i) => step >= -128 && step <= 127 && Math.fround(step * factor) === numbers[i],
  );
  return isWhole ? { values, factor } : undefined;
}

/** Where what a sparse value stores stands in it, row-major. */
export const positionsOf = (value: CompositeValue, kind: SparseKind): Int32Array =>
  readPositions(kind, value.shape, (name) => integersOf(value, name).data);
