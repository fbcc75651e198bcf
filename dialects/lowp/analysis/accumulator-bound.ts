import { type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { DYNAMIC } from "../../../compiler/ir/types.ts";
import {
  describeElement,
  type ElementFormat,
  gridBounds,
  isSignedElement,
  storageRange,
} from "../elements.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";

/**
 * How many products of codes of two integer elements an accumulator of `bits` bits holds whatever the codes are; two's
 * complement, or unsigned where both elements are. Beyond it sums must be spilled, or one operand shifted down. 16-bit
 * codes fill 32 bits with a single product. (Das et al., arXiv 1802.00930; F13)
 */
export function safeProducts(left: ElementFormat, right: ElementFormat, bits: number): number {
  const signed = isSignedElement(left) || isSignedElement(right);
  const [a, b] = [largestCode(left), largestCode(right)];
  const room = 2 ** (signed ? bits - 1 : bits) - 1;
  return Math.floor(room / (a * b));
}

/** Largest magnitude of a code, the lowest one of two's complement included. */
function largestCode(element: ElementFormat): number {
  if (element.kind === "float" || element.kind === "custom")
    return unreachable("integers are accumulated as integers");
  const [lowest, highest] = gridBounds(element);
  return Math.max(-lowest, highest);
}

/** The steps a quantized type counts in, code − zero, as integers. */
export interface IntegerSteps {
  /** Largest magnitude of a step, from the type alone. */
  readonly largest: number;
  /** Steps along the last axis that share a scale; DYNAMIC where that is an axis of unknown extent. */
  readonly run: number;
}

/**
 * The steps of a `!lowp.q` type whose last axis has `depth` elements, or why they are no integers with one scale for
 * each run of them.
 */
export function integerSteps(
  { element, block, zero, shift }: QuantizedParameters,
  depth: number,
): IntegerSteps | Mismatch {
  if (element.kind === "float" || element.kind === "custom")
    return mismatch("integer-steps", `element is ${describeElement(element)}, expected an integer`);
  if (shift)
    return mismatch("integer-steps", "the type has a shift, expected a scale, or a scale and a zero");
  if (zero && zero.kind !== "integer")
    return mismatch("integer-steps", "the zero is no integer, so code − zero is none");
  const [lowest, highest] = gridBounds(element);
  const [least, most] = zero?.kind === "integer" ? storageRange(zero) : [0, 0];
  const entry = block.at(-1) ?? "*";
  const run = entry === "*" ? depth : depth === DYNAMIC ? entry : Math.min(entry, depth);
  return { largest: Math.max(most - lowest, highest - least), run };
}

/** The partial sums of a product of integer steps: one for each stretch of the inner axis that both scales cover. */
export interface PartialSums {
  /** Products in the longest of them; DYNAMIC where the inner extent is unknown. */
  readonly products: number;
  /** No partial sum is larger in magnitude; of unknown extents it is known that they are below 2³¹. */
  readonly bound: number;
}

export function partialSums(left: IntegerSteps, right: IntegerSteps): PartialSums {
  const runs = [left.run, right.run].filter((run) => run !== DYNAMIC);
  const products = runs.length === 0 ? DYNAMIC : Math.min(...runs);
  const longest = products === DYNAMIC ? 2 ** 31 : products;
  return { products, bound: longest * left.largest * right.largest };
}
