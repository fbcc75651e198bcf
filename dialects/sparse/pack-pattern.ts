import { word } from "../../compiler/ir/attributes.ts";
import type { Schema } from "../../compiler/schema/schema.ts";
import { encodePattern, type SparseKind, sparseKindSchema } from "../lowp/sparse-kind.ts";

/** How weights are to be packed: in one kind, or each in what suits it. */
export type PackPattern = { readonly kind: "auto" } | SparseKind;

/** `auto`, `2:4`, `nvidia<16>`, `group<16>`, `bsr<16>`, `bitmap`, `bitmap<64>`, `bitmap<64, 8>` or `csr`. */
export const packPatternSchema: Schema<PackPattern> = {
  describe: "auto | N:M | nvidia<16 or 32> | group<G> | bsr<G> | bitmap | bitmap<T> | bitmap<T, pad> | csr",
  decode(literal) {
    if (literal.kind === "word" && literal.text === "auto") return { kind: "auto" };
    if (literal.kind === "chain")
      return sparseKindSchema.decode({ kind: "sequence", items: [word("nm"), literal] });
    if (literal.kind !== "apply") return sparseKindSchema.decode(literal);
    const [size, pad, ...rest] = literal.items;
    if (!size || rest.length > 0) return undefined;
    const padding = pad ? [word("pad"), pad] : [];
    return sparseKindSchema.decode({ kind: "sequence", items: [literal.head, size, ...padding] });
  },
  encode(pattern) {
    if (pattern.kind === "auto") return word("auto");
    if (pattern.kind === "nm") return encodePattern(pattern);
    const literal = sparseKindSchema.encode(pattern);
    if (literal.kind !== "sequence") return literal;
    const [head, size, , pad] = literal.items;
    return { kind: "apply", head: head!, items: pad ? [size!, pad] : [size!] };
  },
};
