import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import type { Type } from "../../compiler/ir/types.ts";
import { seededRandom } from "../../compiler/numeric/random.ts";
import { int, optional } from "../../compiler/schema/schema.ts";
import { partsOf } from "./parts.ts";
import { quantized } from "./types.ts";
import { isValueType } from "./value-type.ts";

/** `seed`, of an op or a pass that rounds. */
export const seedSchema = optional(int({ min: 0, max: 2 ** 32 - 1 }));

/** Whether rounding to a type draws random numbers: in its codes, its scales, or a part of it. */
export function isStochastic(type: Type, shape: readonly number[]): boolean {
  if (type.kind !== "dialect" || !isValueType(type)) return false;
  if (quantized.is(type) && type.parameters.rounding === "stochastic") return true;
  return partsOf(type, shape).some(
    (part) => part.held.kind === "value" && isStochastic(part.held.type, part.shape),
  );
}

/** A seed there must be where the type rounds stochastically, and nowhere else. */
export function seedProblems(
  type: Type,
  shape: readonly number[],
  seed: number | undefined,
): readonly Mismatch[] {
  const needed = isStochastic(type, shape);
  if (needed && seed === undefined)
    return [
      mismatch("seed-missing", "rounding = stochastic needs a seed, found none", {
        hint: "write seed = 1, or any other number",
      }),
    ];
  if (needed || seed === undefined) return [];
  return [
    mismatch("seed-unused", `seed = ${seed} has no effect: nothing in the type rounds stochastically`, {
      hint: "drop the seed, or write rounding = stochastic in the type",
    }),
  ];
}

/** The random numbers of a seed, in the form quantize takes them. */
export const randomOf = (seed: number | undefined): { readonly random?: () => number } =>
  seed === undefined ? {} : { random: seededRandom(seed) };
