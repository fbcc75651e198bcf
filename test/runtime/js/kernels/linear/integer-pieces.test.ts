import fc from "fast-check";
import { expect, test } from "vitest";
import { cutPieces, type Piece } from "../../../../../runtime/js/kernels/linear/integer-pieces.ts";

const endOf = ({ start, length }: Piece): number => start + length;

test("pieces cover the depth, cross no end of a run, and their sums fit i32", () => {
  const extent = fc.integer({ min: 1, max: 500 });
  const limits = fc.record({
    depth: extent,
    weightRun: extent,
    activationRun: extent,
    mostProduct: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    mostLength: extent,
  });
  fc.assert(
    fc.property(limits, (given) => {
      const pieces = cutPieces(given);
      expect(pieces.map(({ start }) => start)).toEqual([0, ...pieces.map(endOf)].slice(0, -1));
      expect(endOf(pieces.at(-1)!)).toBe(given.depth);
      const { depth, weightRun, activationRun } = given;
      const wrong = pieces.filter((piece) => {
        const end = endOf(piece);
        const isInRun = (run: number, index: number): boolean =>
          index * run <= piece.start && end <= (index + 1) * run;
        const isEnd = end === depth || end % weightRun === 0 || end % activationRun === 0;
        return !(
          piece.length <= given.mostLength &&
          piece.length * given.mostProduct < 2 ** 31 &&
          isInRun(weightRun, piece.weightRun) &&
          isInRun(activationRun, piece.activationRun) &&
          piece.endsStretch === isEnd
        );
      });
      expect(wrong).toEqual([]);
    }),
    { seed: 3, numRuns: 200 },
  );
});

test("a stretch whose sum could pass 2^53 is refused", () => {
  const runs = { weightRun: 2 ** 24, activationRun: 2 ** 24, mostProduct: 2 ** 30, mostLength: 2 ** 24 };
  expect(() => cutPieces({ ...runs, depth: 2 ** 23 })).toThrow("2^53");
  expect(cutPieces({ ...runs, depth: 2 ** 10 })).toHaveLength(2 ** 10);
});
