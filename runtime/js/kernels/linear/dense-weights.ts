import { decodeBf16, decodeF16, encodeBf16, encodeF16 } from "../../../../compiler/numeric/half.ts";
import { type Expression, i32, op } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";
import { splat } from "../vector-math.ts";

/** How weights are stored; all three are widened to f32 without rounding. */
export type StoredElement = "f32" | "bf16" | "f16";

/** Columns whose weights stand side by side. */
export const PANEL_COLUMNS = 8;
export const panelsOf = (columns: number): number => Math.ceil(columns / PANEL_COLUMNS);

/** Bytes of the weights of one panel at one depth. */
export const stepBytes = (element: StoredElement): number => PANEL_COLUMNS * (element === "f32" ? 4 : 2);

/** Extents are at least 1. */
export interface DenseWeight {
  readonly columns: number;
  readonly depth: number;
  /** [columns, depth], of values that `element` represents: others are rounded to it. */
  readonly weight: Float32Array;
  readonly element: StoredElement;
}

/**
 * The element a weight is stored as. The kernel's conversion of f16 knows no infinities and NaNs, which nobody means to
 * have in a weight, so a weight with such values is stored as f32.
 */
export const storedElement = ({ weight, element }: Pick<DenseWeight, "weight" | "element">): StoredElement =>
  element === "f16" && weight.some((value) => !(Math.abs(value) < LEAST_INFINITE_F16)) ? "f32" : element;

/** From here on, values round to an infinite f16. */
const LEAST_INFINITE_F16 = 65520;

/**
 * [panels, depth, 8] with zeros behind the last column. As f32, columns are in order; of 16 bits, column i of a panel
 * is the lower and i + 4 the upper half of word i, so that halves of a vector widen in place. Values of an f16 weight
 * are finite.
 */
export function packDense({ columns, depth, weight, element }: DenseWeight): Uint8Array<ArrayBuffer> {
  const ordered = new Float32Array(panelsOf(columns) * depth * PANEL_COLUMNS);
  for (let column = 0; column < columns; column++)
    for (let k = 0; k < depth; k++) ordered[placeOf(element, depth, column, k)] = weight[column * depth + k]!;
  if (element === "f32") return new Uint8Array(ordered.buffer);
  const codes = element === "bf16" ? encodeBf16(ordered) : encodeF16(ordered);
  return Uint8Array.from(new Uint8Array(codes.buffer));
}

/** The weight [columns, depth] of bytes that `packDense` made of it. */
export function unpackDense(
  bytes: Uint8Array<ArrayBuffer>,
  { columns, depth, element }: Omit<DenseWeight, "weight">,
): Float32Array {
  const ordered = decoders[element](bytes.slice().buffer);
  const weight = new Float32Array(columns * depth);
  for (let column = 0; column < columns; column++)
    for (let k = 0; k < depth; k++) weight[column * depth + k] = ordered[placeOf(element, depth, column, k)]!;
  return weight;
}

const decoders: Readonly<Record<StoredElement, (buffer: ArrayBuffer) => Float32Array>> = {
  f32: (buffer) => new Float32Array(buffer),
  bf16: (buffer) => decodeBf16(new Uint16Array(buffer)),
  f16: (buffer) => decodeF16(new Uint16Array(buffer)),
};

/** Where the element of a column and a depth stands among all. */
function placeOf(element: StoredElement, depth: number, column: number, k: number): number {
  const inPanel = column % PANEL_COLUMNS;
  const lane = element === "f32" ? inPanel : (inPanel % 4) * 2 + Math.floor(inPanel / 4);
  return (Math.floor(column / PANEL_COLUMNS) * depth + k) * PANEL_COLUMNS + lane;
}

/** Reads the 8 weights of a panel at one depth as two vectors of f32. */
export type WeightReader = (address: Expression, offset: number) => readonly [Expression, Expression];

/** A reader of stored weights; it sets up constants, so it is made outside of loops. */
export function weightReader(f: FunctionBuilder, element: StoredElement): WeightReader {
  if (element === "f32")
    return (address, offset) => [load("v128.load", address, offset), load("v128.load", address, offset + 16)];
  const stored = f.local("v128");
  const take = (address: Expression, offset: number) => f.set(stored, load("v128.load", address, offset));
  if (element === "bf16") {
    const upper = f.let(op("i32x4.splat", i32(0xffff0000)));
    return (address, offset) => {
      take(address, offset);
      return [op("i32x4.shl", stored, 16), op("v128.and", stored, upper)];
    };
  }
  // Sign, exponent and mantissa where f32 has them; what is then off by the difference of the biases is a factor.
  const fields = f.let(op("i32x4.splat", i32(0x8fffe000)));
  const factor = f.let(splat(2 ** 112));
  const widen = (upperHalves: Expression) =>
    op("f32x4.mul", op("v128.and", op("i32x4.shr_s", upperHalves, 3), fields), factor);
  return (address, offset) => {
    take(address, offset);
    return [widen(op("i32x4.shl", stored, 16)), widen(stored)];
  };
}
