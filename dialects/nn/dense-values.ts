import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import type { Attribute, DenseValue } from "../../compiler/ir/attributes.ts";
import { describeType } from "../../compiler/ir/describe.ts";
import type { IntegerType } from "../../compiler/ir/types.ts";

/** A `dense<…>` literal; its parser made sure that lists fit the shape. */
export type DenseAttribute = Extract<Attribute, { kind: "dense" }>;

type Scalar = Exclude<DenseValue, readonly DenseValue[]>;

/** The numbers as written, in row-major order; a single one stands for all elements. */
export const flatValues = (value: DenseValue): readonly Scalar[] =>
  typeof value === "object" ? value.flatMap(flatValues) : [value];

/** The one number every element equals, if there is one. */
export function splatOf({ value }: DenseAttribute): number | undefined {
  const [first, ...rest] = flatValues(value);
  if (first === undefined || typeof first === "string") return undefined;
  return rest.every((each) => Object.is(Number(each), Number(first))) ? Number(first) : undefined;
}

/** Why numbers are not of the element type of their literal. */
export function constantProblem(name: string, { value, type }: DenseAttribute): Mismatch | undefined {
  const { element } = type;
  const values = flatValues(value);
  const written = describeType(element);
  if (element.kind !== "integer" && element.kind !== "float")
    return mismatch("element-type", `${name} holds floats or integers, not ${written}`);
  if (values.some((each) => typeof each === "string"))
    return mismatch("constant-value", `${name} cannot read bytes`, { hint: "write the numbers as lists" });
  if (element.kind === "float") return undefined;
  const stray = values.find((each) => typeof each === "number" || !isInRange(BigInt(each), element));
  if (stray === undefined) return undefined;
  return mismatch("constant-value", `${stray} is no ${written}`, {
    hint: typeof stray === "number" ? "drop the point, or give it a float type" : "give it a wider type",
  });
}

// Signless integers may be written either way, as in MLIR: i8 takes -128 to 255.
function isInRange(value: bigint, { width, signedness }: IntegerType): boolean {
  const bits = BigInt(width);
  const isSigned = signedness !== "unsigned" && BigInt.asIntN(width, value) === value;
  const isUnsigned = signedness !== "signed" && 0n <= value && value < 1n << bits;
  return isSigned || isUnsigned;
}
