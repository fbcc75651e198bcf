import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { integerAttribute, type Literal, word } from "../../compiler/ir/attributes.ts";
import { DYNAMIC } from "../../compiler/ir/types.ts";
import type { Schema } from "../../compiler/schema/schema.ts";

/** At most `kept` of every `of` neighbours along an axis are not zero; written `2:4`. */
export interface Pattern {
  readonly kept: number;
  readonly of: number;
}

/**
 * Which positions of a sparse value are stored, and how they are found.
 * nm: `kept` of every `of` neighbours of the last axis. group: whole groups of `size` neighbours, one mask bit each.
 * bitmap: one mask bit per element. csr: column numbers by row.
 */
export type SparseKind =
  | ({ readonly kind: "nm" } & Pattern)
  | { readonly kind: "group"; readonly size: number }
  | { readonly kind: "bitmap" }
  | { readonly kind: "csr" };

/** `nm 2:4`, `group 8`, `bitmap` or `csr`. */
export const sparseKindSchema: Schema<SparseKind> = {
  describe: "nm N:M | group G | bitmap | csr",
  decode(literal) {
    if (literal.kind === "word")
      return literal.text === "bitmap" || literal.text === "csr" ? { kind: literal.text } : undefined;
    if (literal.kind !== "sequence" || literal.items.length !== 2) return undefined;
    const [head, size] = literal.items;
    if (head?.kind !== "word") return undefined;
    if (head.text === "group" && size?.kind === "integer") return { kind: "group", size: Number(size.value) };
    const pattern = head.text === "nm" && size ? decodePattern(size) : undefined;
    return pattern && { kind: "nm", ...pattern };
  },
  encode(kind) {
    switch (kind.kind) {
      case "nm":
        return { kind: "sequence", items: [word("nm"), encodePattern(kind)] };
      case "group":
        return { kind: "sequence", items: [word("group"), integerAttribute(kind.size)] };
      case "bitmap":
      case "csr":
        return word(kind.kind);
    }
  },
};

export function decodePattern(literal: Literal): Pattern | undefined {
  if (literal.kind !== "chain" || literal.items.length !== 2) return undefined;
  const [kept, of] = literal.items.map((item) => (item.kind === "integer" ? Number(item.value) : undefined));
  return kept === undefined || of === undefined ? undefined : { kept, of };
}

export const encodePattern = ({ kept, of }: Pattern): Literal => ({
  kind: "chain",
  items: [integerAttribute(kept), integerAttribute(of)],
});

/** Laws on the kind alone. */
export function sparseKindProblems(kind: SparseKind): readonly Mismatch[] {
  if (kind.kind === "nm") return patternProblems(kind);
  if (kind.kind !== "group" || kind.size > 0) return [];
  return [mismatch("sparse-group", `group size is ${kind.size}, at least 1 expected`)];
}

export function patternProblems({ kept, of }: Pattern): readonly Mismatch[] {
  if (0 < kept && kept <= of) return [];
  return [mismatch("sparse-pattern", `${kept}:${of} keeps ${kept} of ${of}, expected 0 < n <= m in n:m`)];
}

/** Whether the neighbours of one pattern or group fill an axis; an unknown extent passes. */
export function runProblems(run: number, what: string, axis: number, extent: number): readonly Mismatch[] {
  if (extent === DYNAMIC || extent % run === 0) return [];
  return [
    mismatch("sparse-divides", `${what} needs a multiple of ${run} along axis ${axis}, found ${extent}`),
  ];
}
