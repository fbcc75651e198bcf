import fc from "fast-check";
import { expect, test } from "vitest";
import { NO_EPILOGUE } from "../../../../../runtime/js/kernels/epilogue.ts";
import { integerLinear } from "../../../../../runtime/js/kernels/linear/integer.ts";
import { layoutOf } from "../../../../../runtime/js/kernels/linear/integer-layout.ts";
import {
  STRASSEN_ROWS,
  takesStrassen,
} from "../../../../../runtime/js/kernels/linear/integer-strassen-plan.ts";
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

/** Expects that sums of parts are taken, and that they give the bits of the interpreter. */
function expectEqualBits(given: IntegerCase, run: RunOptions = {}): void {
  expect(isTaken(given)).toBe(true);
  const hasBias = run.epilogue?.bias ?? false;
  expect(bitsOf(compute(given, run))).toEqual(bitsOf(expected(given, hasBias)));
}

const isTaken = ({ weight, activations, ...extents }: IntegerCase): boolean =>
  takesStrassen({ layout: layoutOf(extents, weight, activations), activations, epilogue: NO_EPILOGUE });

const whole = (depth: number) => ({ depth, run: depth, activationRun: depth });
const plain: CaseOptions = { rows: 20, columns: 48, ...whole(128), range: [-128, 127], bits: 8 };

/** Activations of 14 bits, as many as sums of four may have. */
function withFewerBits(given: IntegerCase): IntegerCase {
  const input = Int16Array.from(given.input, (code) => Math.max(-8191, code >> 2));
  return { ...given, input, activations: { ...given.activations, most: 8191 } };
}

test.each([-1, 0, 1, 2, 3, 4, 5, 47, 48, 49, 113, 117])("takes %i rows more than the fewest", (more) => {
  expectEqualBits(makeCase({ ...plain, rows: STRASSEN_ROWS + more }));
});

test.each([48, 49, 51, 52, 53, 63, 100, 105])("takes %i columns, in pairs of panels and alone", (columns) => {
  for (const split of [[], [0.1], [0, 0.02, 0.02, 0.95]])
    expectEqualBits(makeCase({ ...plain, rows: 17, columns }), { split });
});

test.each([129, 143, 144, 145, 191, 300, 2053])("takes a depth of %i", (depth) => {
  for (const range of [
    [-128, 127],
    [0, 255],
    [-8, 7],
  ] as const)
    expectEqualBits(makeCase({ ...plain, ...whole(depth), range }));
});

test("takes more rows than are summed at once where the depth is large", () => {
  expectEqualBits(makeCase({ ...plain, rows: 67, ...whole(2400) }));
});

test("does not overflow where all codes are at their bounds", () => {
  for (const range of [
    [-128, 127],
    [0, 255],
  ] as const)
    for (const seed of [1, 2, 3])
      expectEqualBits(makeCase({ ...plain, ...whole(1024), range, extreme: true, seed }));
  for (const seed of [1, 2, 3])
    expectEqualBits(withFewerBits(makeCase({ ...plain, ...whole(1024), bits: 16, extreme: true, seed })));
});

test("takes zero points on either side", () => {
  for (const zeros of [
    { weightZeros: true },
    { activationZeros: true },
    { weightZeros: true, activationZeros: true },
  ])
    expectEqualBits(makeCase({ ...plain, rows: 19, columns: 50, ...whole(150), ...zeros }));
});

test("takes activations of 14 bits over whole blocks, of more or over others not", () => {
  for (const range of [
    [-128, 127],
    [-8, 7],
    [-2, 1],
  ] as const)
    expectEqualBits(withFewerBits(makeCase({ ...plain, range, bits: 16 })));
  expect(isTaken(makeCase({ ...plain, bits: 16 }))).toBe(false);
  expect(isTaken(withFewerBits(makeCase({ ...plain, ...whole(132), bits: 16 })))).toBe(false);
});

test("is not taken where a sum is scaled in parts", () => {
  expect(isTaken(makeCase({ ...plain, run: 64 }))).toBe(false);
  expect(isTaken(makeCase({ ...plain, activationRun: 64 }))).toBe(false);
  expect(isTaken(makeCase({ ...plain, range: [-1, 1] }))).toBe(false);
});

test("any shape and codes give the interpreter's bits, with a bias and split in any way", () => {
  const options = fc.record({
    rows: fc.integer({ min: 16, max: 80 }),
    columns: fc.integer({ min: 48, max: 110 }),
    depth: fc.integer({ min: 128, max: 400 }),
    range: fc.constantFrom([-128, 127], [-127, 127], [0, 255], [-7, 7], [0, 99]) as fc.Arbitrary<
      readonly [number, number]
    >,
    weightZeros: fc.boolean(),
    activationZeros: fc.boolean(),
    wideScales: fc.boolean(),
    seed: fc.integer(),
  });
  const split = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 });
  fc.assert(
    fc.property(options, split, (given, parts) =>
      expectEqualBits(makeCase({ bits: 8, ...whole(given.depth), ...given }), {
        epilogue: { ...NO_EPILOGUE, bias: true },
        split: parts.toSorted((one, other) => one - other),
      }),
    ),
    { seed: 7, numRuns: 60 },
  );
});

test("as JavaScript gives the same bits", () => {
  runTranslatedToo();
  expectEqualBits(makeCase({ ...plain, rows: 17, columns: 49, ...whole(140) }));
});

test("kernels that take it have names of their own", () => {
  const fewer = withFewerBits(makeCase({ ...plain, bits: 16 }));
  const names = [8191, 8192].map((most) => {
    const activations = { ...fewer.activations, most };
    return integerLinear({ ...fewer, activations, epilogue: NO_EPILOGUE }).kernel.name;
  });
  expect(new Set(names).size).toBe(2);
});
