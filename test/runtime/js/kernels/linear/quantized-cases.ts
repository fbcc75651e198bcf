import {
  decodeTable,
  type FloatFormat,
  namedFloatFormats,
} from "../../../../../compiler/numeric/float-format.ts";
import { gaussian, seededRandom } from "../../../../../compiler/numeric/random.ts";
import { bitmodGrids } from "../../../../../dialects/lowp/tables/bitmod.ts";
import { normalFloats } from "../../../../../dialects/lowp/tables/normal-float.ts";
import type { Extents, QuantizedMatrix } from "../../../../../runtime/js/kernels/linear/quantized-decoder.ts";

/** How the codes of a test's weight are read. */
export interface CodeFormat {
  readonly bits: number;
  /** [tables, 2^bits] */
  readonly levels: Float32Array;
  /** Codes that occur; all without it. */
  readonly codes?: number;
  /** A zero point of each run: an integer, any number, or none. */
  readonly shift?: "integer" | "any";
  /** How its levels are expected to be decoded. */
  readonly decoder: RegExp;
}

const integers = (bits: number, zero: number): Float32Array =>
  Float32Array.from({ length: 2 ** bits }, (_, code) => code - zero);
const twosComplement = (bits: number): Float32Array =>
  Float32Array.from({ length: 2 ** bits }, (_, code) => (code < 2 ** (bits - 1) ? code : code - 2 ** bits));
const floats = (format: FloatFormat): Float32Array => Float32Array.from(decodeTable(format));
const codebook = (entries: number, seed: number): Float32Array => {
  const random = seededRandom(seed);
  return Float32Array.from({ length: entries }, () => 2 * random() - 1);
};
const { f4E2M1FN, f6E2M3FN, f6E3M2FN, f8E4M3FN, f8E5M2 } = namedFloatFormats;
const joined = (tables: readonly Iterable<number>[]): Float32Array =>
  Float32Array.from(tables.flatMap((table) => [...table]));

export const codeFormats: Readonly<Record<string, CodeFormat>> = {
  ...Object.fromEntries(
    [1, 2, 3, 4, 5, 6, 7, 8].flatMap((bits) => [
      [`int${bits}`, { bits, levels: twosComplement(bits), decoder: /^int\d$/ }],
      [
        `uint${bits} with zeros`,
        { bits, levels: integers(bits, 0), shift: "integer", decoder: /^int\d_zeros/ },
      ],
      [`uint${bits} with shifts`, { bits, levels: integers(bits, 0), shift: "any", decoder: /^int\d$/ }],
      [
        `codebook${bits}`,
        { bits, levels: codebook(2 ** bits, bits), decoder: bits > 6 ? /gather/ : /^int1|lookup/ },
      ],
    ]),
  ),
  "uint4 plain": { bits: 4, levels: integers(4, 0), decoder: /^int4_zero-8/ },
  ternary: { bits: 2, levels: Float32Array.of(-1, 0, 1, Number.NaN), codes: 3, decoder: /^int2$/ },
  "int4 by halves": { bits: 4, levels: integers(4, 7.5), decoder: /lookup4_1x2/ },
  nf4: { bits: 4, levels: Float32Array.from(normalFloats(4)), decoder: /lookup4_1x4/ },
  "nf4 with shifts": {
    bits: 4,
    levels: Float32Array.from(normalFloats(4)),
    shift: "any",
    decoder: /lookup4_1x4/,
  },
  e2m1: { bits: 4, levels: floats(f4E2M1FN), decoder: /lookup4_1x2/ },
  "codebook5 of both signs": {
    bits: 5,
    levels: Float32Array.from({ length: 32 }, (_, code) => (code < 16 ? -1 : 1) * ((code % 16) ** 2 - 5.5)),
    decoder: /lookup5_1x4_signed/,
  },
  e2m3: { bits: 6, levels: floats(f6E2M3FN), decoder: /lookup6_2x2_signed/ },
  e3m2: { bits: 6, levels: floats(f6E3M2FN), decoder: /lookup6_2x2_signed/ },
  e4m3: { bits: 8, levels: floats(f8E4M3FN), codes: 127, decoder: /float_e4/ },
  e5m2: { bits: 8, levels: floats(f8E5M2), codes: 124, decoder: /float_e5/ },
  "e4m3 with NaN": { bits: 8, levels: floats(f8E4M3FN), decoder: /gather8/ },
  bitmod3: { bits: 3, levels: joined(bitmodGrids(3)), decoder: /lookup3_2x2_selected/ },
  bitmod4: { bits: 4, levels: joined(bitmodGrids(4)), decoder: /lookup4_4x2_selected/ },
  "codebook4 by row": { bits: 4, levels: codebook(16 * 40, 3), decoder: /gather4_640_selected/ },
};

