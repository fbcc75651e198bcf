import { type CompositeValue, isDense } from "../../../compiler/define/kernel.ts";
import { patternOf, type SparseKind } from "../../../dialects/lowp/sparse-kind.ts";
import { readPositions } from "../../../dialects/lowp/sparse-places.ts";
import { sparse } from "../../../dialects/lowp/types.ts";
import { componentOf, integersOf } from "../../../dialects/lowp/values.ts";
import type { QuantizedMatrix } from "../kernels/linear/quantized-decoder.ts";
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

/** Where what a sparse value stores stands in it, row-major. */
export const positionsOf = (value: CompositeValue, kind: SparseKind): Int32Array =>
  readPositions(kind, value.shape, (name) => integersOf(value, name).data);
