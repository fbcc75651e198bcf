import type { Literal } from "../../../compiler/ir/attributes.ts";

/** What braces hold: options of a pass are read before it is known that they are a dictionary. */
export function entriesOf(literal: Literal): Readonly<Record<string, Literal>> | undefined {
  if (literal.kind === "dictionary") return literal.entries;
  if (literal.kind !== "group" || literal.open !== "{") return undefined;
  const entries = literal.items.flatMap((item) =>
    item.kind === "entry" ? [[item.key, item.value] as const] : [],
  );
  return entries.length === literal.items.length ? Object.fromEntries(entries) : undefined;
}
