import { type CompositeValue, isDense, type RuntimeValue } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { DYNAMIC } from "../../compiler/ir/types.ts";
import type { Tensor, TensorData } from "../../compiler/numeric/tensor.ts";
import { concat } from "../nn/reference/shape.ts";
import { scaleShape } from "./blocks.ts";
import { elementsPerCode, hasFixedValues } from "./elements.ts";
import { joinedBlockProblem, type Movement } from "./movements.ts";
import type { QuantizedParameters } from "./quantized-laws.ts";
import { minifloat, quantized } from "./types.ts";
import { describeValueType, type ValueType } from "./value-type.ts";

const offsets = ["scale", "zero", "shift"] as const;

/** The type of a value whose elements were moved, or why its blocks do not survive. */
export function movedType(
  type: ValueType,
  shape: readonly number[],
  movement: Movement,
): ValueType | Mismatch {
  if (type.kind !== "dialect" || minifloat.is(type)) return type;
  const parameters = movable(type, shape);
  if (isMismatch(parameters)) return parameters;
  const moved = movement.blocks(parameters.block, shape);
  if (isMismatch(moved)) return moved;
  const scales = scaleShape(shape, parameters.block);
  return withParts(parameters, moved.block, (part) => movedType(part, scales, moved.scales));
}

/** A value with its elements moved; its type must be one that `movedType` can move. */
export function movedValue(value: RuntimeValue, movement: Movement): RuntimeValue {
  if (isDense(value)) return movement.apply(value);
  const { shape, type, components } = value;
  const result = movedType(type as ValueType, shape, movement);
  if (isMismatch(result)) return unreachable(result.message);
  const moved = quantized.is(type) ? movement.blocks(type.parameters.block, shape) : undefined;
  if (isMismatch(moved)) return unreachable(moved.message);
  return {
    shape: movement.shape(shape),
    type: result,
    components: Object.fromEntries(
      Object.entries(components).map(([name, part]) => [
        name,
        movedValue(part, name === "codes" || !moved ? movement : moved.scales),
      ]),
    ),
  };
}

/** The type of values of one type joined along an axis, or why blocks do not survive. */
export function joinedType(
  type: ValueType,
  shapes: readonly (readonly number[])[],
  axis: number,
): ValueType | Mismatch {
  if (type.kind !== "dialect" || minifloat.is(type)) return type;
  const parameters = shapes.map((shape) => movable(type, shape));
  const wrong = parameters.find(isMismatch);
  if (wrong) return wrong;
  const [first] = parameters as readonly QuantizedParameters[];
  const problem = joinedBlockProblem(first!.block, shapes, axis);
  if (problem) return problem;
  const scales = shapes.map((shape) => scaleShape(shape, first!.block));
  return withParts(first!, first!.block, (part) => joinedType(part, scales, axis));
}

/** Values of one type joined along an axis, as `joinedType` allows. */
export function joinedValue(values: readonly RuntimeValue[], axis: number): RuntimeValue {
  const [first] = values;
  if (!first) return unreachable("verified to have inputs");
  if (isDense(first)) return concat(values as readonly Tensor<TensorData>[], { axis });
  const parts = values as readonly CompositeValue[];
  const extent = parts.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  return {
    shape: first.shape.with(axis, extent),
    type: first.type,
    components: Object.fromEntries(
      Object.keys(first.components).map((name) => [
        name,
        joinedValue(
          parts.map(({ components }) => components[name]!),
          axis,
        ),
      ]),
    ),
  };
}

/** The parameters of a type whose codes and scales are all there is of its values. */
function movable(type: ValueType, shape: readonly number[]): QuantizedParameters | Mismatch {
  const refuse = (why: string) => mismatch("moved-type", why);
  if (!quantized.is(type))
    return refuse(`elements of ${describeValueType(type)} cannot be moved without their numbers`);
  const { element, block, tail } = type.parameters;
  if (!hasFixedValues(element) || elementsPerCode(element) !== 1)
    return refuse("the tables of the type go with the places of elements");
  const isOdd = block.some((entry, axis) => {
    const extent = shape[axis]!;
    return entry !== "*" && entry !== 1 && extent !== DYNAMIC && extent % entry !== 0;
  });
  if (isOdd || (tail !== "error" && shape.includes(DYNAMIC)))
    return refuse("the last block of an axis is, or may be, a part of one");
  return type.parameters;
}

function withParts(
  parameters: QuantizedParameters,
  block: QuantizedParameters["block"],
  move: (part: ValueType) => ValueType | Mismatch,
): ValueType | Mismatch {
  const parts: Partial<Record<(typeof offsets)[number], ValueType>> = {};
  for (const name of offsets) {
    const part = parameters[name];
    const moved = part && move(part);
    if (isMismatch(moved)) return moved;
    if (moved) parts[name] = moved;
  }
  return quantized.of({ ...parameters, ...parts, block });
}
