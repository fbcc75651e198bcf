import fc from "fast-check";
import { expect, it } from "vitest";
import { type Point, paretoChart, paretoFront, winnerAt } from "../../../bench/accuracy/pareto.ts";

const point = fc.record({
  name: fc.string(),
  series: fc.constant("rtn"),
  bits: fc.integer({ min: 1, max: 9 }),
  loss: fc.integer({ min: 1, max: 9 }),
});
const beats = (left: Point, right: Point): boolean =>
  left.bits <= right.bits && left.loss <= right.loss && (left.bits < right.bits || left.loss < right.loss);

it("holds exactly the points that none beats, one of each size and loss", () => {
  fc.assert(
    fc.property(fc.array(point), (points) => {
      const front = paretoFront(points);
      const place = ({ bits, loss }: Point) => `${bits} ${loss}`;
      const unbeaten = points.filter((each) => !points.some((other) => beats(other, each)));
      expect(front.map(place).toSorted()).toEqual([...new Set(unbeaten.map(place))].toSorted());
    }),
  );
});

it("has no winner where nothing is small enough", () => {
  expect(winnerAt([{ name: "a", series: "rtn", bits: 3, loss: 1 }], 2.6)).toBeUndefined();
});

it("draws the same bytes each time, with the words of its labels untouched", async () => {
  const points = [{ name: "a < 1.23456", series: "rtn", bits: 3, loss: 1.5 }];
  const [first, second] = [await paretoChart("Title", points, 1), await paretoChart("Title", points, 1)];
  expect(first).toBe(second);
  expect(first).toContain("0.001 where less");
  // Nothing wins at 2.6 bits, but this point does at 3.5.
  expect(first).toContain("a &lt; 1.23456");
});
