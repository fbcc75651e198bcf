import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { floatAttribute, type Literal } from "../../compiler/ir/attributes.ts";
import { integerLiteral, integerOf } from "./storage.ts";

/** Scales and zero points in row-major order; `shape` is [] for a single pair. real = scale · (code − zero point). */
export interface ScaleTensor {
  readonly shape: readonly number[];
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
}

const fault = (message: string): Mismatch => mismatch("type-parameters", message);

/** `0.5:3`, `{0.5:3, 0.25}` or `{{…}, {…}}`; a missing zero point is 0. */
export function decodeScales(literal: Literal): ScaleTensor | Mismatch {
  if (literal.kind !== "group" || literal.open !== "{") return decodePair(literal);
  if (literal.items.length === 0) return fault("expected floating point literal");
  const parts: ScaleTensor[] = [];
  for (const item of literal.items) {
    const part = decodeScales(item);
    if (isMismatch(part)) return part;
    parts.push(part);
  }
  const inner = parts[0]!.shape;
  if (parts.some(({ shape }) => shape.join() !== inner.join()))
    return fault("tensor literal is invalid; ranks are not consistent between elements");
  return {
    shape: [parts.length, ...inner],
    scales: parts.flatMap(({ scales }) => scales),
    zeroPoints: parts.flatMap(({ zeroPoints }) => zeroPoints),
  };
}

function decodePair(literal: Literal): ScaleTensor | Mismatch {
  const parts = literal.kind === "chain" ? literal.items : [literal];
  const scale = floatOf(parts[0]);
  if (scale === undefined) return fault("expected floating point literal");
  if (parts.length > 2) return fault("expected '>'");
  const zeroPoint = parts.length === 1 ? 0 : integerOf(parts[1]);
  if (zeroPoint === undefined) return fault("expected integer value");
  return { shape: [], scales: [scale], zeroPoints: [zeroPoint] };
}

/** The smallest bit pattern of a positive f64 that is not subnormal. */
const SMALLEST_NORMAL_BITS = 1n << 52n;

/**
 * A number with a point. Upstream prints as the hexadecimal bits of an f64 what six digits cannot
 * say; such a literal arrives as an integer, and no scale is written as an integer that large.
 */
export function floatOf(literal: Literal | undefined): number | undefined {
  if (literal?.kind === "float") return literal.value;
  if (literal?.kind !== "integer" || literal.value < SMALLEST_NORMAL_BITS) return undefined;
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, literal.value);
  return view.getFloat64(0);
}

/** The nested lists that read back as the same tensor; a zero point of 0 is left out. */
export function encodeScales({ shape, scales, zeroPoints }: ScaleTensor): Literal {
  const pairs = scales.map((scale, i): Literal => {
    const zeroPoint = zeroPoints[i]!;
    const first = floatAttribute(scale);
    return zeroPoint === 0 ? first : { kind: "chain", items: [first, integerLiteral(zeroPoint)] };
  });
  return shape.reduceRight((items, size) => inGroups(items, size), pairs)[0]!;
}

const inGroups = (items: readonly Literal[], size: number): Literal[] =>
  Array.from({ length: items.length / size }, (_, i) => ({
    kind: "group",
    open: "{",
    items: items.slice(i * size, (i + 1) * size),
  }));
