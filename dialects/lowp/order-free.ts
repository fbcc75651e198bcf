import type { Type } from "../../compiler/ir/types.ts";
import { elementsPerCode, hasCodebook } from "./elements.ts";
import { minifloat, quantized, sum } from "./types.ts";

/**
 * Whether rounding to a type commutes with any permutation along an axis: every number is rounded by itself, or all
 * numbers along the axis together.
 */
export function isOrderFree(type: Type, axis: number): boolean {
  if (type.kind !== "dialect" || minifloat.is(type)) return true;
  if (sum.is(type)) return type.parameters.terms.every((term) => isOrderFree(term, axis));
  if (!quantized.is(type)) return false;
  const { element, block, scale, zero, shift, rounding } = type.parameters;
  if (rounding === "stochastic" || hasCodebook(element)) return false;
  if (axis === block.length - 1 && elementsPerCode(element) > 1) return false;
  if (block[axis] === "*") return true;
  return block[axis] === 1 && [scale, zero, shift].every((each) => !each || isOrderFree(each, axis));
}
