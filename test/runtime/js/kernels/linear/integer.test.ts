import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assembleKernels } from "../../../../../runtime/js/kernel.ts";
import { NO_EPILOGUE } from "../../../../../runtime/js/kernels/epilogue.ts";
import { integerLinear } from "../../../../../runtime/js/kernels/linear/integer.ts";
import { bitsOf, type CaseOptions, compute, expected, makeCase, type RunOptions } from "./integer-cases.ts";

/** Expects of the kernel, split in any way, the bits of the interpreter. */
function expectEqualBits(options: CaseOptions, run: RunOptions = {}): void {
  const given = makeCase(options);
  const hasBias = run.epilogue?.bias ?? false;
  expect(bitsOf(compute(given, run)), JSON.stringify(options)).toEqual(bitsOf(expected(given, hasBias)));
}

const ranges = {
  ternary: [-1, 1],
  "2 bits": [-2, 1],
  "3 bits": [-4, 3],
  "4 bits": [-8, 7],
  "6 bits": [-32, 31],
  "8 bits": [-128, 127],
  "8 bits unsigned": [0, 255],
  "12 bits": [-2048, 2047],
  "16 bits": [-32768, 32767],
} as const;
const runs = [
  { depth: 64, run: 32, activationRun: 64 },
  { depth: 300, run: 128, activationRun: 300 },
  { depth: 301, run: 301, activationRun: 301 },
  { depth: 600, run: 600, activationRun: 600 },
  { depth: 23, run: 5, activationRun: 7 },
  { depth: 200, run: 48, activationRun: 32 },
  { depth: 97, run: 97, activationRun: 1 },
  { depth: 1, run: 1, activationRun: 1 },
];

describe.each(Object.entries(ranges))("weights of %s", (_, range) => {
  test.each([8, 16] as const)("times activations of %i bits are the interpreter's", (bits) => {
    for (const extents of runs)
      for (const rows of [1, 4, 7]) expectEqualBits({ rows, columns: 7, range, bits, ...extents });
  });

  test.each([8, 16] as const)("and zero points on both sides, by %i bits", (bits) => {
    if (range[0] < -128 || range[1] > 255) return;
    const extents = { columns: 18, depth: 75, run: 48, activationRun: 40, range, bits };
    for (const rows of [1, 6])
      for (const zeros of [{ weightZeros: true }, { activationZeros: true }])
        expectEqualBits({ rows, ...extents, ...zeros });
    expectEqualBits({ rows: 1, ...extents, weightZeros: true, activationZeros: true });
    expectEqualBits({ rows: 5, ...extents, weightZeros: true, activationZeros: true });
  });

  test.each([8, 16] as const)("do not overflow with codes at their bounds, by %i bits", (bits) => {
    for (const rows of [1, 5])
      expectEqualBits({
        rows,
        columns: 5,
        depth: 900,
        run: 900,
        activationRun: 900,
        range,
        bits,
        extreme: true,
      });
  });
});

test.each([1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 65, 130])(
  "takes %i rows, also where they do not fit at once",
  (rows) => {
    const extents = { rows, columns: 6, depth: 130, activationRun: 130, bits: 8 } as const;
    for (const range of [ranges["2 bits"], ranges["4 bits"], ranges["8 bits"]])
      expectEqualBits({ ...extents, run: 64, range });
    expectEqualBits({ ...extents, run: 1, range: ranges["4 bits"] }, { split: [0.5] });
  },
);

test("any shape, runs, range and zero points give the interpreter's bits", () => {
  const options = fc.record({
    rows: fc.constantFrom(1, 2, 4, 5, 6, 11, 16, 17),
    columns: fc.integer({ min: 1, max: 20 }),
    depth: fc.integer({ min: 1, max: 280 }),
    run: fc.integer({ min: 1, max: 280 }),
    activationRun: fc.integer({ min: 1, max: 280 }),
    range: fc
      .tuple(fc.integer({ min: -300, max: 300 }), fc.constantFrom(0, 1, 3, 5, 15, 100, 127, 200, 255, 3000))
      .map(([least, width]) => [least, least + width] as const),
    bits: fc.constantFrom(8 as const, 16 as const),
    weightZeros: fc.boolean(),
    activationZeros: fc.boolean(),
    wideScales: fc.boolean(),
    seed: fc.integer(),
  });
  const split = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 });
  fc.assert(
    fc.property(options, split, (given, parts) =>
      expectEqualBits(given, { split: parts.toSorted((one, other) => one - other) }),
    ),
    { seed: 11, numRuns: 120 },
  );
});

