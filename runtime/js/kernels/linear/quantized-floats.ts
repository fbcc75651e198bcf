import { type Expression, type Local, op } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { splat } from "../vector-math.ts";
import type { DecodedMatrix, QuantizedMatrix } from "./quantized-decoder.ts";
import { QUADS, splat32 } from "./quantized-packing.ts";
import { topCodes, topMask } from "./quantized-words.ts";

/** A binary float of sign, exponent and mantissa, whose bits moved to those of f32 read as the level over 2^offset. */
interface FloatBits {
  readonly exponent: number;
  readonly mantissa: number;
  readonly offset: number;
}

/**
 * Decodes floats of 5 to 8 bits with at least 2 of exponent, exactly, by moving their bits to where f32 has them.
 * Undefined for other levels, and where codes of NaN or infinity occur.
 */
export function floatDecoder(matrix: QuantizedMatrix, isUsed: Uint8Array): DecodedMatrix | undefined {
  const { bits, codes, levels, scales, shifts, selector } = matrix;
  const format = bits < 5 || selector ? undefined : formatOf(levels, isUsed, bits);
  if (!format) return undefined;
  const { exponent, mantissa, offset } = format;
  return {
    scales,
    ...(shifts && { shifts }),
    decoder: {
      name: `float_e${exponent}m${mantissa}_offset${offset}`,
      bits,
      layout: "words",
      exponents: Array.from({ length: QUADS }, () => 0),
      constants: new Uint8Array(0),
      codes,
      open(f) {
        const mask = topMask(f, bits);
        const decode = exponent >= 4 ? multiplied(f, format) : corrected(f, format);
        return {
          startRun() {},
          levels: (vectors, depth) =>
            Array.from({ length: QUADS }, (_, quad) =>
              decode(topCodes(vectors, bits, mask, { depth, quad })),
            ),
        };
      },
    },
  };
}

/**
 * By a multiplication that moves the exponent. Numbers below the smallest normal one are so in f32 until then, which
 * processors are slow at: for formats whose range makes them rare.
 */
function multiplied(f: FunctionBuilder, { exponent, mantissa, offset }: FloatBits) {
  const mask = f.let(splat32(magnitudeMask(exponent, mantissa) | (1 << 31)));
  const factor = f.let(splat(2 ** offset));
  return (top: Expression): Expression =>
    op("f32x4.mul", op("v128.and", op("i32x4.shr_s", top, 8 - exponent), mask), factor);
}

/**
 * By adding to the exponent field. That takes numbers f · 2B with exponent field 0 for (1 + f) · B, where 2B is the
 * smallest normal one; they are twice that less 2B, which for all others is more than the number.
 */
function corrected(f: FunctionBuilder, { exponent, mantissa, offset }: FloatBits) {
  const mask = f.let(splat32(magnitudeMask(exponent, mantissa)));
  const bias = f.let(splat32(offset << 23));
  const normal = f.let(splat(2 ** (offset - 126)));
  const sign = f.let(splat32(1 << 31));
  return (code: Expression): Expression => {
    const top: Local = f.let(code);
    const field = op("v128.and", op("i32x4.shr_u", top, 8 - exponent), mask);
    const read = f.let(op("i32x4.add", field, bias));
    const twice = op("f32x4.sub", op("f32x4.add", read, read), normal);
    return op("v128.or", op("f32x4.pmin", read, twice), op("v128.and", top, sign));
  };
}

const magnitudeMask = (exponent: number, mantissa: number): number =>
  (2 ** (exponent + mantissa) - 1) << (23 - mantissa);

/** The format of which all codes that occur have the levels given, from its smallest normal number. */
function formatOf(levels: Float32Array, isUsed: Uint8Array, bits: number): FloatBits | undefined {
  for (let exponent = 2; exponent <= bits - 2; exponent++) {
    const mantissa = bits - 1 - exponent;
    const offset = Math.log2(levels[1 << mantissa]! / movedBits(1 << mantissa, exponent, mantissa));
    const isOne =
      Number.isInteger(offset) &&
      offset >= 32 &&
      offset <= 127 &&
      isUsed.every(
        (used, code) => !used || levels[code] === movedBits(code, exponent, mantissa) * 2 ** offset,
      );
    if (isOne) return { exponent, mantissa, offset };
  }
  return undefined;
}

/** The f32 that has the bits of a code where its own sign, exponent and mantissa are. */
function movedBits(code: number, exponent: number, mantissa: number): number {
  const view = new DataView(new ArrayBuffer(4));
  const magnitude = (code << (23 - mantissa)) & magnitudeMask(exponent, mantissa);
  view.setInt32(0, magnitude | ((code >> (exponent + mantissa)) << 31));
  return view.getFloat32(0);
}
