import { setFlagsFromString } from "node:v8";

// Before anything is compiled: V8 11 (Node 20) has relaxed SIMD behind a flag, and its baseline compiler overwrites an
// operand of the relaxed dot product where registers are scarce.
setFlagsFromString("--experimental-wasm-relaxed-simd");
setFlagsFromString("--no-liftoff");

import { expect, test } from "vitest";
import { assembleKernels } from "../../../../../runtime/js/kernel.ts";
import { NO_EPILOGUE } from "../../../../../runtime/js/kernels/epilogue.ts";
import { integerLinear } from "../../../../../runtime/js/kernels/linear/integer.ts";
import { bitsOf, compute, expected, makeCase } from "./integer-cases.ts";

const relaxed = { relaxed: true };

test.each([
  ["ternary", [-1, 1]],
  ["3 bits", [-4, 3]],
  ["4 bits", [-8, 7]],
  ["7 bits", [-64, 63]],
] as const)("%s: relaxed code differs from other code, and gives the interpreter's bits", (_, range) => {
  for (const { rows, depth, run, activationRun, ...zeros } of [
    { rows: 1, depth: 300, run: 128, activationRun: 300 },
    { rows: 8, depth: 301, run: 301, activationRun: 301 },
    { rows: 9, depth: 200, run: 48, activationRun: 32 },
    { rows: 67, depth: 70, run: 40, activationRun: 30, weightZeros: true, activationZeros: true },
    { rows: 1, depth: 70, run: 40, activationRun: 30, weightZeros: true, activationZeros: true },
    { rows: 1, depth: 513, run: 513, activationRun: 513, extreme: true },
    { rows: 8, depth: 513, run: 513, activationRun: 513, extreme: true },
  ]) {
    const given = makeCase({ rows, columns: 19, depth, range, run, bits: 8, activationRun, ...zeros });
    const { kernel } = integerLinear({ ...given, epilogue: NO_EPILOGUE });
    const [code, otherCode] = [relaxed, { relaxed: false }].map((features) =>
      assembleKernels([kernel], features),
    );
    expect(WebAssembly.validate(code!)).toBe(true);
    expect(code).not.toEqual(otherCode);
    expect(bitsOf(compute(given, { features: relaxed, split: [0.3] }))).toEqual(
      bitsOf(expected(given, false)),
    );
  }
});

test("codes that relaxed products do not hold are multiplied as ever", () => {
  for (const options of [
    { range: [-128, 127], bits: 8 },
    { range: [0, 255], bits: 8 },
    { range: [-8, 7], bits: 16 },
  ] as const) {
    const given = makeCase({ rows: 1, columns: 5, depth: 70, run: 70, activationRun: 70, ...options });
    expect(bitsOf(compute(given, { features: relaxed }))).toEqual(bitsOf(expected(given, false)));
  }
});
