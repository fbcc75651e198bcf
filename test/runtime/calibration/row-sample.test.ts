import { expect, it } from "vitest";
import { RowSample } from "../../../runtime/calibration/row-sample.ts";

/** Rows of two channels that hold their own number. */
const rows = (first: number, count: number): Float32Array =>
  Float32Array.from({ length: 2 * count }, (_, at) => first + Math.floor(at / 2));

function sampleOf(...blocks: readonly (readonly [first: number, count: number])[]): readonly number[] {
  const sample = new RowSample(2);
  for (const [first, count] of blocks) sample.add(rows(first, count));
  const { shape, data } = sample.finish();
  expect(shape).toEqual([data.length / 2, 2]);
  return [...data].filter((_, at) => at % 2 === 0);
}

it("keeps all rows while they are few", () => {
  expect(sampleOf([0, 128])).toEqual(Array.from({ length: 128 }, (_, i) => i));
});

it("keeps every second, then every fourth row as they become more", () => {
  expect(sampleOf([0, 129])).toEqual(Array.from({ length: 65 }, (_, i) => 2 * i));
  expect(sampleOf([0, 300])).toEqual(Array.from({ length: 75 }, (_, i) => 4 * i));
});

it("does not depend on how rows come in blocks", () => {
  const blocks = Array.from({ length: 50 }, (_, i) => [7 * i, 7] as const);
  expect(sampleOf(...blocks)).toEqual(sampleOf([0, 350]));
});
