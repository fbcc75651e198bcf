import { mismatch } from "../../compiler/define/op.ts";
import { type AnyParametric, defineAttribute } from "../../compiler/define/type.ts";
import { integerAttribute, word } from "../../compiler/ir/attributes.ts";
import { attribute, optional, type Schema, string } from "../../compiler/schema/schema.ts";
import { decodePattern, encodePattern, type Pattern } from "./sparse-kind.ts";
import { patternProblems, runProblems } from "./sparse-kind-laws.ts";

/** `2:4 on 1` */
const patternOnAxis: Schema<{ readonly pattern: Pattern; readonly axis: number }> = {
  describe: "N:M on axis",
  decode(literal) {
    if (literal.kind !== "sequence" || literal.items.length !== 3) return undefined;
    const [chain, on, axis] = literal.items;
    const pattern = chain && decodePattern(chain);
    if (!pattern || on?.kind !== "word" || on.text !== "on" || axis?.kind !== "integer") return undefined;
    return { pattern, axis: Number(axis.value) };
  },
  encode: ({ pattern, axis }) => ({
    kind: "sequence",
    items: [encodePattern(pattern), word("on"), integerAttribute(axis)],
  }),
};

/**
 * `#lowp.layout<frame = #rot.frame<…>, sparse = 2:4 on 1, pack = "…">` in the encoding slot of a tensor: the basis
 * its values are in, where zeros are known to be, and how its bytes are ordered. All parts are independent.
 */
export const layout = defineAttribute("lowp.layout", {
  summary: "The frame, known zeros and byte order of a tensor.",
  parameters: { frame: optional(attribute), sparse: optional(patternOnAxis), pack: optional(string) },
  verify: ({ sparse }) => (sparse ? patternProblems(sparse.pattern) : []),
  verifyInTensor({ sparse }, { shape }) {
    if (!sparse) return [];
    const { axis, pattern } = sparse;
    const extent = shape[axis];
    if (extent === undefined)
      return [mismatch("axis-range", `axis ${axis} is out of range for rank ${shape.length}`)];
    return runProblems(pattern.of, `${pattern.kept}:${pattern.of}`, axis, extent);
  },
});

/** Every attribute of the dialect. */
export const lowpAttributes: readonly AnyParametric[] = [layout];
