import { type CompositeValue, isDense, type RuntimeValue } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../compiler/define/op.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import {
  elementCount,
  type FloatTensor,
  type Tensor,
  type TensorData,
} from "../../compiler/numeric/tensor.ts";
import { castDense } from "./dense.ts";
import { quantize } from "./quantize.ts";
import { sliceAxis } from "./regions.ts";
import { oldExtent } from "./ring-extents.ts";
import { ring } from "./types.ts";
import type { ValueType } from "./value-type.ts";
import { componentOf, notSupportedHere } from "./values.ts";

/**
 * A ring with more entries at its end. Those that leave the tail are rounded now, and never again: the ring is the
 * one that all entries quantized at once would give, bit for bit. An entry that is not finite is refused when it
 * leaves the tail.
 */
export function appendToRing(value: CompositeValue, entries: FloatTensor): CompositeValue | Mismatch {
  const { type, shape } = value;
  if (!ring.is(type)) return notSupportedHere("appending to a value", type);
  const { old, recent, axis } = type.parameters;
  if (recent.kind !== "float") return notSupportedHere("a tail", recent);
  const before = shape[axis]!;
  const length = before + entries.shape[axis]!;
  const leaving = oldExtent(type.parameters, length) - oldExtent(type.parameters, before);
  const tail = joinTensors(floatsOf(value, "recent"), castDense(entries, recent), axis);
  const rounded = roundTo(sliceAxis(tail, axis, 0, leaving), old);
  if (isMismatch(rounded)) return rounded;
  const waiting = tail.shape[axis]! - leaving;
  return {
    type,
    shape: shape.with(axis, length),
    components: {
      old: joinValues(componentOf(value, "old"), rounded, axis),
      recent: sliceAxis(tail, axis, leaving, waiting),
    },
  };
}

function roundTo(entries: FloatTensor, type: ValueType): RuntimeValue | Mismatch {
  if (type.kind === "dialect") return quantize(entries, type);
  return type.kind === "float" ? castDense(entries, type) : notSupportedHere("rounding to a type", type);
}

/** A component that is a dense tensor of floats, such as the tail. */
function floatsOf(value: CompositeValue, name: string): FloatTensor {
  const component = componentOf(value, name);
  const isFloats =
    isDense(component) && (component.data instanceof Float32Array || component.data instanceof Float64Array);
  return isFloats ? (component as FloatTensor) : unreachable(`component ${name} holds floats`);
}

/** Whole groups of entries after whole groups of entries: codes, scales and offsets are joined each. */
function joinValues(left: RuntimeValue, right: RuntimeValue, axis: number): RuntimeValue {
  if (isDense(left)) return joinTensors(numbersOf(left), numbersOf(right), axis);
  if (isDense(right)) return unreachable("values of one type are both dense or neither");
  return {
    type: left.type,
    shape: left.shape.with(axis, left.shape[axis]! + right.shape[axis]!),
    components: Object.fromEntries(
      Object.entries(left.components).map(([name, component]) => [
        name,
        joinValues(component, componentOf(right, name), axis),
      ]),
    ),
  };
}

type NumberData = Exclude<TensorData, BigInt64Array>;

function numbersOf(value: RuntimeValue): Tensor<NumberData> {
  if (!isDense(value) || value.data instanceof BigInt64Array)
    return unreachable("codes, scales and offsets have at most 32 bits");
  return { shape: value.shape, data: value.data };
}

/** One tensor after another along an axis; both hold their numbers alike. */
export function joinTensors<Data extends NumberData>(
  left: Tensor<Data>,
  right: Tensor<Data>,
  axis: number,
): Tensor<Data> {
  if (left.shape[axis] === 0) return right;
  if (right.shape[axis] === 0) return left;
  const shape = left.shape.with(axis, left.shape[axis]! + right.shape[axis]!);
  const [leftRun, rightRun] = [left, right].map((each) => elementCount(each.shape.slice(axis)));
  const run = leftRun! + rightRun!;
  const data = newData(left.data, elementCount(shape));
  for (let at = 0, row = 0; at < data.length; at += run, row++) {
    data.set(left.data.subarray(row * leftRun!, (row + 1) * leftRun!), at);
    data.set(right.data.subarray(row * rightRun!, (row + 1) * rightRun!), at + leftRun!);
  }
  return { shape, data };
}

/** Zeros, held as `like` is. */
const newData = <Data extends NumberData>(like: Data, length: number): Data =>
  new (like.constructor as new (count: number) => Data)(length);