test.each([1, 2, 3, 4, 5, 12, 15, 16, 17, 33])("takes %i columns, and writes none behind them", (columns) => {
  for (const rows of [1, 7])
    for (const range of [ranges.ternary, ranges["3 bits"], ranges["12 bits"]])
      expectEqualBits({ rows, columns, depth: 40, run: 20, activationRun: 40, range, bits: 8 });
});

test("gives the same bits however its units are split", () => {
  for (const rows of [1, 6])
    for (const range of [ranges["2 bits"], ranges["4 bits"]])
      for (const split of [[0.2], [0, 0.1, 0.5, 0.5, 0.9, 1]])
        expectEqualBits(
          { rows, columns: 70, depth: 65, run: 32, activationRun: 65, range, bits: 8 },
          { split },
        );
});

test("keeps scales of weights that are no f32 values", () => {
  for (const rows of [1, 5])
    for (const range of [ranges["2 bits"], ranges["4 bits"]])
      expectEqualBits({
        rows,
        columns: 9,
        depth: 50,
        run: 16,
        activationRun: 50,
        range,
        bits: 8,
        wideScales: true,
      });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0])(
  "scales by %f as the interpreter does",
  (scale) => {
    for (const rows of [1, 5]) {
      const given = makeCase({
        rows,
        columns: 5,
        depth: 40,
        run: 20,
        activationRun: 10,
        range: [-8, 7],
        bits: 8,
      });
      given.scales[1] = scale;
      given.weight.scales[3] = scale;
      expect(bitsOf(compute(given))).toEqual(bitsOf(expected(given, false)));
    }
  },
);

test("adds the bias before the one rounding, and the rest of the epilogue after it", () => {
  for (const rows of [1, 7])
    for (const range of [ranges["2 bits"], ranges["4 bits"]]) {
      const options: CaseOptions = {
        rows,
        columns: 7,
        depth: 50,
        run: 25,
        activationRun: 50,
        range,
        bits: 8,
      };
      expectEqualBits(options, { epilogue: { ...NO_EPILOGUE, bias: true } });
      const given = makeCase(options);
      const multiplier = Float32Array.from({ length: rows * 7 }, (_, i) => i / 3 - 2);
      const residual = Float32Array.from({ length: rows * 7 }, (_, i) => 10 - i / 7);
      const rest = expected(given, true).map((value, i) =>
        Math.fround(Math.fround(Math.max(value, 0) * multiplier[i]!) + residual[i]!),
      );
      const epilogue = { bias: true, activation: "relu", multiplier: true, residual: true } as const;
      expect(bitsOf(compute(given, { epilogue, multiplier, residual }))).toEqual(bitsOf(rest));
    }
});

test("kernels of equal names have equal code", () => {
  const codes = new Map<string, Uint8Array>();
  let repetitions = 0;
  for (const range of [ranges["2 bits"], ranges["4 bits"]])
    for (const depth of [96, 100])
      for (const run of [32, 34, 40, 100, 200])
        for (const activationRun of [40, 100, 300])
          for (const wideScales of [false, true]) {
            const options = {
              rows: 1,
              columns: 5,
              depth,
              run,
              activationRun,
              range,
              bits: 8,
              wideScales,
            } as const;
            const { kernel } = integerLinear({ ...makeCase(options), epilogue: NO_EPILOGUE });
            const code = assembleKernels([kernel], { relaxed: false });
            const other = codes.get(kernel.name);
            if (other) repetitions++;
            expect(Buffer.compare(other ?? code, code), kernel.name).toBe(0);
            codes.set(kernel.name, code);
          }
  expect(repetitions).toBeGreaterThan(10);
});
