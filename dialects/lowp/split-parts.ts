import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { integerAttribute, type Literal, typeAttribute } from "../../compiler/ir/attributes.ts";
import { DYNAMIC } from "../../compiler/ir/types.ts";
import { listOf, type Schema } from "../../compiler/schema/schema.ts";
import { type ValueType, valueTypeSchema } from "./value-type.ts";

/** `extent` neighbours of the split axis, held as `type`. */
export interface SplitPart {
  readonly extent: number;
  readonly type: ValueType;
}

/** What `!lowp.split<…>` says. */
export interface SplitParameters {
  readonly axis: number;
  readonly parts: readonly SplitPart[];
  /** Whether a component `perm` says which index of the axis each place holds. */
  readonly permuted: boolean;
}

const partSchema: Schema<SplitPart> = {
  describe: "(extent : type)",
  decode(literal) {
    if (literal.kind !== "group" || literal.open !== "(" || literal.items.length !== 1) return undefined;
    const [chain] = literal.items;
    if (chain?.kind !== "chain" || chain.items.length !== 2) return undefined;
    const [extent, type] = chain.items;
    const decoded = type && valueTypeSchema.decode(type);
    return extent?.kind === "integer" && decoded
      ? { extent: Number(extent.value), type: decoded }
      : undefined;
  },
  encode: ({ extent, type }): Literal => ({
    kind: "group",
    open: "(",
    items: [{ kind: "chain", items: [integerAttribute(extent), typeAttribute(type)] }],
  }),
};

/** `[(128 : f16), (896 : !lowp.q<…>)]` */
export const splitPartsSchema: Schema<readonly SplitPart[]> = {
  ...listOf(partSchema),
  // A group, not an attribute array: its items are no attributes.
  encode: (parts) => ({ kind: "group", open: "[", items: parts.map((part) => partSchema.encode(part)) }),
};

/** Laws on the parts alone. */
export function splitPartProblems(parts: readonly SplitPart[]): readonly Mismatch[] {
  if (parts.length === 0) return [mismatch("split-parts", "a split has 0 parts, at least 1 expected")];
  return parts.flatMap(({ extent }, index) =>
    extent > 0 ? [] : [mismatch("split-extent", `part ${index} has extent ${extent}, at least 1 expected`)],
  );
}

/** Whether the parts fill the axis of a tensor. */
export function splitAxisProblems(
  axis: number,
  parts: readonly SplitPart[],
  shape: readonly number[],
): readonly Mismatch[] {
  const extent = shape[axis];
  if (extent === undefined)
    return [mismatch("axis-range", `axis ${axis} is out of range for rank ${shape.length}`)];
  const sum = parts.reduce((total, part) => total + part.extent, 0);
  if (extent === DYNAMIC || sum === extent) return [];
  return [mismatch("split-extents", `parts add up to ${sum}, axis ${axis} has extent ${extent}`)];
}
