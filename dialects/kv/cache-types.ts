import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import type { DialectType, FloatType, TensorType } from "../../compiler/ir/types.ts";
import { f32 } from "../../compiler/ir/types.ts";
import type { Schema } from "../../compiler/schema/schema.ts";
import { problemsInShape, ring, valueTypeProblems } from "../lowp/types.ts";
import { lowpType } from "../lowp/value-type.ts";
import type { Side } from "./sides.ts";

/** The types of what an attention remembers; undefined leaves it as it is. */
export type CacheTypes = Readonly<Record<Side, DialectType | undefined>>;

/** A lowp type for a cache. */
export const cacheType: Schema<DialectType> = {
  ...lowpType,
  describe: "lowp type, such as !lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>",
};

/** How entries wait until they are rounded. */
export interface TailOptions {
  readonly window?: number | undefined;
  readonly tail?: FloatType | undefined;
}

/** The ring that a type of old entries makes, along axis 0, or the ring that it is: window 0 and tail f32 by default. */
export const ringType = (type: DialectType, { window = 0, tail = f32 }: TailOptions): DialectType =>
  ring.is(type) ? type : ring.of({ old: type, recent: tail, window, axis: 0 });

/** What keeps a cache [tokens, heads, width] from having a type. Codes: those of the type, `ring-axis`. */
export function cacheProblems(type: DialectType | undefined, { shape }: TensorType): readonly Mismatch[] {
  if (!type) return [];
  const problems = [...valueTypeProblems(type), ...problemsInShape(type, shape)];
  if (problems.length > 0 || !ring.is(type) || type.parameters.axis === 0) return problems;
  return [
    mismatch("ring-axis", `a cache grows along axis 0, but the ring along axis ${type.parameters.axis}`, {
      hint: "write !lowp.ring<…, …, window, 0>",
    }),
  ];
}
