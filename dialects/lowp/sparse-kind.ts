import { integerAttribute, type Literal, word } from "../../compiler/ir/attributes.ts";
import type { Schema } from "../../compiler/schema/schema.ts";
import type { MetadataWord } from "./nvidia-metadata.ts";

/** At most `kept` of every `of` neighbours along an axis are not zero; written `2:4`. */
export interface Pattern {
  readonly kept: number;
  readonly of: number;
}

/**
 * Which positions of a sparse value are stored, and how they are found.
 * nm: `kept` of every `of` neighbours of the last axis. nvidia: 2 of 4 as its hardware takes it, in words of 16 bits for
 * values of 16, or of 32 for values of 8. group: whole groups of `size` neighbours, one mask bit each.
 * bsr: the same groups by their numbers, by row. bitmap: one mask bit per element. tiles: the same, and where the values
 * of every `size` neighbours begin, which are filled up with zeros to a multiple of `pad`. csr: column numbers by row.
 */
export type SparseKind =
  | ({ readonly kind: "nm" } & Pattern)
  | { readonly kind: "nvidia"; readonly word: MetadataWord }
  | { readonly kind: "group"; readonly size: number }
  | { readonly kind: "bsr"; readonly size: number }
  | { readonly kind: "bitmap" }
  | { readonly kind: "tiles"; readonly size: number; readonly pad: number }
  | { readonly kind: "csr" };

/** `nm 2:4`, `nvidia 16`, `group 8`, `bsr 8`, `bitmap`, `bitmap 64`, `bitmap 64 pad 8` or `csr`. */
export const sparseKindSchema: Schema<SparseKind> = {
  describe: "nm N:M | nvidia 16 | nvidia 32 | group G | bsr G | bitmap | bitmap T | bitmap T pad P | csr",
  decode(literal) {
    if (literal.kind === "word")
      return literal.text === "bitmap" || literal.text === "csr" ? { kind: literal.text } : undefined;
    if (literal.kind !== "sequence") return undefined;
    const [head, size, pad, by, ...rest] = literal.items;
    if (head?.kind !== "word" || !size || rest.length > 0) return undefined;
    const count = integerOf(size);
    if (head.text === "bitmap" && count !== undefined) {
      if (pad === undefined) return { kind: "tiles", size: count, pad: 1 };
      const multiple = pad.kind === "word" && pad.text === "pad" && by ? integerOf(by) : undefined;
      return multiple === undefined ? undefined : { kind: "tiles", size: count, pad: multiple };
    }
    if (pad !== undefined) return undefined;
    if (head.text === "nvidia" && (count === 16 || count === 32)) return { kind: "nvidia", word: count };
    if ((head.text === "group" || head.text === "bsr") && count !== undefined)
      return { kind: head.text, size: count };
    const pattern = head.text === "nm" ? decodePattern(size) : undefined;
    return pattern && { kind: "nm", ...pattern };
  },
  encode(kind) {
    switch (kind.kind) {
      case "nm":
        return { kind: "sequence", items: [word("nm"), encodePattern(kind)] };
      case "nvidia":
        return { kind: "sequence", items: [word("nvidia"), integerAttribute(kind.word)] };
      case "group":
      case "bsr":
        return { kind: "sequence", items: [word(kind.kind), integerAttribute(kind.size)] };
      case "tiles": {
        const padding = kind.pad === 1 ? [] : [word("pad"), integerAttribute(kind.pad)];
        return { kind: "sequence", items: [word("bitmap"), integerAttribute(kind.size), ...padding] };
      }
      case "bitmap":
      case "csr":
        return word(kind.kind);
    }
  },
};

/** As the schema writes it. */
export function describeSparseKind(kind: SparseKind): string {
  switch (kind.kind) {
    case "nm":
      return `nm ${kind.kept}:${kind.of}`;
    case "nvidia":
      return `nvidia ${kind.word}`;
    case "group":
    case "bsr":
      return `${kind.kind} ${kind.size}`;
    case "tiles":
      return kind.pad === 1 ? `bitmap ${kind.size}` : `bitmap ${kind.size} pad ${kind.pad}`;
    case "bitmap":
    case "csr":
      return kind.kind;
  }
}

/** The n:m of a kind that stores the same share of every run; undefined for the others. */
export function patternOf(kind: SparseKind): Pattern | undefined {
  if (kind.kind === "nm") return { kept: kind.kept, of: kind.of };
  return kind.kind === "nvidia" ? { kept: 2, of: 4 } : undefined;
}

const integerOf = (literal: Literal): number | undefined =>
  literal.kind === "integer" ? Number(literal.value) : undefined;

export function decodePattern(literal: Literal): Pattern | undefined {
  if (literal.kind !== "chain" || literal.items.length !== 2) return undefined;
  const [kept, of] = literal.items.map((item) => (item.kind === "integer" ? Number(item.value) : undefined));
  return kept === undefined || of === undefined ? undefined : { kept, of };
}

export const encodePattern = ({ kept, of }: Pattern): Literal => ({
  kind: "chain",
  items: [integerAttribute(kept), integerAttribute(of)],
});
