import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { type ElementFormat, gridBounds, isSignedElement } from "../elements.ts";

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
