import { type Mismatch, mismatch, type ValueSpecs } from "../define/op.ts";
import type { Attribute } from "../ir/attributes.ts";
import { integer } from "../ir/types.ts";

const names = (specs: ValueSpecs): string =>
  Object.entries(specs)
    .map(([name, { arity }]) => (arity === "many" ? `[${name}…]` : arity === "optional" ? `${name}?` : name))
    .join(", ");

/** Groups a flat list by slots: by `sizes` where given, else by there being one slot of open length. */
export function intoSlots<T>(
  specs: ValueSpecs,
  items: readonly T[],
  sizes: readonly number[] | undefined,
  what: string,
): Record<string, T | readonly T[] | undefined> | Mismatch {
  const entries = Object.entries(specs);
  const open = entries.filter(([, { arity }]) => arity !== "one");
  const wrong = () => mismatch(`${what}-count`, `expected ${what}s (${names(specs)}), found ${items.length}`);
  const lengths =
    sizes ??
    entries.map(([, { arity }]) => (arity === "one" ? 1 : items.length - (entries.length - open.length)));
  if (sizes === undefined && open.length > 1)
    return mismatch(`${what}-count`, `${what}s (${names(specs)}) need ${what}SegmentSizes in generic form`);
  if (lengths.length !== entries.length || lengths.reduce((sum, size) => sum + size, 0) !== items.length)
    return wrong();
  const slots: Record<string, T | readonly T[] | undefined> = {};
  let next = 0;
  for (const [i, [name, { arity }]] of entries.entries()) {
    const size = lengths[i]!;
    if (size < 0 || (arity === "one" && size !== 1) || (arity === "optional" && size > 1)) return wrong();
    const group = items.slice(next, next + size);
    next += size;
    slots[name] = arity === "many" ? group : group[0];
  }
  return slots;
}

/** Sizes of the groups, as generic form must state them when more than one slot has open length. */
export function segmentSizes(
  specs: ValueSpecs,
  slots: Readonly<Record<string, unknown>>,
): readonly number[] | undefined {
  const open = Object.values(specs).filter(({ arity }) => arity !== "one");
  if (open.length < 2) return undefined;
  return Object.keys(specs).map((name) => {
    const slot = slots[name];
    return slot === undefined ? 0 : Array.isArray(slot) ? slot.length : 1;
  });
}

/** Sizes of groups as generic form writes them: `array<i32: …>`. */
export const sizesAttribute = (sizes: readonly number[]): Attribute => ({
  kind: "denseArray",
  element: integer(32),
  values: sizes.map(BigInt),
});
