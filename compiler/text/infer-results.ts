import { type AnyOp, isMismatch, type Mismatch } from "../define/op.ts";
import type { Slot, Value, ValueId } from "../ir/module.ts";
import type { Type } from "../ir/types.ts";
import { unreadable } from "./unreadable.ts";

/**
 * Result types of a pretty op that leaves them out, where the declaration can tell them. Undefined
 * where it cannot, null where an operand's own type could not be read.
 */
export function inferResults(
  { spec }: AnyOp,
  operands: Readonly<Record<string, Slot>>,
  attributes: Readonly<Record<string, unknown>>,
  values: Readonly<Record<ValueId, Value>>,
): readonly Type[] | Mismatch | undefined | null {
  if (!spec.infer) return Object.values(spec.results).every(({ arity }) => arity !== "one") ? [] : undefined;
  const types: Record<string, Type | readonly Type[] | undefined> = {};
  for (const [name, slot] of Object.entries(operands)) {
    const group = slot === undefined ? [] : typeof slot === "number" ? [slot] : slot;
    const known = group.flatMap((value) => values[value]?.type ?? []);
    if (known.includes(unreadable)) return null;
    if (known.length < group.length) return undefined;
    types[name] = typeof slot === "number" ? known[0] : slot && known;
  }
  const inferred = spec.infer(types, attributes);
  return isMismatch(inferred) ? inferred : (Object.values(inferred).flat() as Type[]);
}
