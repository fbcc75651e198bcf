import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import type { DialectType, Type } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { bitsOfElement } from "../elements.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";
import { choosePlaces, gatherNumbers, type SparsePlaces } from "../sparse-places.ts";
import { quantized, sparse, sum } from "../types.ts";
import { isValueType } from "../value-type.ts";
import { describeFound } from "./last-term.ts";

type QuantizedType = DialectType & { readonly parameters: QuantizedParameters };

/** One of two terms that share out the groups of a weight between them. */
export interface GroupTerm {
  /** `!lowp.sparse<group G, stored>`. */
  readonly type: DialectType;
  /** The type of its groups [groups stored, G]. */
  readonly stored: QuantizedType;
  /** Of a number of it. */
  readonly bits: number;
}

/** A sum of groups of few bits and groups of more, each group in one of the terms. */
export interface GroupTerms {
  readonly type: DialectType;
  /** G neighbours of a row are a group. */
  readonly size: number;
  /** The narrow term, then the wide one. */
  readonly terms: readonly [GroupTerm, GroupTerm];
}

/** Reads the type that `mixed-groups` fills; code `solver-type`. */
export function readGroupTerms(type: Type): GroupTerms | Mismatch {
  const [narrow, wide, ...others] = sum.is(type) ? type.parameters.terms.map(groupTerm) : [];
  if (!sum.is(type) || !narrow || !wide || others.length > 0 || narrow.size !== wide.size)
    return refuse(`found ${isValueType(type) ? describeFound(type) : type.kind}`);
  if (narrow.bits >= wide.bits)
    return refuse(`found ${narrow.bits} bits in the first and ${wide.bits} in the last`);
  return { type, size: narrow.size, terms: [narrow, wide] };
}

function groupTerm(type: Type): (GroupTerm & { readonly size: number }) | undefined {
  if (!sparse.is(type)) return undefined;
  const { kind, values } = type.parameters;
  if (kind.kind !== "group" || !quantized.is(values)) return undefined;
  return { type, size: kind.size, stored: values, bits: bitsOfElement(values.parameters.element) };
}

const refuse = (found: string): Mismatch =>
  mismatch(
    "solver-type",
    `solver mixed-groups fills a !lowp.sum of two terms of groups of one size, the last with more bits, ${found}`,
    {
      hint: "for instance !lowp.sum<!lowp.sparse<group 32, !lowp.q<ui2, …>>, !lowp.sparse<group 32, !lowp.q<ui4, …>>>",
    },
  );

/** The groups of one term: where they are, and what stands there. */
export interface TermGroups {
  readonly term: GroupTerm;
  readonly places: SparsePlaces;
  /** [groups of the term, G], those of a row after those of the rows before. */
  readonly weight: FloatTensor;
}

/** The groups of each term of a weight [..., K], as `isWide` says by 1 for each group of it. */
export function shareOut(
  weight: FloatTensor,
  { size, terms }: GroupTerms,
  isWide: Uint8Array,
): readonly TermGroups[] | Mismatch {
  const shared: TermGroups[] = [];
  for (const [index, term] of terms.entries()) {
    const needed = Uint8Array.from(weight.data, (_, at) => (isWide[Math.floor(at / size)] === index ? 1 : 0));
    const places = choosePlaces({ kind: "group", size }, weight.shape, needed);
    if (isMismatch(places)) return places;
    shared.push({ term, places, weight: gatherNumbers(weight, places.positions, places.shape) });
  }
  return shared;
}

/** The value of a weight from what its groups are stored as in each term. */
export const joinGroups = (
  { shape }: FloatTensor,
  { type }: GroupTerms,
  groups: readonly TermGroups[],
  stored: readonly CompositeValue[],
): CompositeValue => ({
  shape,
  type,
  components: Object.fromEntries(
    groups.map(({ term, places }, index) => [
      `${index}`,
      { shape, type: term.type, components: { ...places.components, values: stored[index]! } },
    ]),
  ),
});