/** A seeded weight of a format, whose every code occurs if there is room. */
export function randomMatrix(
  format: CodeFormat,
  { columns, depth }: Extents,
  run: number,
  seed: number,
): QuantizedMatrix {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const runs = Math.ceil(depth / run);
  const tables = format.levels.length / 2 ** format.bits;
  const codes = Uint8Array.from({ length: columns * depth }, (_, i) => {
    const code = below(format.codes ?? 2 ** format.bits);
    return i === 0 ? (format.codes ?? 2 ** format.bits) - 1 : code;
  });
  const scales = Float32Array.from({ length: columns * runs }, () => (random() + 0.1) * 2 ** (below(8) - 6));
  const shifts = scales.map((scale) => {
    const zero = format.shift === "integer" ? below(2 ** format.bits) : random() * 2 ** format.bits;
    return -scale * zero;
  });
  return {
    ...{ bits: format.bits, codes, levels: format.levels, run, scales },
    ...(format.shift && { shifts }),
    ...(tables > 1 && { selector: Int32Array.from({ length: columns * runs }, () => below(tables)) }),
  };
}

/**
 * What the elements of a weight stand for, and, for the bounds of errors, how large they are: with their levels, where
 * zero points are any numbers.
 */
export function dequantized(
  { bits, codes, levels, run, scales, shifts, selector }: QuantizedMatrix,
  { columns, depth }: Extents,
  hasAnyShift: boolean,
) {
  const values = new Float64Array(columns * depth);
  const sizes = new Float64Array(columns * depth);
  const runs = Math.ceil(depth / run);
  const largest = levels.reduce((most, level) => (Math.abs(level) > most ? Math.abs(level) : most), 0);
  for (const i of values.keys()) {
    const at = Math.floor(i / depth) * runs + Math.floor((i % depth) / run);
    const level = levels[((selector?.[at] ?? 0) << bits) + codes[i]!]!;
    values[i] = level * scales[at]! + (shifts?.[at] ?? 0);
    sizes[i] = Math.abs(values[i]!) + (hasAnyShift ? 2 * scales[at]! * largest : 0);
  }
  return { values, sizes };
}

/** Largest error of outputs [rows, columns] over the bound of `roundings`; NaN where a number or NaN is missing. */
export function worstError(
  { columns, depth }: Extents,
  { values, sizes }: { readonly values: Float64Array; readonly sizes: Float64Array },
  input: Float32Array,
  output: Float32Array,
  roundings: number,
): number {
  let worst = 0;
  for (const [i, y] of output.entries()) {
    const row = Math.floor(i / columns) * depth;
    const column = (i % columns) * depth;
    let sum = 0;
    let size = 0;
    for (let k = 0; k < depth; k++) {
      // What is not stored meets no input.
      if (sizes[column + k] === 0) continue;
      sum += input[row + k]! * values[column + k]!;
      size += Math.abs(input[row + k]!) * sizes[column + k]!;
    }
    if (Number.isNaN(sum) && Number.isNaN(y)) continue;
    // Products of numbers below the smallest normal one lose what is below 2^-149, times a scale of at most 2^2.
    const error = Math.abs(y - sum) / (roundings * 2 ** -24 * size + depth * 2 ** -147);
    if (!(error <= worst)) worst = error;
  }
  return worst;
}

export function gaussians(count: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count }, () => gaussian(random));
}
