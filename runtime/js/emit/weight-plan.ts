import { type CompositeValue, isDense, type RuntimeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch } from "../../../compiler/define/op.ts";
import { type Type, tensorType } from "../../../compiler/ir/types.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { isSparseMatrix, storedRows } from "../../../dialects/lowp/sparse-linear.ts";
import { entropy, lowrank, sparse, split, sum } from "../../../dialects/lowp/types.ts";
import { componentOf, integersOf } from "../../../dialects/lowp/values.ts";
import type { Epilogue } from "../kernels/epilogue.ts";
import type { HeldFloat } from "../kernels/gather.ts";
import { denseLinear } from "../kernels/linear/dense.ts";
import type { LinearForm } from "../kernels/linear/form.ts";
import { quantizedLinear } from "../kernels/linear/quantized.ts";
import { sparseLinear } from "../kernels/linear/sparse.ts";
import type { SparseMatrix } from "../kernels/linear/sparse-overlay.ts";
import { structuredSparseLinear } from "../kernels/linear/structured-sparse.ts";
import { heldAs } from "./float-bytes.ts";
import { refuse } from "./lowering.ts";
import { sharedOutMatrix } from "./shared-groups.ts";
import { patternMatrix, scatteredMatrix, storedMatrix } from "./sparse-weights.ts";
import { quantizedMatrix } from "./weights.ts";

/** How floats are multiplied by a weight [columns, depth]. */
export type WeightPlan =
  /** By one kernel. */
  | { readonly kind: "form"; readonly form: (epilogue: Epilogue) => LinearForm }
  /** By [rank, depth], then by [columns, rank]. */
  | {
      readonly kind: "factors";
      readonly rank: number;
      readonly left: WeightPlan;
      readonly right: WeightPlan;
    }
  | WeightSum;

/** A sum of products, at least one of which is no overlay. */
export interface WeightSum {
  readonly kind: "sum";
  readonly terms: readonly WeightTerm[];
  /** The input that stands at each place of the depth; they stand in their own order where left out. */
  readonly order?: Int32Array | undefined;
}

/** A term of a sum: a weight [columns, extent] that meets `extent` neighbours of the depth, from `start`. */
export interface WeightTerm {
  readonly plan: WeightPlan | Overlay;
  readonly start: number;
  readonly extent: number;
}

/** Few products, which are added to what others made. */
export interface Overlay {
  readonly kind: "overlay";
  readonly matrix: SparseMatrix;
}

/**
 * The plan that keeps a matrix about as small as it is stored; where no kernel can, it is held as floats: bf16 or f16
 * if these are what it is made of, else f32. Refuses what has no numbers.
 */
export const planWeight = (value: RuntimeValue, type: Type): WeightPlan =>
  compactPlan(value, type) ?? floatPlan(value, type);

function floatPlan(value: RuntimeValue, type: Type): WeightPlan {
  const [columns = 0, depth = 0] = value.shape;
  const form = (epilogue: Epilogue) => {
    const floats = dequantize(value, "f32");
    if (isMismatch(floats)) return refuse(floats);
    return denseLinear({
      ...{ columns, depth, epilogue },
      weight: floats.data instanceof Float32Array ? floats.data : Float32Array.from(floats.data),
      element: heldElement(type),
    });
  };
  return { kind: "form", form };
}

/** The narrowest float that holds all numbers of a type. */
function heldElement(type: Type): HeldFloat {
  if (entropy.is(type)) return heldElement(type.parameters.values);
  if (sparse.is(type)) return heldElement(type.parameters.values);
  return heldAs(tensorType([], type));
}

/** Undefined where no kernel takes what is stored, and where floats are as small. */
function compactPlan(value: RuntimeValue, type: Type): WeightPlan | undefined {
  if (isDense(value)) return undefined;
  return (
    kernelPlan(value) ??
    storedPlan(value, type) ??
    sumPlan(value, type) ??
    partsPlan(value, type) ??
    factorPlan(value, type)
  );
}

