import {
  type CompositeValue,
  isDense,
  type Precision,
  type RuntimeValue,
} from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../compiler/define/op.ts";
import { elementCount, type FloatData, type FloatTensor } from "../../compiler/numeric/tensor.ts";
import { dequantizeBlocks } from "./dequantize-blocks.ts";
import { decodeEntropy } from "./entropy.ts";
import { productOfFactors } from "./low-rank.ts";
import { ownFloatNumbers } from "./own-float.ts";
import { restoreAxis } from "./permutation.ts";
import { placeOnAxis } from "./regions.ts";
import type { SparseKind } from "./sparse-kind.ts";
import { readPositions, scatterNumbers } from "./sparse-places.ts";
import type { SplitParameters } from "./split-parts.ts";
import {
  entropy,
  type LowRankParameters,
  lowrank,
  minifloat,
  quantized,
  ring,
  sparse,
  split,
  sum,
} from "./types.ts";
import { componentOf, integersOf, notSupportedHere } from "./values.ts";

/**
 * The numbers a value stands for. f32: every product and sum is rounded once to f32; f64: nothing is rounded. The
 * sums of a matrix product are f64 in both.
 */
export function dequantize(value: RuntimeValue, precision: Precision): FloatTensor | Mismatch {
  if (isDense(value)) return { shape: value.shape, data: asFloats(value.data, precision) };
  const { type } = value;
  if (quantized.is(type)) {
    const parts = dequantizeAll(value, ["scale", "zero", "shift"], precision);
    return isMismatch(parts) ? parts : dequantizeBlocks(value, type.parameters, parts, precision);
  }
  if (minifloat.is(type)) return ownFloatNumbers(value, type, precision === "f32");
  if (entropy.is(type)) return decodeEntropy(value, precision);
  if (sum.is(type)) return addTerms(value, type.parameters.terms.length, precision);
  if (split.is(type)) return joinParts(value, type.parameters, precision);
  if (lowrank.is(type)) return multiplyFactors(value, type.parameters, precision);
  if (ring.is(type)) return joinEntries(value, type.parameters.axis, precision);
  if (sparse.is(type)) return scatter(value, type.parameters.kind, precision);
  return notSupportedHere("dequantizing", type);
}

function asFloats(data: RuntimeData, precision: Precision): FloatData {
  if (precision === "f32")
    return data instanceof Float32Array ? data : Float32Array.from(data as ArrayLike<number>, Number);
  return data instanceof Float64Array ? data : Float64Array.from(data as ArrayLike<number>, Number);
}
type RuntimeData = Extract<RuntimeValue, { readonly data: unknown }>["data"];

/** The named components that there are, as numbers. */
function dequantizeAll<Name extends string>(
  { components }: CompositeValue,
  names: readonly Name[],
  precision: Precision,
): Readonly<Partial<Record<Name, FloatTensor>>> | Mismatch {
  const found: Partial<Record<Name, FloatTensor>> = {};
  for (const name of names) {
    const component = components[name];
    const tensor = component && dequantize(component, precision);
    if (isMismatch(tensor)) return tensor;
    if (tensor) found[name] = tensor;
  }
  return found;
}

function addTerms(value: CompositeValue, count: number, precision: Precision): FloatTensor | Mismatch {
  const total = zeros(value.shape, precision);
  for (let index = 0; index < count; index++) {
    const term = dequantize(componentOf(value, `${index}`), precision);
    if (isMismatch(term)) return term;
    for (let at = 0; at < term.data.length; at++) total.data[at] = total.data[at]! + term.data[at]!;
  }
  return total;
}

function joinParts(
  value: CompositeValue,
  { axis, parts, permuted }: SplitParameters,
  precision: Precision,
): FloatTensor | Mismatch {
  const whole = zeros(value.shape, precision);
  let start = 0;
  for (const [index, { extent }] of parts.entries()) {
    const part = dequantize(componentOf(value, `${index}`), precision);
    if (isMismatch(part)) return part;
    placeOnAxis(part, whole, axis, start);
    start += extent;
  }
  return permuted ? restoreAxis(whole, axis, integersOf(value, "perm")) : whole;
}

function joinEntries(value: CompositeValue, axis: number, precision: Precision): FloatTensor | Mismatch {
  const old = dequantize(componentOf(value, "old"), precision);
  const recent = dequantize(componentOf(value, "recent"), precision);
  if (isMismatch(old)) return old;
  if (isMismatch(recent)) return recent;
  const whole = zeros(value.shape, precision);
  placeOnAxis(old, whole, axis, 0);
  placeOnAxis(recent, whole, axis, old.shape[axis]!);
  return whole;
}

function multiplyFactors(
  value: CompositeValue,
  { run }: LowRankParameters,
  precision: Precision,
): FloatTensor | Mismatch {
  const left = dequantize(componentOf(value, "left"), precision);
  const right = dequantize(componentOf(value, "right"), precision);
  if (isMismatch(left)) return left;
  if (isMismatch(right)) return right;
  return productOfFactors({ left, right }, zeros(value.shape, precision), run);
}

function scatter(value: CompositeValue, kind: SparseKind, precision: Precision): FloatTensor | Mismatch {
  const values = dequantize(componentOf(value, "values"), precision);
  if (isMismatch(values)) return values;
  const positions = readPositions(kind, value.shape, (name) => integersOf(value, name).data);
  return scatterNumbers(values, positions, value.shape);
}

const zeros = (shape: readonly number[], precision: Precision): FloatTensor => ({
  shape,
  data: precision === "f32" ? new Float32Array(elementCount(shape)) : new Float64Array(elementCount(shape)),
});
