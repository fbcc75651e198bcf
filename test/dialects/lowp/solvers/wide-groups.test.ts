import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseWideGroups, wideCount } from "../../../../dialects/lowp/solvers/wide-groups.ts";

/** Wide groups of the tile whose corner is given, and all its groups. */
function countTile(
  isWide: Uint8Array,
  [rows, columns]: readonly [number, number],
  { top, left, tall, broad }: Readonly<Record<"top" | "left" | "tall" | "broad", number>>,
): readonly [wide: number, all: number] {
  let [wide, all] = [0, 0];
  for (let row = top; row < Math.min(top + tall, rows); row++)
    for (let column = left; column < Math.min(left + broad, columns); column++, all++)
      wide += isWide[row * columns + column]!;
  return [wide, all];
}

describe("the number of wide groups of a tile", () => {
  it.each([
    // 2-bit codes of 16 numbers are 4 bytes, so 8 groups fill 32; those of 4 bits 8 bytes.
    [512, 0.15, 16, 80],
    [512, 0.1, 16, 48],
    [512, 0.25, 16, 128],
    [512, 0.15, 32, 76],
    [512, 0.15, 128, 77],
    // 36 groups of 2 bits fill no whole transactions, so those of 4 bits alone do: 4 groups each.
    [36, 0.4, 16, 16],
    // Too few for whole transactions.
    [12, 0.25, 16, 3],
    [3, 0.5, 16, 2],
    [8, 0, 16, 0],
    [36, 1, 16, 36],
    // 12 bits a group: 64 of them before they end with a transaction; those of 6 bits would take 128.
    [512, 0.15, 3, 64],
  ])("is of %i at a share of %d in groups of %i: %i", (groups, share, size, count) => {
    expect(wideCount(groups, share, { size, bits: [2, 4] })).toBe(count);
  });

  it("leaves whole transactions of 32 bytes for both widths wherever the tile's size allows", () => {
    const sizes = fc.constantFrom(8, 16, 32, 64, 128);
    fc.assert(
      fc.property(fc.nat(40), sizes, fc.double({ min: 0, max: 1, noNaN: true }), (tiles, size, share) => {
        // 128 numbers of 2 bits are 32 bytes.
        const groups = Math.ceil(128 / size) * (8 + tiles);
        const wide = wideCount(groups, share, { size, bits: [2, 4] });
        expect(wide).toBeGreaterThanOrEqual(0);
        expect(wide).toBeLessThanOrEqual(groups);
        expect((wide * size * 4) / 8 / 32).toSatisfy(Number.isInteger);
        expect(((groups - wide) * size * 2) / 8 / 32).toSatisfy(Number.isInteger);
        expect(Math.abs(wide - share * groups)).toBeLessThanOrEqual(Math.ceil(128 / size) / 2);
      }),
    );
  });
});

describe("wide groups", () => {
  it("are as many in every tile of a size, those of largest score there", () => {
    const extent = fc.integer({ min: 1, max: 40 });
    const tile = fc.integer({ min: 1, max: 12 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        extent,
        extent,
        tile,
        tile,
        share,
        fc.infiniteStream(fc.nat(50)),
        (rows, columns, tall, broad, part, draws) => {
          const scores = Float64Array.from({ length: rows * columns }, () => draws.next().value);
          const count = (groups: number): number => wideCount(groups, part, { size: 16, bits: [2, 4] });
          const isWide = chooseWideGroups(scores, columns, { rows: tall, groups: broad }, count);
          for (let top = 0; top < rows; top += tall)
            for (let left = 0; left < columns; left += broad) {
              const [wide, all] = countTile(isWide, [rows, columns], { top, left, tall, broad });
              expect(wide).toBe(count(all));
              const inside = [...scores.keys()].filter((at) => {
                const [row, column] = [Math.floor(at / columns), at % columns];
                return row >= top && row < top + tall && column >= left && column < left + broad;
              });
              const least = Math.min(...inside.filter((at) => isWide[at] === 1).map((at) => scores[at]!));
              const most = Math.max(...inside.filter((at) => isWide[at] === 0).map((at) => scores[at]!));
              expect(least).toBeGreaterThanOrEqual(most);
            }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("are the first among equals", () => {
    const isWide = chooseWideGroups(new Float64Array(8), 4, { rows: 2, groups: 2 }, () => 1);
    expect([...isWide]).toEqual([1, 0, 1, 0, 0, 0, 0, 0]);
  });
});
