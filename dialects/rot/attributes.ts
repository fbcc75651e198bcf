import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { type AnyParametric, defineAttribute } from "../../compiler/define/type.ts";
import { integerAttribute, type Literal, symbolAttribute, word } from "../../compiler/ir/attributes.ts";
import { listOf, type Schema } from "../../compiler/schema/schema.ts";

/** One axis of a tensor in the basis a transform names: `@R1 on 1`. */
export interface FramedAxis {
  readonly transform: readonly string[];
  readonly axis: number;
}

const framedAxis: Schema<FramedAxis> = {
  describe: "@transform on axis",
  decode(literal) {
    if (literal.kind !== "sequence" || literal.items.length !== 3) return undefined;
    const [symbol, on, axis] = literal.items;
    if (symbol?.kind !== "symbol" || on?.kind !== "word" || on.text !== "on") return undefined;
    if (axis?.kind !== "integer" || axis.value < 0n) return undefined;
    return { transform: symbol.path, axis: Number(axis.value) };
  },
  encode: ({ transform, axis }): Literal => ({
    kind: "sequence",
    items: [symbolAttribute(...transform), word("on"), integerAttribute(axis)],
  }),
};

/** The basis a tensor's axes live in; an axis not named is in the identity frame. */
export const frame = defineAttribute("rot.frame", {
  summary: "The basis of a tensor's axes, by the transforms that made them.",
  parameters: { axes: listOf(framedAxis) },
  positional: ["axes"],
  variadic: true,
  verify({ axes }): readonly Mismatch[] {
    if (axes.length === 0)
      return [mismatch("frame", "a frame names at least one axis", { hint: "leave the identity frame out" })];
    const repeated = axes.find(({ axis }, i) => axes.findIndex((other) => other.axis === axis) !== i);
    return repeated ? [mismatch("frame", `axis ${repeated.axis} is in two frames`)] : [];
  },
  verifyInTensor: ({ axes }, { shape }) =>
    axes.flatMap(({ axis }) =>
      axis < shape.length ? [] : [mismatch("frame", `axis ${axis} is out of range for rank ${shape.length}`)],
    ),
});

export const rotAttributes: readonly AnyParametric[] = [frame];
