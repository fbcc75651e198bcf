import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { DYNAMIC } from "../../compiler/ir/types.ts";
import type { BlockExtent } from "./blocks.ts";

/** Axes before and after a reshape that hold the same elements, and none in between. */
interface AxisGroup {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/**
 * The block under another shape of as many elements. Axes are taken in the smallest groups of equal products; a block
 * that is a run of neighbours of its group stays one if the new axes can say so. Else why they cannot.
 */
export function reshapedBlock(
  block: readonly BlockExtent[],
  shape: readonly number[],
  target: readonly number[],
): readonly BlockExtent[] | Mismatch {
  if (block.every((entry) => entry === "*")) return target.map(() => "*");
  const moved: BlockExtent[] = [];
  for (const { from, to } of axisGroups(shape, target)) {
    const entries = groupBlock(
      from.map((axis) => block[axis]!),
      from.map((axis) => shape[axis]!),
      to.map((axis) => target[axis]!),
    );
    if (!entries)
      return mismatch(
        "moved-blocks",
        `blocks [${block.join(", ")}] of [${sizes(shape)}] are no blocks of [${sizes(target)}]`,
      );
    moved.push(...entries);
  }
  return moved;
}

const sizes = (shape: readonly number[]): string =>
  shape.map((size) => (size === DYNAMIC ? "?" : size)).join(", ");

/** Groups from the last axes on. An unknown extent stands alone where all axes up to it stay; else they are one group. */
function axisGroups(shape: readonly number[], target: readonly number[]): readonly AxisGroup[] {
  const groups: AxisGroup[] = [];
  let [left, right] = [shape.length, target.length];
  while (left > 0 || right > 0) {
    const start = groupBefore(shape, target, left, right);
    if (!start) {
      const [before, after] = [shape.slice(0, left), target.slice(0, right)];
      const isKept = before.length === after.length && before.every((extent, axis) => extent === after[axis]);
      const kept = before.map((_, axis) => ({ from: [axis], to: [axis] }));
      return [...(isKept ? kept : [{ from: range(0, left), to: range(0, right) }]), ...groups];
    }
    groups.unshift({ from: range(start[0], left), to: range(start[1], right) });
    [left, right] = start;
  }
  return groups;
}

/** Where the smallest group that ends before two axes starts; undefined where it has an unknown extent. */
function groupBefore(
  shape: readonly number[],
  target: readonly number[],
  left: number,
  right: number,
): readonly [number, number] | undefined {
  let [start, end] = [left, right];
  let [before, after] = [1, 1];
  do {
    const takesLeft = start > 0 && (before <= after || end === 0);
    const extent = takesLeft ? shape[--start]! : target[--end]!;
    if (extent === DYNAMIC) return undefined;
    if (takesLeft) before *= extent;
    else after *= extent;
  } while ((before !== after || start === left || end === right) && (start > 0 || end > 0));
  return before === after ? [start, end] : undefined;
}

const range = (start: number, end: number): readonly number[] =>
  Array.from({ length: end - start }, (_, i) => start + i);

/** The entries of the new axes of a group; undefined where its blocks are no runs, or the axes cannot say them. */
function groupBlock(
  entries: readonly BlockExtent[],
  from: readonly number[],
  to: readonly number[],
): readonly BlockExtent[] | undefined {
  if (entries.length === 1 && to.length === 1) return entries;
  if (entries.every((entry, axis) => entry === 1 || from[axis] === 1)) return to.map(() => 1);
  if (entries.every((entry, axis) => entry === "*" || entry === from[axis])) return to.map(() => "*");
  if ([...from, ...to].includes(DYNAMIC)) return undefined;
  const run = runOf(entries, from);
  return run === undefined ? undefined : splitRun(run, to);
}

/** How many neighbours of a group make a block: whole last axes, a part of the one before, one of all others. */
function runOf(entries: readonly BlockExtent[], extents: readonly number[]): number | undefined {
  let run = 1;
  let isOpen = true;
  for (let axis = entries.length - 1; axis >= 0; axis--) {
    const extent = extents[axis]!;
    const entry = entries[axis] === "*" ? extent : Math.min(entries[axis] as number, extent);
    if (isOpen) run *= entry;
    else if (entry !== 1) return undefined;
    if (entry !== extent) {
      if (extent % entry !== 0) return undefined;
      isOpen = false;
    }
  }
  return run;
}

function splitRun(run: number, extents: readonly number[]): readonly BlockExtent[] | undefined {
  const entries: BlockExtent[] = [];
  let rest = run;
  for (const extent of extents.toReversed()) {
    const isWhole = rest >= extent;
    if (isWhole ? rest % extent !== 0 : extent % rest !== 0) return undefined;
    entries.unshift(isWhole && extent !== 1 ? extent : isWhole ? 1 : rest);
    rest = isWhole ? rest / extent : 1;
  }
  return rest === 1 ? entries : undefined;
}
