import { expect, test } from "vitest";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import { quantize } from "../../../../dialects/lowp/quantize.ts";
import { roundRows } from "../../../../runtime/js/kernels/round-rows.ts";
import { type WholeScale, wholeScale } from "../../../../runtime/js/kernels/whole-scale.ts";
import { lowpType } from "../../../dialects/lowp/text.ts";
import { runKernel } from "../run-kernel.ts";
import { expectSame, normalFloats } from "./float-samples.ts";
import { expectSuccess, numbersOf } from "./lowp-values.ts";

/** Tensors of usual, tiny and huge numbers, of one sign, of zeros; of every remainder by 4. */
const tensors: readonly Float32Array[] = [
  ...[1, 2, 3, 4, 31, 32].map((count) => normalFloats(count, count)),
  ...[1e-42, 3e-45, 1e-30, 1e30, 1e38].map((scale) => normalFloats(30, 7, scale)),
  normalFloats(30, 8).map((value) => Math.abs(value) + 3),
  normalFloats(30, 9).map((value) => -Math.abs(value)),
  Float32Array.of(0, -0, 0),
  Float32Array.of(3.4028234e38, -3.4028234e38),
];

const cases: readonly (readonly [string, WholeScale])[] = [
  ["i8<-127:127>, scale = f32", { element: { range: [-127, 127], zero: undefined }, format: "f32" }],
  ["ui8, scale = f16, zero = ui8", { element: { range: [0, 255], zero: [0, 255] }, format: "f16" }],
  ["i4, scale = f32, zero = i4", { element: { range: [-8, 7], zero: [-8, 7] }, format: "f32" }],
  ["f8E4M3FN, scale = f32", { element: { format: "f8E4M3FN" }, format: "f32" }],
  ["f4E2M1FN, scale = f8E8M0FNU", { element: { format: "f4E2M1FN" }, format: { powerOfTwo: "floor" } }],
];

test.each(cases)("all of a tensor, %s: the scale of the interpreter", (text, form) => {
  const [element, ...rest] = text.split(", ");
  const type = lowpType(`!lowp.q<${element}, block = [*], ${rest.join(", ")}>`);
  for (const input of tensors) {
    const { components } = expectSuccess(quantize({ shape: [input.length], data: input }, type));
    const hasZero = "zero" in form.element && form.element.zero !== undefined;
    const args = { input, count: input.length, scale: new Float32Array(1) };
    const found = runKernel(
      wholeScale(form),
      { ...args, ...(hasZero && { zero: new Int32Array(1) }) },
      { units: 1 },
    );
    expectSame(found.scale!, numbersOf(components.scale), "scale");
    if (hasZero) expectSame(found.zero!, numbersOf(components.zero), "zero");
  }
});

test.each([
  ["f4E2M1FN", "f8E4M3FN", 16, 6],
  ["f8E4M3FN", "f8E5M2", 5, 448],
  ["f4E2M1FN", "f6E2M3FN", 1, 6],
] as const)(
  "groups of %s whose scales are %s, scaled once: the numbers of the interpreter",
  (element, inner, group, largest) => {
    const type = lowpType(
      `!lowp.q<${element}, block = [1, ${group}], scale = !lowp.q<${inner}, block = [*, *], scale = f32>, tail = short>`,
    );
    for (const [rows, width] of [
      [1, 1],
      [3, 20],
      [5, 33],
      [2, 64],
    ] as const)
      for (const scale of [1, 1e-44, 3e-42, 1e-38, 1e37]) {
        const input = normalFloats(rows * width, width, scale).map((value, i) =>
          i % 20 < 5 ? value / 1e5 : value,
        );
        input.fill(0, 0, Math.min(group, width));
        const value = expectSuccess(quantize({ shape: [rows, width], data: input }, type));
        const outer = runKernel(
          wholeScale({ element: { format: inner }, format: "f32", within: largest }),
          { input, count: input.length, scale: new Float32Array(1) },
          { units: 1 },
        ).scale!;
        const kernel = roundRows({
          groups: { width, group: Math.min(group, width) },
          element: { format: element },
          scales: { kind: "nested", format: inner },
        });
        const args = { input, output: new Float32Array(input.length), outer };
        const wanted = expectSuccess(dequantize(value, "f32")).data;
        const split = rows > 1 ? { split: [1] } : {};
        expectSame(
          runKernel(kernel, args, { units: rows, ...split }).output!,
          wanted,
          `${width} by ${scale}`,
        );
        expect(outer[0]).toBeGreaterThan(0);
      }
  },
);
