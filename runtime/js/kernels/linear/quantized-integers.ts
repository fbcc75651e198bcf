import { type Local, op } from "../../assembler/expression.ts";
import { load } from "../../assembler/memory.ts";
import { splat } from "../vector-math.ts";
import type { DecodedMatrix, QuantizedMatrix } from "./quantized-decoder.ts";
import { QUAD, QUADS } from "./quantized-panel.ts";
import { topCodes, topMask } from "./quantized-words.ts";

/** Zero points beyond this are treated as any other shift. */
const MOST_ZERO = 4096;

/**
 * Decodes levels that are integers times a constant by shifting codes to the top of words, as signed numbers, and
 * converting these: exactly, with a zero point that is one integer for the weight or one per run. Other zero points
 * become shifts. Undefined where levels are not so.
 */
export function integerDecoder(matrix: QuantizedMatrix, used: readonly number[]): DecodedMatrix | undefined {
  const { bits, codes, levels } = matrix;
  const even = matrix.selector ? undefined : evenLevels(used, 2 ** bits);
  if (!even) return undefined;
  const { unit, least, steps } = even;
  const factor = 2 ** (32 - bits);
  const scales = matrix.scales.map((scale) => scale * unit);
  // What is multiplied by a power of two inside a run is divided by it in the scale, which must survive that.
  if (scales.some((scale) => Math.fround(scale / factor) * factor !== scale)) return undefined;
  const zeros = zeroPoints(matrix, scales, least);
  const zeroPoint = zeros && storableZeros(zeros, bits);
  if (zeroPoint === undefined && !matrix.shifts) return undefined;
  // Codes are stored as numbers from -2^(bits - 1), with what that moves taken from the zero point or shift.
  const middle = 2 ** (bits - 1);
  const shared = typeof zeroPoint === "number" ? zeroPoint : undefined;
  const fits = shared !== undefined && -shared >= -middle && steps - shared < middle;
  const origin = fits ? shared : middle;
  const recoded = Uint8Array.from(levels, (level) =>
    used.includes(level) ? (Math.round((level - least * unit) / unit) - origin) & (2 ** bits - 1) : 0,
  );
  const rest = shared === undefined || fits ? 0 : shared - middle;
  const perRun =
    zeroPoint instanceof Float64Array ? Int8Array.from(zeroPoint, (zero) => zero - middle) : undefined;
  return {
    scales,
    ...(zeroPoint === undefined &&
      matrix.shifts && {
        shifts: matrix.shifts.map((shift, i) => shift + matrix.scales[i]! * unit * (least + middle)),
      }),
    decoder: {
      name: `int${bits}${perRun ? "_zeros" : rest === 0 ? "" : `_zero${rest}`}`,
      bits,
      layout: "words",
      exponent: 32 - bits,
      constants: new Uint8Array(0),
      codes: codes.map((code) => recoded[code]!),
      ...(perRun && { perRun }),
      open(f) {
        const mask = topMask(f, bits);
        const ofWeight = rest === 0 ? undefined : f.let(splat(rest * factor));
        const zero: (Local | undefined)[] = Array.from({ length: QUADS }, () =>
          perRun ? f.local("v128") : ofWeight,
        );
        return {
          startRun(address) {
            if (!perRun) return;
            for (const [quad, local] of zero.entries()) {
              const four = load("v128.load32_zero", address, QUAD * quad);
              const wide = op("i32x4.extend_low_i16x8_s", op("i16x8.extend_low_i8x16_s", four));
              f.set(local!, op("f32x4.mul", op("f32x4.convert_i32x4_s", wide), splat(factor)));
            }
          },
          levels: (vectors, depth) =>
            zero.map((from, quad) => {
              const level = op("f32x4.convert_i32x4_s", topCodes(vectors, bits, mask, { depth, quad }));
              return from ? op("f32x4.sub", level, from) : level;
            }),
        };
      },
    },
  };
}

/** `unit`, `least` in units, and `steps` so that the levels are (least + n) · unit, 0 ≤ n ≤ steps < count. */
function evenLevels(
  used: readonly number[],
  count: number,
): { readonly unit: number; readonly least: number; readonly steps: number } | undefined {
  const sorted = [...new Set(used)].sort((a, b) => a - b);
  if (!sorted.every(Number.isFinite)) return undefined;
  const lowest = sorted[0] ?? 0;
  const gaps = sorted.slice(1).map((level, i) => level - sorted[i]!);
  const unit = gaps.length > 0 ? Math.min(...gaps) : Math.abs(lowest) || 1;
  const isEven = sorted.every((level) => {
    const step = (level - lowest) / unit;
    return Number.isInteger(step) && step < count && lowest + step * unit === level;
  });
  if (!isEven || Math.fround(unit) !== unit) return undefined;
  return { unit, least: lowest / unit, steps: ((sorted.at(-1) ?? 0) - lowest) / unit };
}

/** Zero points by run, in steps from the least level; undefined where one is no integer. */
function zeroPoints(
  { shifts }: QuantizedMatrix,
  scales: Float32Array,
  least: number,
): Float64Array | undefined {
  const zeros = Float64Array.from(scales, (scale, i) => {
    const shift = shifts?.[i] ?? 0;
    if (shift === 0) return 0 - least;
    const zero = Math.round(-shift / scale);
    return Math.fround(scale * zero) === -shift ? zero - least : Number.NaN;
  });
  return zeros.every((zero) => Number.isInteger(zero)) ? zeros : undefined;
}

/** One zero point for all runs, or those of all where each fits into a byte with the middle of the codes at 0. */
function storableZeros(zeros: Float64Array, bits: number): number | Float64Array | undefined {
  const first = zeros[0] ?? 0;
  if (zeros.every((zero) => zero === first)) return Math.abs(first) <= MOST_ZERO ? first : undefined;
  return zeros.every((zero) => zero >= 0 && zero - 2 ** (bits - 1) <= 127) ? zeros : undefined;
}
