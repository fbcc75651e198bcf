import { op } from "../../assembler/expression.ts";
import { splat } from "../vector-math.ts";
import type { DecodedMatrix, QuantizedMatrix } from "./quantized-decoder.ts";
import { QUADS, splat32 } from "./quantized-panel.ts";
import { movedCodes } from "./quantized-words.ts";

/** A binary float of sign, exponent and mantissa, whose bits moved to those of f32 read as the level over 2^offset. */
interface FloatBits {
  readonly exponent: number;
  readonly mantissa: number;
  readonly offset: number;
}

/**
 * Decodes floats of 6 to 8 bits with 4 or more of exponent, exactly, by moving their bits to where f32 has them and
 * multiplying by a power of two. Numbers below the smallest normal one are so in f32 until then, which processors are
 * slow at: they must be rare, as they are with that range. Undefined for other levels, and where codes of NaN or
 * infinity occur.
 */
export function floatDecoder(matrix: QuantizedMatrix, isUsed: Uint8Array): DecodedMatrix | undefined {
  const { bits, codes, levels, scales, shifts, selector } = matrix;
  const format = bits < 6 || selector ? undefined : formatOf(levels, isUsed, bits);
  if (!format) return undefined;
  const { exponent, mantissa, offset } = format;
  return {
    scales,
    ...(shifts && { shifts }),
    decoder: {
      name: `float_e${exponent}m${mantissa}_offset${offset}`,
      bits,
      layout: "words",
      exponent: 0,
      constants: new Uint8Array(0),
      codes,
      open(f) {
        const mask = f.let(splat32(magnitudeMask(exponent, mantissa) | (1 << 31)));
        const factor = f.let(splat(2 ** offset));
        return {
          startRun() {},
          levels: (vectors, depth) =>
            Array.from({ length: QUADS }, (_, quad) => {
              const top = movedCodes(vectors, bits, { depth, quad }, 32 - bits);
              const moved = op("v128.and", op("i32x4.shr_s", top, 8 - exponent), mask);
              return op("f32x4.mul", moved, factor);
            }),
        };
      },
    },
  };
}

const magnitudeMask = (exponent: number, mantissa: number): number =>
  (2 ** (exponent + mantissa) - 1) << (23 - mantissa);

/** The format of which all codes that occur have the levels given, from its smallest normal number. */
function formatOf(levels: Float32Array, isUsed: Uint8Array, bits: number): FloatBits | undefined {
  for (let exponent = 4; exponent <= bits - 2; exponent++) {
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
