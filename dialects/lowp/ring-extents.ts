import { DYNAMIC } from "../../compiler/ir/types.ts";
import { groupAlong } from "./types.ts";
import type { ValueType } from "./value-type.ts";

/** What decides when an entry of a ring leaves the tail. */
export interface RingRule {
  readonly old: ValueType;
  readonly window: number;
  readonly axis: number;
}

/**
 * Entries of a ring of `length` that are rounded; the others are its tail. Rounded one by one, all but the last
 * `window`; in groups, ⌊length / n⌋ · n with n = `window`, or one group where that is 0. (KIVI)
 */
export function oldExtent({ old, window, axis }: RingRule, length: number): number {
  const group = groupAlong(old, axis);
  if (length === DYNAMIC || group === undefined) return DYNAMIC;
  if (group === 1) return Math.max(0, length - window);
  const batch = window === 0 ? group : window;
  return Math.floor(length / batch) * batch;
}
