import fc from "fast-check";
import { expect, test } from "vitest";
import { layoutOf } from "../../../../../runtime/js/kernels/linear/integer-layout.ts";
import { packIntegers, unpackIntegers } from "../../../../../runtime/js/kernels/linear/integer-pack.ts";
import { seeded } from "./integer-cases.ts";

/** A matrix of seeded steps in a range, one scale per run. */
function makeMatrix(columns: number, depth: number, run: number, least: number, most: number, seed: number) {
  const random = seeded(seed);
  return {
    steps: Int16Array.from(
      { length: columns * depth },
      () => least + Math.floor(random() * (most - least + 1)),
    ),
    least,
    most,
    run,
    scales: new Float64Array(columns * Math.ceil(depth / run)).fill(1),
  };
}
const activations = (bits: 8 | 16, run: number) => ({ bits, most: 128, run, hasZeros: false });

test("unpacking gives the steps that were packed, in every layout", () => {
  const range = fc.tuple(
    fc.integer({ min: -32768, max: 32767 }),
    fc.constantFrom(0, 1, 3, 7, 15, 63, 127, 255, 4095),
  );
  const options = fc.record({
    columns: fc.integer({ min: 1, max: 35 }),
    depth: fc.integer({ min: 1, max: 300 }),
    run: fc.integer({ min: 1, max: 300 }),
    activationRun: fc.integer({ min: 1, max: 300 }),
    range,
    bits: fc.constantFrom(8 as const, 16 as const),
    seed: fc.integer(),
  });
  fc.assert(
    fc.property(options, ({ columns, depth, run, activationRun, range: [least, width], bits, seed }) => {
      const most = Math.min(32767, least + width);
      const matrix = makeMatrix(columns, depth, run, least, most, seed);
      const layout = layoutOf({ columns, depth }, matrix, activations(bits, activationRun));
      const steps = unpackIntegers(layout, packIntegers(layout, matrix));
      expect(steps.findIndex((step, i) => step !== matrix.steps[i])).toBe(-1);
      expect(steps.length).toBe(matrix.steps.length);
    }),
    { seed: 7, numRuns: 150 },
  );
});

test.each([
  [-1, 1, 8, { kind: "planes", bits: 2, isSigned: false }],
  [-2, 1, 16, { kind: "fields", bits: 2, isSigned: false }],
  [-4, 3, 8, { kind: "fields", bits: 4, isSigned: false }],
  [-8, 7, 8, { kind: "fields", bits: 4, isSigned: false }],
  [100, 115, 8, { kind: "fields", bits: 4, isSigned: false }],
  [-32, 31, 8, { kind: "fields", bits: 8, isSigned: false }],
  [-128, 127, 8, { kind: "fields", bits: 8, isSigned: true }],
  [0, 255, 8, { kind: "fields", bits: 8, isSigned: false }],
  [-128, 128, 8, { kind: "fields", bits: 16, isSigned: true }],
] as const)(
  "steps from %i to %i by %i bits are packed in the fewest bits that hold them",
  (least, most, bits, format) => {
    const layout = layoutOf(
      { columns: 4, depth: 128 },
      makeMatrix(4, 128, 128, least, most, 1),
      activations(bits, 128),
    );
    expect(layout.format).toEqual(format);
  },
);

test("padding of short runs is not made larger by narrow codes", () => {
  const layout = layoutOf({ columns: 4, depth: 64 }, makeMatrix(4, 64, 16, -8, 7, 1), activations(8, 64));
  expect(layout.format).toEqual({ kind: "fields", bits: 8, isSigned: false });
});

test("steps that do not fit 16 bits are refused", () => {
  const matrix = { ...makeMatrix(4, 8, 8, 0, 1, 1), most: 40000 };
  expect(() => layoutOf({ columns: 4, depth: 8 }, matrix, activations(8, 8))).toThrow("16 bits");
});
