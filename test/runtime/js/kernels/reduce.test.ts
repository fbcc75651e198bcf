import { expect, test } from "vitest";
import * as reference from "../../../../dialects/nn/reference/reduce.ts";
import { type Reduction, reduceAxis, reductionUnits } from "../../../../runtime/js/kernels/reduce.ts";
import { runKernel } from "../run-kernel.ts";
import { floatSamples, normalFloats } from "./float-samples.ts";

type Numbers = Float32Array | Int32Array;
type Shape = readonly [outer: number, size: number, inner: number];

function run(kind: Reduction["kind"], input: Numbers, [outer, size, inner]: Shape): Numbers {
  const element = input instanceof Int32Array ? "i32" : "f32";
  const isWhole = element === "i32" || kind === "argmax";
  const output = isWhole ? new Int32Array(outer * inner) : new Float32Array(outer * inner);
  const units = reductionUnits(outer, inner);
  const args = { input, output, size, inner };
  const kernel = reduceAxis({ kind, element });
  const whole = runKernel(kernel, args, { units }).output as Numbers;
  if (units > 1) expect(runKernel(kernel, args, { units, split: [1] }).output).toEqual(whole);
  return whole;
}

const shapes: readonly Shape[] = [
  [1, 1, 1],
  [5, 7, 1],
  [2, 3, 4],
  [3, 33, 5],
  [1, 4, 130],
  [2, 9, 64],
];
const over = { axes: [1], keepDims: false };

test.each(shapes)("reduces [%i, %i, %i] of floats to the bits of the interpreter", (...shape) => {
  const data = normalFloats(shape[0] * shape[1] * shape[2], 3, 10);
  const tensor = { shape, data };
  expect(run("sum", data, shape)).toEqual(reference.sum(tensor, over).data);
  expect(run("mean", data, shape)).toEqual(reference.mean(tensor, over).data);
  expect(run("prod", data, shape)).toEqual(reference.prod(tensor, over).data);
  expect(run("reduce_max", data, shape)).toEqual(reference.max(tensor, over).data);
  expect(run("reduce_min", data, shape)).toEqual(reference.min(tensor, over).data);
  expect(run("argmax", data, shape)).toEqual(reference.argmax(tensor, { axis: 1, keepDims: false }).data);
});

test.each(shapes)("reduces [%i, %i, %i] of integers, wrapping", (...shape) => {
  const data = Int32Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) =>
    Math.imul(i, 0x9e3779b1),
  );
  const tensor = { shape, data };
  expect(run("sum", data, shape)).toEqual(reference.sum(tensor, over).data);
  expect(run("reduce_max", data, shape)).toEqual(reference.max(tensor, over).data);
  expect(run("reduce_min", data, shape)).toEqual(reference.min(tensor, over).data);
  expect(run("argmax", data, shape)).toEqual(reference.argmax(tensor, { axis: 1, keepDims: false }).data);
});

test("special floats, and equal ones", () => {
  const data = floatSamples(1).slice(0, 12 * 30);
  for (let i = 0; i < 60; i++) data[300 + i] = i % 7;
  for (const shape of [
    [30, 12, 1],
    [1, 30, 12],
  ] as const) {
    const tensor = { shape, data };
    expect(run("sum", data, shape)).toEqual(reference.sum(tensor, over).data);
    expect(run("reduce_max", data, shape)).toEqual(reference.max(tensor, over).data);
    expect(run("reduce_min", data, shape)).toEqual(reference.min(tensor, over).data);
    expect(run("argmax", data, shape)).toEqual(reference.argmax(tensor, { axis: 1, keepDims: false }).data);
  }
});

test("of no elements there is the neutral one", () => {
  const none = new Float32Array(0);
  expect(run("sum", none, [2, 0, 1])).toEqual(Float32Array.of(0, 0));
  expect(run("prod", none, [1, 0, 2])).toEqual(Float32Array.of(1, 1));
  expect(run("mean", none, [1, 0, 1])).toEqual(Float32Array.of(Number.NaN));
  expect(run("reduce_max", none, [1, 0, 1])).toEqual(Float32Array.of(-Infinity));
});
