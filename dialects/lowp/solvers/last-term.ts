import type { CompositeValue, RuntimeValue } from "../../../compiler/define/kernel.ts";
import { type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import type { DialectType, Type } from "../../../compiler/ir/types.ts";
import { sum } from "../types.ts";
import { describeValueType, isValueType, type ValueType } from "../value-type.ts";

/** A sum seen as its last term and what stands before it. */
export interface LastTerm<Last extends DialectType> {
  readonly type: DialectType;
  /** The first of two terms, or the sum of all but the last. */
  readonly before: DialectType;
  readonly last: Last;
}

/** Reads a sum whose last term is of a kind; a solver that needs one says so where it is not. */
export function readLastTerm<Last extends DialectType>(
  solver: string,
  type: Type,
  of: { readonly describe: string; readonly is: (type: Type) => type is Last },
): LastTerm<Last> | Mismatch {
  const terms: readonly ValueType[] = sum.is(type) ? type.parameters.terms : [];
  const last = terms.at(-1);
  const before = terms.length > 2 ? sumOf(type as DialectType, terms.slice(0, -1)) : terms[0];
  if (!last || !of.is(last) || before?.kind !== "dialect")
    return mismatch(
      "solver-type",
      `solver ${solver} fills a !lowp.sum of lowp terms that ends with ${of.describe}, found ${describeFound(type, last)}`,
      {
        hint: `for instance !lowp.sum<!lowp.q<i4, block = [1, 32], scale = f16>, ${of.describe}>`,
      },
    );
  return { type: type as DialectType, before, last };
}

/** A type in a message; of a sum its last term. */
export function describeFound(type: Type, last?: ValueType): string {
  if (last) return `one that ends with ${describeValueType(last)}`;
  return isValueType(type) ? describeValueType(type) : type.kind;
}

const sumOf = (type: DialectType, terms: readonly ValueType[]): DialectType => ({
  ...type,
  parameters: { ...type.parameters, terms },
});

/** The value of the sum from the value before, whose type may have what its solver has searched for, and the last term. */
export function withLastTerm(
  { type, last: lastType }: Pick<LastTerm<DialectType>, "type" | "last">,
  before: CompositeValue,
  last: RuntimeValue,
): CompositeValue {
  const terms = sum.is(before.type) ? before.components : { "0": before };
  const types = sum.is(before.type) ? before.type.parameters.terms : [before.type as DialectType];
  return {
    shape: before.shape,
    type: sumOf(type, [...types, lastType]),
    components: { ...terms, [`${types.length}`]: last },
  };
}
