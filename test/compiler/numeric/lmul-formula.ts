import { type FloatFormat, floorLog2 } from "../../../compiler/numeric/float-format.ts";

/** l(m) by m, as the paper gives it. */
const offsets = [Number.NaN, 1, 2, 3, 3, 4, 4, 4, 4, 4, 4];

/** (1 + x)(1 + y) by the formula of the paper, on real mantissas, in [0, 1), with the carries of an adder; exact in f64. */
export function significandByFormula(x: number, y: number, mantissaBits: number): number {
  const sum = x + y + 2 ** -offsets[mantissaBits]!;
  if (sum < 1) return 1 + sum;
  return sum < 2 ? 2 * sum : 4 * (sum - 1);
}

/** The smallest value with a leading one. */
export const smallestNormal = ({ bias }: FloatFormat): number => 2 ** (1 - bias);

/** The product of two values of a format by the formula; subnormals count as zero, and the rest is as in IEEE 754. */
export function lmulByFormula(format: FloatFormat, left: number, right: number): number {
  const [one, other] = [Math.abs(left), Math.abs(right)];
  const least = smallestNormal(format);
  if (one < least || other < least || !Number.isFinite(one + other))
    return (one < least ? left * 0 : left) * (other < least ? right * 0 : right);
  const [a, b] = [floorLog2(one), floorLog2(other)];
  const size = significandByFormula(one / 2 ** a - 1, other / 2 ** b - 1, format.mantissaBits) * 2 ** (a + b);
  return left < 0 !== right < 0 ? -size : size;
}
