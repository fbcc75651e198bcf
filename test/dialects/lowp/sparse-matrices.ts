import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { seededRandom } from "../../../compiler/numeric/random.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import type { SparseKind } from "../../../dialects/lowp/sparse-kind.ts";
import type { ValueType } from "../../../dialects/lowp/value-type.ts";
import { gaussianTensor } from "./generate.ts";
import { lowpType } from "./text.ts";

/** What is no mismatch. */
export function right<T>(value: T | Mismatch): T {
  if (isMismatch(value)) throw new Error(value.message);
  return value;
}
export const f32 = { kind: "float", name: "f32" } as const;
export const twoOfFour: SparseKind = { kind: "nm", kept: 2, of: 4 };
/** The type that `text` is, or names among the floats. */
export const typeOf = (text: string): ValueType => {
  const { parameters } = lowpType(`!lowp.sum<${text}, f32>`);
  return (parameters as { readonly terms: readonly ValueType[] }).terms[0]!;
};
/** With zeros where a pattern of 1:4 in groups of four, half of them empty, wants none: every kind saves on it. */
export function sparseMatrix(rows: number, columns: number, seed: number): FloatTensor {
  const random = seededRandom(seed);
  const { shape, data } = gaussianTensor([rows, columns], seed);
  for (let start = 0; start < data.length; start += 8) {
    const kept = start + Math.floor(random() * 8);
    for (let at = start; at < start + 8; at++) if (at !== kept) data[at] = 0;
  }
  return { shape, data };
}
