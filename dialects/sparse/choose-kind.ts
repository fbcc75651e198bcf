import { isMismatch } from "../../compiler/define/op.ts";
import type { SparseKind } from "../lowp/sparse-kind.ts";
import { sparseShapeProblems } from "../lowp/sparse-kind-laws.ts";
import { sparseByteLength } from "../lowp/sparse-size.ts";
import { storedType } from "../lowp/sparse-stored-type.ts";
import { byteLengthOf } from "../lowp/storage.ts";
import { sparse } from "../lowp/types.ts";
import { detectZeros, GROUP_WIDTHS } from "./detect-zeros.ts";
import type { StoredWeight } from "./stored-weights.ts";

/** How much larger than the smallest kind n:m may be and still be taken: it needs no search for what is stored. */
const PATTERN_PRICE = 1.25;

/** A kind that saves bytes, and how many are left. */
export interface KindChoice {
  readonly kind: SparseKind;
  readonly bytes: number;
}

/**
 * The kind to pack a weight in: n:m where it holds everywhere and takes no more than 1.25 times the bytes of the
 * smallest kind, else that; of equals the wider groups. Undefined where none saves a byte.
 */
export function chooseKind({
  type,
  value: { shape },
  nonZero,
}: Pick<StoredWeight, "type" | "value" | "nonZero">): KindChoice | undefined {
  const { pattern } = detectZeros(nonZero, shape.at(-1) ?? 1);
  const regular = pattern && measured({ kind: "nm", ...pattern });
  const others: readonly SparseKind[] = [
    ...GROUP_WIDTHS.flatMap((size): SparseKind[] => [
      { kind: "group", size },
      { kind: "bsr", size },
    ]),
    { kind: "bitmap" },
    { kind: "csr" },
  ];
  const smallest = others
    .flatMap((kind) => measured(kind) ?? [])
    .reduce<KindChoice | undefined>(
      (best, each) => (best && best.bytes <= each.bytes ? best : each),
      undefined,
    );
  const chosen =
    regular && !(smallest && smallest.bytes * PATTERN_PRICE < regular.bytes) ? regular : smallest;
  return chosen && chosen.bytes < byteLengthOf(type, shape)! ? chosen : undefined;

  function measured(kind: SparseKind): KindChoice | undefined {
    if (sparseShapeProblems(kind, shape).length > 0) return undefined;
    const stored = storedType(type, shape, kind);
    if (isMismatch(stored)) return undefined;
    const packed = sparse.of({ kind, values: stored.type });
    return { kind, bytes: sparseByteLength(kind, packed, shape, nonZero) };
  }
}
