import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Activations, type Format, formats } from "../../../bench/js/cases.ts";
import { compileLinear, linearModule } from "../../../bench/js/narrow-linear.ts";
import { packedCodes } from "../../../bench/js/onnx-graphs.ts";
import { relativeError, transposed } from "../../../bench/js/weight.ts";
import { seededNumbers } from "../../../bench/synthetic-model.ts";

describe("packedCodes", () => {
  it.each([2, 4] as const)("keeps all codes of %i bits, low bits first, above half the range", (bits) => {
    const half = 2 ** (bits - 1);
    const codes = fc.array(fc.integer({ min: -half, max: half - 1 }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(codes, (integers) => {
        const packed = packedCodes({
          bits,
          integers: Int32Array.from(integers),
          run: 8,
          scales: new Float32Array(1),
        });
        const word = packed.reduceRight((high, byte) => high * 256n + BigInt(byte), 0n);
        const back = integers.map(
          (_, i) => Number((word >> BigInt(bits * i)) & BigInt(2 ** bits - 1)) - half,
        );
        expect(back).toEqual(integers);
      }),
    );
  });
});

it("turns rows into columns", () => {
  expect([...transposed(new Float32Array(6), [1, 2, 3, 4, 5, 6], 3)]).toEqual([1, 4, 2, 5, 3, 6]);
});

it("measures errors against exact sums, as a share of their norm", () => {
  const weight = { columns: 2, depth: 2, floats: Float32Array.of(1, 2, 3, 4) };
  expect(relativeError(weight, Float32Array.of(1, 1), [3, 7])).toBe(0);
  expect(relativeError(weight, Float32Array.of(1, 1), [3, 8])).toBeCloseTo(1 / Math.hypot(3, 7), 12);
  expect(relativeError(weight, Float32Array.of(1, 1), [3, Number.NaN])).toBeNaN();
});

/** What the rounding of inputs alone may do to sums of uniform numbers, with room. */
const mostError: Readonly<Record<Activations, number>> = { f32: 1e-6, i8: 1e-2, i14: 2e-4 };
const cases = formats.flatMap((format) =>
  format.activations.map((activations): readonly [string, Activations, Format] => [
    format.name,
    activations,
    format,
  ]),
);

describe.each([1, 3])("with %i rows", (rows) => {
  it.each(cases)("%s by %s is computed as near as its inputs allow", async (_, activations, format) => {
    const shape = { rows, depth: 256, columns: 24 };
    const { weight, ...linear } = await linearModule(shape, format);
    const { model, compiled } = await compileLinear(linear, activations, { rows, relaxed: false });
    const input = seededNumbers(rows * shape.depth, 2);
    const { y } = model.run("main", { x: { shape: [rows, shape.depth], data: input } });
    const error = relativeError(weight, input, y!.data);
    expect(error).toBeLessThan(mostError[activations]);
    // Inputs that are rounded cannot come nearer than that.
    if (activations !== "f32") expect(error).toBeGreaterThan(mostError[activations] / 100);
    // Rounding inputs is a kernel of its own, and integers are multiplied as such.
    const kernels = compiled.program.kernels.map(({ name }) => name.replace(/_.*$/, ""));
    const expected = activations !== "f32" ? ["quantize", "integer"] : [format.type ? "quantized" : "dense"];
    expect(kernels).toEqual(expected);
  });
});
