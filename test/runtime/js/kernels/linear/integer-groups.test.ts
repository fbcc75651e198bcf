import fc from "fast-check";
import { expect, test } from "vitest";
import { NO_EPILOGUE } from "../../../../../runtime/js/kernels/epilogue.ts";
import { takesGroups } from "../../../../../runtime/js/kernels/linear/integer-groups-plan.ts";
import { layoutOf } from "../../../../../runtime/js/kernels/linear/integer-layout.ts";
import { runTranslatedToo } from "../../run-kernel.ts";
import {
  bitsOf,
  type CaseOptions,
  compute,
  expected,
  type IntegerCase,
  makeCase,
  type RunOptions,
} from "./integer-cases.ts";

const isTaken = ({ weight, activations, ...extents }: IntegerCase): boolean =>
  takesGroups({ layout: layoutOf(extents, weight, activations), activations, epilogue: NO_EPILOGUE });

/** Expects that a column is had in each lane, and that this gives the bits of the interpreter. */
function expectEqualBits(options: CaseOptions, run: RunOptions = {}): void {
  const given = makeCase(options);
  expect(isTaken(given), JSON.stringify(options)).toBe(true);
  const hasBias = run.epilogue?.bias ?? false;
  expect(bitsOf(compute(given, run)), JSON.stringify(options)).toEqual(bitsOf(expected(given, hasBias)));
}

const plain: CaseOptions = {
  rows: 7,
  columns: 32,
  depth: 128,
  run: 32,
  activationRun: 128,
  range: [-8, 7],
  bits: 8,
};

test.each([5, 6, 7, 8, 63, 64, 65, 66, 131])("takes %i rows", (rows) => {
  expectEqualBits({ ...plain, rows });
  // Only a few rows of so many records fit at once.
  expectEqualBits({ ...plain, rows, depth: 300, run: 2, activationRun: 6, columns: 16 });
});

test.each([16, 17, 19, 20, 31, 32, 33, 50])("takes %i columns, in fours of panels and alone", (columns) => {
  for (const split of [[], [0.3], [0, 0.1, 0.1, 0.9]]) expectEqualBits({ ...plain, columns }, { split });
});

const ranges = {
  "2 bits": [-2, 1],
  "4 bits": [-8, 7],
  "6 bits": [-32, 31],
  "8 bits": [-128, 127],
  "8 bits unsigned": [0, 255],
  "far from zero": [2000, 2015],
  "12 bits": [-2048, 2047],
} as const;

test.each(Object.entries(ranges))("takes weights of %s over any runs of even lengths", (name, range) => {
  for (const bits of [8, 16] as const) {
    // These are in bit planes, and those are summed in parts.
    if (bits === 8 ? name === "2 bits" : name === "12 bits" || name === "far from zero") continue;
    for (const [depth, run, activationRun] of [
      [64, 32, 64],
      [74, 48, 75],
      [130, 2, 10],
      [302, 128, 96],
      [530, bits === 8 ? 512 : 200, 530],
    ] as const)
      expectEqualBits({ ...plain, depth, run, activationRun, range, bits });
  }
});

test("does not overflow where all codes are at their bounds", () => {
  for (const range of [ranges["4 bits"], ranges["8 bits"], ranges["8 bits unsigned"]])
    for (const bits of [8, 16] as const) expectEqualBits({ ...plain, range, bits, run: 64, extreme: true });
});

test("is not taken for odd runs, zero points of their own, or one scale", () => {
  expect(isTaken(makeCase({ ...plain, run: 33 }))).toBe(false);
  expect(isTaken(makeCase({ ...plain, depth: 127 }))).toBe(false);
  expect(isTaken(makeCase({ ...plain, run: 128 }))).toBe(false);
  expect(isTaken(makeCase({ ...plain, columns: 15 }))).toBe(false);
  expect(isTaken(makeCase({ ...plain, weightZeros: true }))).toBe(false);
  expect(isTaken(makeCase({ ...plain, activationZeros: true }))).toBe(false);
  expect(isTaken(makeCase({ ...plain, range: [20_000, 20_015] }))).toBe(false);
});

test("any shape and runs give the interpreter's bits, with a bias and split in any way", () => {
  const options = fc.record({
    rows: fc.integer({ min: 5, max: 70 }),
    columns: fc.integer({ min: 16, max: 50 }),
    depth: fc.integer({ min: 33, max: 100 }).map((half) => 2 * half),
    run: fc.integer({ min: 1, max: 32 }).map((half) => 2 * half),
    activationRun: fc.integer({ min: 1, max: 150 }).map((half) => 2 * half),
    range: fc.constantFrom(ranges["4 bits"], ranges["6 bits"], ranges["8 bits"]),
    bits: fc.constantFrom(8 as const, 16 as const),
    wideScales: fc.boolean(),
    seed: fc.integer(),
  });
  const split = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 });
  fc.assert(
    fc.property(options, split, (given, parts) =>
      expectEqualBits(given, {
        epilogue: { ...NO_EPILOGUE, bias: true },
        split: parts.toSorted((one, other) => one - other),
      }),
    ),
    { seed: 5, numRuns: 60 },
  );
});

test("as JavaScript gives the same bits", () => {
  runTranslatedToo();
  expectEqualBits({ ...plain, columns: 21, depth: 74 });
});
