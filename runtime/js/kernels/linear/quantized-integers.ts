import { type Local, op } from "../../assembler/expression.ts";
import { load } from "../../assembler/memory.ts";
import type { DecodedMatrix, QuantizedMatrix } from "./quantized-decoder.ts";
import { QUAD, QUADS, splat32, wordCodes, wordExponent, wordMasks } from "./quantized-planes.ts";

/**
 * Decodes levels that are integers times a constant by masks and a conversion: exactly, with an integer zero point that
 * is one for the weight or one per run. Undefined where levels or zero points are otherwise.
 */
export function integerDecoder(matrix: QuantizedMatrix, used: readonly number[]): DecodedMatrix | undefined {
  const { bits, codes } = matrix;
  const line = matrix.selector ? undefined : evenLevels(used, 2 ** bits);
  if (!line) return undefined;
  const { unit, least } = line;
  const scales = matrix.scales.map((scale) => scale * unit);
  // What is multiplied by powers of two inside a run is divided by them in the scale: they must survive that.
  if (scales.some((scale) => Math.fround(scale * 2 ** -24) * 2 ** 24 !== scale)) return undefined;
  const zeros = zeroPoints(matrix, scales, least);
  const shared = zeros?.every((zero) => zero === zeros[0]) ? (zeros[0] ?? 0) : undefined;
  const isStored = zeros !== undefined && shared === undefined;
  if (!matrix.shifts && shared === undefined) return undefined;
  if (shared !== undefined && Math.abs(shared) > 4096) return undefined;
  const canStore = isStored && zeros.every((zero) => zero >= 0 && zero <= 255);
  const rest = shared !== undefined || canStore ? undefined : matrix.shifts;
  // Codes that do not occur get no number of their own.
  const recoded = Uint8Array.from({ length: 2 ** bits }, (_, code) => {
    const step = (matrix.levels[code]! - least * unit) / unit;
    return used.includes(matrix.levels[code]!) ? step : 0;
  });
  return {
    scales,
    ...(rest && { shifts: rest.map((shift, i) => shift + matrix.scales[i]! * least * unit) }),
    decoder: {
      name: `int${bits}_${canStore ? "zeros" : `zero${shared ?? 0}`}`,
      bits,
      layout: "words",
      exponents: Array.from({ length: QUADS }, (_, quad) => wordExponent(bits, quad)),
      constants: new Uint8Array(0),
      codes: codes.map((code) => recoded[code]!),
      ...(canStore && { perRun: Uint8Array.from(zeros) }),
      open(f) {
        const masks = wordMasks(f, bits);
        const zero: (Local | undefined)[] = Array.from({ length: QUADS }, (_, quad) => {
          if (canStore) return f.local("v128");
          return shared ? f.let(splat32(shared << wordExponent(bits, quad))) : undefined;
        });
        return {
          startRun(address) {
            if (!canStore) return;
            for (const [quad, local] of zero.entries()) {
              const wide = op("i16x8.extend_low_i8x16_u", load("v128.load32_zero", address, QUAD * quad));
              const value = op("i32x4.extend_low_i16x8_u", wide);
              f.set(local!, op("i32x4.shl", value, wordExponent(bits, quad)));
            }
          },
          levels: (planes, depth) =>
            wordCodes(f, planes, bits, depth, masks).map((code, quad) => {
              const from = zero[quad];
              return op("f32x4.convert_i32x4_s", from ? op("i32x4.sub", code, from) : code);
            }),
        };
      },
    },
  };
}

/** `least` (an integer of units, where it is one) and `unit` so that the levels are (least + n) · unit, 0 ≤ n < count. */
function evenLevels(
  used: readonly number[],
  count: number,
): { readonly unit: number; readonly least: number } | undefined {
  const sorted = [...new Set(used)].sort((a, b) => a - b);
  if (!sorted.every(Number.isFinite)) return undefined;
  const lowest = sorted[0] ?? 0;
  const gaps = sorted.slice(1).map((level, i) => level - sorted[i]!);
  const unit = gaps.length > 0 ? Math.min(...gaps) : Math.abs(lowest) || 1;
  const isEven = sorted.every((level) => {
    const step = (level - lowest) / unit;
    return Number.isInteger(step) && step < count && lowest + step * unit === level;
  });
  return isEven && Math.fround(unit) === unit ? { unit, least: lowest / unit } : undefined;
}

/** Zero points by run, as steps from the least level; undefined where one is no integer. */
function zeroPoints(
  { shifts, scales: given }: QuantizedMatrix,
  scales: Float32Array,
  least: number,
): number[] | undefined {
  const zeros = Array.from(scales, (scale, i) => {
    const shift = shifts?.[i] ?? 0;
    // A run of zeros alone takes any zero point.
    if (shift === 0) return -least;
    const zero = Math.round(-shift / scale);
    return Math.fround(scale * zero) === -shift && given[i] !== 0 ? zero - least : Number.NaN;
  });
  return zeros.every((zero) => Number.isInteger(zero)) ? zeros : undefined;
}
