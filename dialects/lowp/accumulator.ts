import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { typeAttribute } from "../../compiler/ir/attributes.ts";
import { DYNAMIC, type IntegerType, integer, type Type } from "../../compiler/ir/types.ts";
import type { Schema } from "../../compiler/schema/schema.ts";
import {
  type IntegerSteps,
  integerSteps,
  type PartialSums,
  partialSums,
} from "./analysis/accumulator-bound.ts";
import { quantized } from "./types.ts";

/** What the partial sums of a product of integers are kept in. */
export const accumulatorSchema: Schema<IntegerType> = {
  describe: "i32 or i64",
  decode(literal) {
    if (literal.kind !== "type" || literal.type.kind !== "integer") return undefined;
    const { signedness, width } = literal.type;
    return signedness === "signless" && (width === 32 || width === 64) ? literal.type : undefined;
  },
  encode: typeAttribute,
};

/** The partial sums of input [..., K] · weightᵀ [N, K] where both are integers with scales; else why they are none. */
export function integerSums(input: Type, weight: Type): PartialSums | Mismatch {
  const left = stepsOf("input", input);
  if (isMismatch(left)) return left;
  const right = stepsOf("weight", weight);
  return isMismatch(right) ? right : partialSums(left, right);
}

function stepsOf(side: string, type: Type): IntegerSteps | Mismatch {
  if (type.kind !== "tensor" || !quantized.is(type.element))
    return mismatch(
      "integer-steps",
      `the ${side} is no !lowp.q, whose codes could be multiplied as integers`,
    );
  const steps = integerSteps(type.element.parameters, type.shape.at(-1) ?? 1);
  return isMismatch(steps) ? { ...steps, message: `the ${side}: ${steps.message}` } : steps;
}

/** The accumulator that holds every partial sum whatever the codes are: i32, or i64 where the types do not prove it. */
export const accumulatorFor = ({ bound }: PartialSums): IntegerType => integer(bound < 2 ** 31 ? 32 : 64);

/** Laws of `acc`: both sides are integers, and no partial sum leaves it. */
export function accumulatorProblems(
  { width }: IntegerType,
  { input, weight }: { readonly input: Type; readonly weight: Type },
): readonly Mismatch[] {
  const sums = integerSums(input, weight);
  if (isMismatch(sums)) return [{ ...sums, hint: "leave acc out" }];
  const { products, bound } = sums;
  if (bound < 2 ** (width - 1)) return [];
  const reach = products === DYNAMIC ? "the inner extent is unknown" : `${products} products reach ${bound}`;
  return [
    mismatch(
      "accumulator-overflow",
      `sums may leave i${width}: ${reach}, expected less than 2^${width - 1}`,
      {
        hint: width === 32 ? "write acc = i64, or use smaller blocks" : "use smaller blocks",
      },
    ),
  ];
}
