import type { DenseValue, Literal } from "../ir/attributes.ts";
import type { TensorType } from "../ir/types.ts";

/** The numbers of a `dense` literal's body, or undefined if it holds anything else. */
export function denseValueOf(literal: Literal): DenseValue | undefined {
  switch (literal.kind) {
    case "integer":
    case "float":
    case "bool":
    case "string":
      return literal.value;
    case "array":
    case "group": {
      const values = literal.items.map(denseValueOf);
      return values.every((value) => value !== undefined) ? values : undefined;
    }
    default:
      return undefined;
  }
}

/** Why nested lists do not have the shape of the type; a single value or a hexadecimal string fits any shape. */
export function denseShapeProblem(value: DenseValue, type: TensorType): string | undefined {
  if (type.shape.some((size) => size < 0)) return "needs a static shape";
  if (!Array.isArray(value)) return undefined;
  if (value.length === 0 && type.shape.includes(0)) return undefined;
  const found: number[] = [];
  for (let level: DenseValue = value; Array.isArray(level); level = level[0] ?? 0) found.push(level.length);
  if (found.join() !== type.shape.join())
    return `holds a list of shape ${found.join("x")}, but the type says ${type.shape.join("x") || "a single value"}`;
  return isRagged(value, type.shape) ? "holds lists of different lengths" : undefined;
}

function isRagged(value: DenseValue, shape: readonly number[]): boolean {
  if (!Array.isArray(value)) return shape.length > 0;
  const [size, ...rest] = shape;
  return value.length !== size || value.some((item) => isRagged(item, rest));
}
