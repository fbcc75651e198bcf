import { expect, test } from "vitest";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import { quantize, quantizeWith } from "../../../../dialects/lowp/quantize.ts";
import { type RowRounding, roundRows } from "../../../../runtime/js/kernels/round-rows.ts";
import { lowpType } from "../../../dialects/lowp/text.ts";
import { runKernel } from "../run-kernel.ts";
import { expectSame, FIRST_BUFFER, normalFloats } from "./float-samples.ts";
import { expectSuccess } from "./lowp-values.ts";

/** Rows of usual, tiny and huge numbers, of zeros, and of ties. */
function rowsOf(width: number): Float32Array {
  const input = normalFloats(6 * width, width, 3);
  for (let i = 0; i < width; i++) {
    input[width + i]! *= 1e-41;
    input[2 * width + i]! *= 1e37;
    input[3 * width + i] = i % 2 ? 0 : -0;
    input[4 * width + i] = ((i % 25) - 12) / 4;
    input[5 * width + i]! *= 2 ** -(i % 12);
  }
  return input;
}

const cases: readonly (readonly [string, RowRounding["element"], RowRounding["scales"]])[] = [
  ["i8, scale = f32", { range: [-128, 127], zero: undefined }, { kind: "dynamic", format: "f32" }],
  ["ui4, scale = f16, zero = ui4", { range: [0, 15], zero: [0, 15] }, { kind: "dynamic", format: "f16" }],
  [
    "f4E2M1FN, scale = f8E8M0FNU",
    { format: "f4E2M1FN" },
    { kind: "dynamic", format: { powerOfTwo: "floor" } },
  ],
  ["f8E4M3FN, scale = f32", { format: "f8E4M3FN" }, { kind: "dynamic", format: "f32" }],
  ["f8E5M2, scale = f8E8M0FNU", { format: "f8E5M2" }, { kind: "dynamic", format: { powerOfTwo: "floor" } }],
  ["f6E3M2FN, scale = bf16", { format: "f6E3M2FN" }, { kind: "dynamic", format: "bf16" }],
  ["f4E2M1FN, scale = f8E4M3FN", { format: "f4E2M1FN" }, { kind: "dynamic", format: "f8E4M3FN" }],
];

test.each(cases)("%s: the numbers of the interpreter", (text, element, scales) => {
  for (const [width, group] of [
    [1, 1],
    [7, 7],
    [64, 32],
    [30, 5],
  ] as const) {
    const input = rowsOf(width);
    const shape = [6, width];
    const [name, ...rest] = text.split(", ");
    const type = lowpType(`!lowp.q<${name}, block = [1, ${group}], ${rest.join(", ")}>`);
    const value = expectSuccess(quantize({ shape, data: input }, type));
    const wanted = expectSuccess(dequantize(value, "f32")).data;
    const kernel = roundRows({ groups: { width, group }, element, scales });
    const args = { input, output: new Float32Array(input.length) };
    expectSame(runKernel(kernel, args, { units: 6 }).output!, wanted);
    expectSame(runKernel(kernel, args, { units: 6, split: [2, 5] }).output!, wanted);
    expectSame(runKernel(kernel, { input, output: FIRST_BUFFER }, { units: 6 }).input!, wanted);
  }
});

test.each([
  ["i8", { range: [-128, 127], zero: [-128, 127] }, Int32Array.of(-3, 90)],
  ["f8E4M3FN", { format: "f8E4M3FN" }, undefined],
] as const)("%s with given scales", (name, element, zeros) => {
  const [width, group] = [12, 6];
  const input = rowsOf(width);
  const scales = Float32Array.of(0.125, 3e-3);
  const type = lowpType(`!lowp.q<${name}, block = [*, 6], scale = f32${zeros ? ", zero = i8" : ""}>`);
  const given = {
    scale: { shape: [1, 2], data: scales },
    ...(zeros && { zero: { shape: [1, 2], data: zeros } }),
  };
  const value = expectSuccess(quantizeWith({ shape: [6, width], data: input }, type, given));
  const kernel = roundRows({ groups: { width, group }, element, scales: { kind: "static" } });
  const args = { input, output: new Float32Array(input.length), scales, ...(zeros && { zeros }) };
  const found = runKernel(kernel, args, { units: 6 }).output!;
  expectSame(found, expectSuccess(dequantize(value, "f32")).data);
  expect(found.length).toBe(72);
});
