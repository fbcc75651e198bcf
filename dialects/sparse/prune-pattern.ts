import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { integerAttribute, word } from "../../compiler/ir/attributes.ts";
import type { Schema } from "../../compiler/schema/schema.ts";
import { decodePattern, encodePattern, type Pattern } from "../lowp/sparse-kind.ts";
import { patternProblems } from "../lowp/sparse-kind-laws.ts";

/**
 * Which zeros pruning makes. nm: all but `kept` of every `of` neighbours of a row. group: whole runs of `size`
 * neighbours of a row. unstructured: any weights.
 */
export type PrunePattern =
  | ({ readonly kind: "nm" } & Pattern)
  | { readonly kind: "group"; readonly size: number }
  | { readonly kind: "unstructured" };

/** `2:4`, `group<16>` or `unstructured`. */
export const prunePatternSchema: Schema<PrunePattern> = {
  describe: "N:M | group<G> | unstructured",
  decode(literal) {
    if (literal.kind === "word")
      return literal.text === "unstructured" ? { kind: "unstructured" } : undefined;
    if (literal.kind === "apply") {
      const [size, ...rest] = literal.items;
      if (literal.head.kind !== "word" || literal.head.text !== "group" || rest.length > 0) return undefined;
      return size?.kind === "integer" ? { kind: "group", size: Number(size.value) } : undefined;
    }
    const pattern = decodePattern(literal);
    return pattern && { kind: "nm", ...pattern };
  },
  encode(pattern) {
    switch (pattern.kind) {
      case "nm":
        return encodePattern(pattern);
      case "group":
        return { kind: "apply", head: word("group"), items: [integerAttribute(pattern.size)] };
      case "unstructured":
        return word("unstructured");
    }
  },
};

/** As the schema writes it. */
export function describePattern(pattern: PrunePattern): string {
  if (pattern.kind === "nm") return `${pattern.kept}:${pattern.of}`;
  return pattern.kind === "group" ? `group<${pattern.size}>` : pattern.kind;
}

/** Neighbours that the pattern looks at together. */
export const runOf = (pattern: PrunePattern): number =>
  pattern.kind === "nm" ? pattern.of : pattern.kind === "group" ? pattern.size : 1;

/** Laws on the pattern alone: it must make some zeros, and not all. Codes: `sparse-pattern`, `sparse-group`. */
export function prunePatternProblems(pattern: PrunePattern): readonly Mismatch[] {
  if (pattern.kind === "group" && pattern.size < 1)
    return [mismatch("sparse-group", `group size is ${pattern.size}, at least 1 expected`)];
  if (pattern.kind !== "nm") return [];
  const problems = patternProblems(pattern);
  if (problems.length > 0 || pattern.kept < pattern.of) return problems;
  return [
    mismatch("sparse-pattern", `${describePattern(pattern)} prunes nothing, expected n < m in n:m`, {
      hint: "use a pattern such as 2:4",
    }),
  ];
}
