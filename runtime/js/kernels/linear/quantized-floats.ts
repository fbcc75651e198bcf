import { op } from "../../assembler/expression.ts";
import { splat } from "../vector-math.ts";
import type { DecodedMatrix, QuantizedMatrix } from "./quantized-decoder.ts";
import { QUADS, shiftRight, splat32 } from "./quantized-planes.ts";

/**
 * Decodes 8-bit floats of 4 or 5 exponent bits by moving their bits to where f32 has them and multiplying by a power of
 * two, which is exact for numbers below the smallest normal too. Undefined for other levels, and where codes of NaN or
 * infinity occur.
 */
export function floatDecoder(matrix: QuantizedMatrix, isUsed: Uint8Array): DecodedMatrix | undefined {
  const { bits, codes, levels, scales, shifts, selector } = matrix;
  if (bits !== 8 || selector) return undefined;
  const format = [4, 5]
    .map((exponent) => ({ exponent, unit: unitOf(levels, exponent) }))
    .find(
      ({ exponent, unit }) =>
        unit !== undefined &&
        isUsed.every((used, code) => !used || levels[code] === bitsOf(code, exponent) * unit),
    );
  if (format?.unit === undefined) return undefined;
  const { exponent, unit } = format;
  return {
    scales,
    ...(shifts && { shifts }),
    decoder: {
      name: `float_e${exponent}_times${unit}`,
      bits,
      layout: "words",
      exponents: Array.from({ length: QUADS }, () => 0),
      constants: new Uint8Array(0),
      codes,
      open(f) {
        const mask = f.let(splat32(fieldMask(exponent)));
        const factor = f.let(splat(unit));
        return {
          startRun() {},
          levels: (planes) =>
            Array.from({ length: QUADS }, (_, quad) => {
              const top = shiftRight(planes[0]![0]!, -(24 - 8 * quad));
              const field = op("v128.and", op("i32x4.shr_s", top, 8 - exponent), mask);
              return op("f32x4.mul", field, factor);
            }),
        };
      },
    },
  };
}

/** Sign, exponent and mantissa of an 8-bit float that stands where those of f32 do. */
const fieldMask = (exponent: number): number => 0x80000000 | (0x7f << (16 + exponent));

/** The number whose bits are those of the code, moved up without another bias. */
function bitsOf(code: number, exponent: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setInt32(0, ((code << 24) >> (8 - exponent)) & fieldMask(exponent));
  return view.getFloat32(0);
}

/** What the moved bits must be multiplied by, from code 2^m, the smallest normal number; a normal f32. */
function unitOf(levels: Float32Array, exponent: number): number | undefined {
  const code = 1 << (7 - exponent);
  const unit = levels[code]! / bitsOf(code, exponent);
  return Math.fround(unit) === unit && Math.abs(unit) > 2 ** -126 && Number.isFinite(unit) ? unit : undefined;
}
