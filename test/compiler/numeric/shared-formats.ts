import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { namedFloatFormats } from "../../../compiler/numeric/float-format.ts";

/** The folder of decode tables and encode vectors made by an independent implementation, beside the repository. */
const folder = join(import.meta.dirname, "../../../../shared/formats");

export const sharedFormatsExist = existsSync(folder);
if (!sharedFormatsExist) console.warn(`skipped: no ${folder}, so formats are not compared with its tables`);

/** The file name in the shared folder of every small format. */
export const sharedNames = {
  f8E4M3FN: "float8_e4m3fn",
  f8E5M2: "float8_e5m2",
  f8E4M3FNUZ: "float8_e4m3fnuz",
  f8E5M2FNUZ: "float8_e5m2fnuz",
  f8E8M0FNU: "float8_e8m0fnu",
  f6E2M3FN: "float6_e2m3fn",
  f6E3M2FN: "float6_e3m2fn",
  f4E2M1FN: "float4_e2m1fn",
} as const satisfies Partial<Record<keyof typeof namedFloatFormats, string>>;

export type SharedFormat = keyof typeof sharedNames;
export const sharedFormats = Object.keys(sharedNames) as readonly SharedFormat[];

export interface SharedDescription {
  readonly bits: number;
  readonly max_finite?: number;
  readonly min_positive_subnormal?: number;
  readonly values: readonly (number | string)[];
}

/** Expected codes are null where the input is NaN and the format has none. */
export interface SharedVectors {
  readonly input_f32_bits: readonly string[];
  readonly codes_saturate: readonly (number | null)[];
  readonly codes_nonsaturate?: readonly number[];
}

export const readShared = (name: string): Buffer => readFileSync(join(folder, name));
export const readDescription = (format: SharedFormat): SharedDescription =>
  JSON.parse(readShared(`${sharedNames[format]}.json`).toString()) as SharedDescription;
export const readVectors = (format: SharedFormat): SharedVectors =>
  JSON.parse(readShared(`${sharedNames[format]}.encode_vectors.json`).toString()) as SharedVectors;
