import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DropCurve, greedyDrops } from "../../../dialects/sparse/greedy-drops.ts";

const ROWS = 3;
const COLUMNS = 5;
const LEVELS = [0, 1, 2, 3, 4];

/** A curve whose every step costs at least as much as the one before. */
const convex = fc
  .array(fc.integer({ min: 0, max: 50 }), { minLength: LEVELS.length - 1, maxLength: LEVELS.length - 1 })
  .map((steps): DropCurve => {
    const rises = steps.toSorted((one, other) => one - other);
    const errors = LEVELS.map((_, level) => rises.slice(0, level).reduce((sum, rise) => sum + rise, 0));
    return { rows: ROWS, columns: COLUMNS, dropped: LEVELS, errors };
  });

/** The least sum of errors over all choices that drop at least `wanted` inputs. */
function leastError([first, ...others]: readonly DropCurve[], wanted: number): number {
  if (!first) return wanted <= 0 ? 0 : Infinity;
  return Math.min(...LEVELS.map((dropped) => first.errors[dropped]! + leastError(others, wanted - dropped)));
}

const errorOf = (curves: readonly DropCurve[], drops: readonly number[]): number =>
  curves.reduce((sum, { errors }, i) => sum + errors[drops[i]!]!, 0);

describe("greedy shares", () => {
  it("are the best there are where errors rise faster and faster", () => {
    fc.assert(
      fc.property(
        fc.array(convex, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (curves, each) => {
          const drops = greedyDrops(curves, each / COLUMNS)!;
          expect(drops.reduce((sum, dropped) => sum + dropped, 0)).toBe(each * curves.length);
          expect(errorOf(curves, drops)).toBe(leastError(curves, each * curves.length));
        },
      ),
    );
  });

  it("weigh errors by the numbers of the weights that a zero spares", () => {
    const flat = { columns: 2, dropped: [0, 1], errors: [0, 1] };
    const curves = [
      { ...flat, rows: 1 },
      { ...flat, rows: 10 },
    ];
    // Both lose as much, but the second spares ten numbers by it, which are enough for 22 · 0.4.
    expect(greedyDrops(curves, 0.4)).toEqual([0, 1]);
  });

  it("go only as far as is needed", () => {
    const curve = { rows: 2, columns: 100, dropped: [0, 50, 99], errors: [0, 1, 2] };
    expect(greedyDrops([curve], 0.55)).toEqual([55]);
    expect(greedyDrops([curve], 0.551)).toEqual([56]);
    expect(greedyDrops([curve], Number.MIN_VALUE)).toEqual([1]);
  });

  it("take errors that fall for what they are", () => {
    const [falling, rising] = [
      [0, 5, 4],
      [0, 6, 12],
    ].map((errors) => ({ rows: 1, columns: 3, dropped: [0, 1, 2], errors }));
    expect(greedyDrops([rising!, falling!], 1 / 3)).toEqual([0, 2]);
  });

  it("come to infinite errors last", () => {
    const curves = [
      [0, Infinity, Infinity],
      [0, 1e300, Number.MAX_VALUE],
    ].map((errors) => ({
      rows: 1,
      columns: 3,
      dropped: [0, 1, 2],
      errors,
    }));
    expect(greedyDrops(curves, 1 / 3)).toEqual([0, 2]);
    expect(greedyDrops(curves, 2 / 3)).toEqual([2, 2]);
  });

  it("are none where the levels end before", () => {
    const curve = { rows: 1, columns: 1, dropped: [0], errors: [0] };
    expect(greedyDrops([curve], 0.5)).toBeUndefined();
  });
});
