import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { integerAttribute, type Literal, word } from "../../compiler/ir/attributes.ts";
import type { Schema } from "../../compiler/schema/schema.ts";
import { decodePattern, encodePattern, type Pattern } from "../lowp/sparse-kind.ts";
import { patternProblems } from "../lowp/sparse-kind-laws.ts";

/**
 * Which zeros pruning makes. nm: all but `kept` of every `of` neighbours of a row. group: whole runs of `size`
 * neighbours of a row; as many of every `rows` rows, so that what multiplies blocks of them has as much to do for each,
 * or of the matrix as a whole. unstructured: any weights.
 */
export type PrunePattern =
  | ({ readonly kind: "nm" } & Pattern)
  | { readonly kind: "group"; readonly size: number; readonly rows?: number | undefined }
  | { readonly kind: "unstructured" };

/** `2:4`, `group<16>`, `group<16, rows = 32>` or `unstructured`. */
export const prunePatternSchema: Schema<PrunePattern> = {
  describe: "N:M | group<G> | group<G, rows = R> | unstructured",
  decode(literal) {
    if (literal.kind === "word")
      return literal.text === "unstructured" ? { kind: "unstructured" } : undefined;
    if (literal.kind === "apply") return decodeGroup(literal);
    const pattern = decodePattern(literal);
    return pattern && { kind: "nm", ...pattern };
  },
  encode(pattern) {
    switch (pattern.kind) {
      case "nm":
        return encodePattern(pattern);
      case "group":
        return { kind: "apply", head: word("group"), items: groupItems(pattern) };
      case "unstructured":
        return word("unstructured");
    }
  },
};

type GroupPattern = Extract<PrunePattern, { readonly kind: "group" }>;

function decodeGroup({
  head,
  items,
}: Extract<Literal, { readonly kind: "apply" }>): GroupPattern | undefined {
  const [size, entry, ...rest] = items;
  if (head.kind !== "word" || head.text !== "group" || size?.kind !== "integer" || rest.length > 0)
    return undefined;
  const group = { kind: "group", size: Number(size.value) } as const;
  if (entry === undefined) return group;
  return entry.kind === "entry" && entry.key === "rows" && entry.value.kind === "integer"
    ? { ...group, rows: Number(entry.value.value) }
    : undefined;
}

const groupItems = ({ size, rows }: GroupPattern): readonly Literal[] => [
  integerAttribute(size),
  ...(rows === undefined ? [] : [{ kind: "entry", key: "rows", value: integerAttribute(rows) } as const]),
];

/** As the schema writes it. */
export function describePattern(pattern: PrunePattern): string {
  if (pattern.kind === "nm") return `${pattern.kept}:${pattern.of}`;
  if (pattern.kind === "unstructured") return pattern.kind;
  return pattern.rows === undefined
    ? `group<${pattern.size}>`
    : `group<${pattern.size}, rows = ${pattern.rows}>`;
}

/** Neighbours that the pattern looks at together. */
export const runOf = (pattern: PrunePattern): number =>
  pattern.kind === "nm" ? pattern.of : pattern.kind === "group" ? pattern.size : 1;

/** Laws on the pattern alone: it must make some zeros, and not all. Codes: `sparse-pattern`, `sparse-group`. */
export function prunePatternProblems(pattern: PrunePattern): readonly Mismatch[] {
  if (pattern.kind === "group" && pattern.size < 1)
    return [mismatch("sparse-group", `group size is ${pattern.size}, at least 1 expected`)];
  if (pattern.kind === "group" && pattern.rows !== undefined && pattern.rows < 1)
    return [mismatch("sparse-group", `groups are chosen among ${pattern.rows} rows, at least 1 expected`)];
  if (pattern.kind !== "nm") return [];
  const problems = patternProblems(pattern);
  if (problems.length > 0 || pattern.kept < pattern.of) return problems;
  return [
    mismatch("sparse-pattern", `${describePattern(pattern)} prunes nothing, expected n < m in n:m`, {
      hint: "use a pattern such as 2:4",
    }),
  ];
}
