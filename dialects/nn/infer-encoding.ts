import type { AxisFlow, ValueAxis } from "../../compiler/define/axis-flow.ts";
import { type AxisEntry, axisEncodingOf, entryAt, withEntries } from "../../compiler/ir/axis-encoding.ts";
import type { ValueId } from "../../compiler/ir/module.ts";
import type { TensorType } from "../../compiler/ir/types.ts";

/** Types under ids that stand for the values of an op, which inference does not know. */
export class PlacedTypes {
  readonly #types: TensorType[] = [];

  /** The id a type goes by from now on. */
  place(type: TensorType): ValueId {
    return (this.#types.push(type) - 1) as ValueId;
  }

  typeOf(value: ValueId): TensorType {
    return this.#types[value]!;
  }

  get all(): readonly TensorType[] {
    return this.#types;
  }
}

/**
 * The type of a result with what the encodings of the operands say of their axes moved to its own: to axes with the
 * same channels, and between an axis and the innermost of those it is made of, as blocks within the inner channels
 * are blocks within all. Whether the encodings may meet at all is not asked here.
 */
export function inferEncoding(flow: AxisFlow, output: ValueId, placed: PlacedTypes): TensorType {
  const type = placed.typeOf(output);
  const name = placed.all.flatMap(({ encoding }) => axisEncodingOf(encoding)?.name ?? [])[0];
  if (name === undefined) return type;
  const found = new Map<number, AxisEntry>();
  const take = (to: ValueAxis, from: ValueAxis): void => {
    if (to.value !== output || from.value === output || found.has(to.axis)) return;
    const entry = entryAt(placed.typeOf(from.value), from.axis);
    if (entry) found.set(to.axis, { ...entry, axis: to.axis });
  };
  for (const together of flow.same ?? [])
    for (const to of together) for (const from of together) take(to, from);
  for (const { whole, parts } of flow.factors ?? []) {
    const innermost = parts.at(-1)!;
    take(whole, innermost);
    take(innermost, whole);
  }
  return withEntries(type, name, [...found.values()]);
}