/** One kernel that takes codes. */
function kernelPlan(value: CompositeValue): WeightPlan | undefined {
  const [columns = 0, depth = 0] = value.shape;
  const codes = quantizedMatrix(value) ?? scatteredMatrix(value) ?? sharedOutMatrix(value);
  if (codes) {
    const form = (epilogue: Epilogue) => quantizedLinear({ columns, depth, weight: codes, epilogue });
    return { kind: "form", form };
  }
  const pattern = patternMatrix(value);
  if (!pattern) return undefined;
  const form = (epilogue: Epilogue) => structuredSparseLinear({ columns, depth, weight: pattern, epilogue });
  return { kind: "form", form };
}

/** The kernel of what is stored, where that is little. */
function storedPlan(value: CompositeValue, type: Type): WeightPlan | undefined {
  const weight = storedMatrix(value, heldElement(type));
  if (!weight) return undefined;
  const [columns = 0, depth = 0] = value.shape;
  return { kind: "form", form: (epilogue) => sparseLinear({ columns, depth, weight, epilogue }) };
}

/** Terms one after another, unless one of them could only be held as floats: then so is the sum. */
function sumPlan(value: CompositeValue, type: Type): WeightPlan | undefined {
  if (!sum.is(type)) return undefined;
  const stored = type.parameters.terms.map((_, i) => componentOf(value, `${i}`));
  const overlays = overlaysOf(stored);
  const terms: WeightTerm[] = [];
  for (const [i, term] of type.parameters.terms.entries()) {
    const plan = overlays[i] ?? compactPlan(stored[i]!, term);
    if (!plan) return undefined;
    terms.push({ plan, start: 0, extent: value.shape[1]! });
  }
  return { kind: "sum", terms };
}

/** Parts of the depth, each by its part of the input; some of them may be floats. */
function partsPlan(value: CompositeValue, type: Type): WeightPlan | undefined {
  if (!split.is(type)) return undefined;
  const { axis, parts, permuted } = type.parameters;
  if (axis !== 1) return undefined;
  const stored = parts.map((_, i) => componentOf(value, `${i}`));
  const overlays = overlaysOf(stored);
  const compact = parts.map((part, i) => overlays[i] ?? compactPlan(stored[i]!, part.type));
  if (compact.every((plan) => plan === undefined)) return undefined;
  let start = 0;
  const terms = parts.map(({ extent, type: part }, i): WeightTerm => {
    const term = { plan: compact[i] ?? floatPlan(stored[i]!, part), start, extent };
    start += extent;
    return term;
  });
  return { kind: "sum", terms, order: permuted ? integersOf(value, "perm").data : undefined };
}

function factorPlan(value: CompositeValue, type: Type): WeightPlan | undefined {
  if (!lowrank.is(type)) return undefined;
  const { rank, run, left, right } = type.parameters;
  const [columns = 0, depth = 0] = value.shape;
  if (run !== undefined || rank * (columns + depth) >= columns * depth) return undefined;
  return {
    kind: "factors",
    rank,
    left: planWeight(componentOf(value, "left"), left),
    right: planWeight(componentOf(value, "right"), right),
  };
}

/** One stored number in so many takes, with its place, as many bytes as a float of 16 bits for every number. */
const SPARSE_ENOUGH = 3;

/** Those of some terms; but where all are overlays, the first is none: the others need something to be added to. */
function overlaysOf(terms: readonly RuntimeValue[]): readonly (Overlay | undefined)[] {
  const overlays = terms.map(overlayOf);
  const areAll = overlays.every((overlay) => overlay !== undefined);
  return overlays.map((overlay, i) => (areAll && i === 0 ? undefined : overlay));
}

/** The stored numbers of a sparse matrix, where these are few. */
function overlayOf(value: RuntimeValue): Overlay | undefined {
  if (isDense(value) || !isSparseMatrix(value)) return undefined;
  const stored = storedRows(value, "f32");
  if (isMismatch(stored)) return undefined;
  const { rows, columns, starts, places, numbers } = stored;
  if (SPARSE_ENOUGH * places.length > rows * columns) return undefined;
  return { kind: "overlay", matrix: { starts, places, values: Float32Array.from(numbers) } };
}
