import { describe, expect, test } from "vitest";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { add, div, max, min, mul, pow, sub } from "../../../../dialects/nn/reference/binary.ts";
import * as unary from "../../../../dialects/nn/reference/elementwise.ts";
import {
  type ElementwiseAccess,
  type ElementwiseChain,
  elementwiseUnits,
  fusedElementwise,
} from "../../../../runtime/js/kernels/elementwise.ts";
import type { BinaryFunction, UnaryFunction } from "../../../../runtime/js/kernels/pointwise-function.ts";
import { runKernel } from "../run-kernel.ts";
import { floatSamples, normalFloats, unitsApart } from "./float-samples.ts";

type Numbers = Float32Array | Int32Array;

const arithmetic = { add, sub, mul, div, min, max };
const binaryNames = ["add", "sub", "mul", "div", "min", "max", "pow"] as const;

function run(
  chain: ElementwiseChain,
  inputs: readonly Numbers[],
  [rows, width]: readonly [number, number],
  split: readonly number[] = [],
): Numbers {
  const output = chain.element === "f32" ? new Float32Array(rows * width) : new Int32Array(rows * width);
  const named = Object.fromEntries(inputs.map((input, i) => [`input${i}`, input]));
  const units = elementwiseUnits(chain, rows, width);
  return runKernel(fusedElementwise(chain), { ...named, output, rows, width }, { units, split })
    .output as Numbers;
}

const samples = floatSamples(8);
const shape = [samples.length];
const mixed = samples.map((_, i) => samples[(i * 7919 + 13) % samples.length]!);
// Special values meet each other: each with each of the first twelve.
for (let i = 0; i < 144; i++)
  [samples[1000 + i], mixed[1000 + i]] = [samples[i % 12]!, samples[(i / 12) | 0]!];

function expectUnits(found: Numbers, expected: ArrayLike<number>, bound: number): void {
  for (let i = 0; i < found.length; i++) {
    const distance = unitsApart(found[i]!, expected[i]!);
    if (distance > bound) expect.fail(`[${i}] is ${found[i]}, not ${expected[i]}: ${distance} units apart`);
    if (bound === 0 && found[i] === 0 && !Object.is(found[i], Math.fround(expected[i]!)))
      expect.fail(`[${i}] has the wrong sign of zero`);
  }
  expect(found.length).toBe(expected.length);
}

describe("functions of one float", () => {
  const exact = { shape, data: Float64Array.from(samples) };
  const cases: readonly (readonly [UnaryFunction, Float64Array, number])[] = [
    [{ name: "abs" }, unary.abs(exact).data, 0],
    [{ name: "neg" }, unary.neg(exact).data, 0],
    [{ name: "sqrt" }, unary.sqrt(exact).data, 0],
    [{ name: "reciprocal" }, unary.reciprocal(exact).data, 0],
    [{ name: "floor" }, unary.floor(exact).data, 0],
    [{ name: "ceil" }, unary.ceil(exact).data, 0],
    [{ name: "round" }, unary.round(exact).data, 0],
    [{ name: "relu" }, unary.relu(exact).data, 0],
    [{ name: "clip", min: -0.1, max: 2.7 }, unary.clip(exact, { min: -0.1, max: 2.7 }).data, 0],
    [{ name: "clip", min: 3, max: -3 }, unary.clip(exact, { min: 3, max: -3 }).data, 0],
    [{ name: "clip", max: 1 }, unary.clip(exact, { max: 1 }).data, 0],
    [{ name: "leaky_relu", alpha: 0.3 }, unary.leakyRelu(exact, { alpha: 0.3 }).data, 2],
    [{ name: "exp" }, unary.exp(exact).data, 2],
    [{ name: "log" }, unary.log(exact).data, 3],
    [{ name: "erf" }, unary.erf(exact).data, 2],
    [{ name: "tanh" }, unary.tanh(exact).data, 3],
  ];
  test.each(cases)("%o", (name, expected, bound) => {
    const chain: ElementwiseChain = {
      element: "f32",
      inputs: ["same"],
      steps: [{ function: name, input: 0 }],
    };
    expectUnits(run(chain, [samples], [1, samples.length]), expected, bound);
  });
});

const pair = (element: "f32" | "i32", name: BinaryFunction): ElementwiseChain => ({
  element,
  inputs: ["same", "same"],
  steps: [{ function: name, left: 0, right: 1 }],
});

type Operation = (left: FloatTensor, right: FloatTensor) => FloatTensor;
const floatOperations: Readonly<Record<BinaryFunction, Operation>> = { ...arithmetic, pow };

test.each(binaryNames)("%s of floats", (name) => {
  const found = run(pair("f32", name), [samples, mixed], [1, samples.length]);
  const [left, right] = [samples, mixed].map((data) => ({ shape, data: Float64Array.from(data) }));
  expectUnits(found, floatOperations[name](left!, right!).data, name === "pow" ? 1 : 0);
});

test("powers of small numbers by whole and broken exponents", () => {
  const bases = Float32Array.from({ length: 4000 }, (_, i) => ((i % 200) - 100) / 16);
  const exponents = Float32Array.from({ length: 4000 }, (_, i) => (Math.floor(i / 200) - 10) / 2);
  const found = run(pair("f32", "pow"), [bases, exponents], [1, 4000]);
  const exact = [bases, exponents].map((data) => ({ shape: [4000], data: Float64Array.from(data) }));
  expectUnits(found, pow(exact[0]!, exact[1]!).data, 1);
});

describe("integers", () => {
  const ends = [0, 1, -1, 7, -7, 2 ** 31 - 1, -(2 ** 31), 65537];
  const left = Int32Array.from({ length: 67 }, (_, i) => ends[i % 8]!);
  const right = Int32Array.from({ length: 67 }, (_, i) => ends[(i / 8) & 7]!);
  const tensors = [left, right].map((data) => ({ shape: [67], data }));
  test.each(["add", "sub", "mul", "div", "min", "max"] as const)("%s wraps", (name) => {
    expect(run(pair("i32", name), [left, right], [1, 67])).toEqual(
      arithmetic[name](tensors[0]!, tensors[1]!).data,
    );
  });
  test.each<readonly [UnaryFunction, Int32Array]>([
    [{ name: "abs" }, unary.abs(tensors[0]!).data],
    [{ name: "neg" }, unary.neg(tensors[0]!).data],
    [{ name: "clip", min: -5, max: 9 }, unary.clip(tensors[0]!, { min: -5, max: 9 }).data],
  ])("%o", (name, expected) => {
    const chain: ElementwiseChain = {
      element: "i32",
      inputs: ["same"],
      steps: [{ function: name, input: 0 }],
    };
    expect(run(chain, [left], [1, 67])).toEqual(expected);
  });
});

describe("broadcasts", () => {
  const shapeOf = (access: ElementwiseAccess, rows: number, width: number): readonly number[] =>
    ({ same: [rows, width], row: [width], column: [rows, 1], scalar: [1] })[access];
  const sizes = [
    [1, 1],
    [3, 5],
    [2, 4100],
    [33, 7],
    [1, 9001],
  ] as const;
  test.each(sizes)("of a vector, a column and a scalar to %i by %i", (rows, width) => {
    for (const access of ["same", "row", "column", "scalar"] as const) {
      const right = shapeOf(access, rows, width);
      const [a, b] = [
        normalFloats(rows * width, 1),
        normalFloats(
          right.reduce((x, y) => x * y),
          2,
        ),
      ];
      const expected = sub({ shape: [rows, width], data: a }, { shape: right, data: b }).data;
      const chain: ElementwiseChain = {
        element: "f32",
        inputs: ["same", access],
        steps: [{ function: "sub", left: 0, right: 1 }],
      };
      expect(run(chain, [a, b], [rows, width])).toEqual(expected);
    }
  });
});

test("a chain computes what its steps compute one after another, however it is split", () => {
  const [rows, width] = [5, 2051];
  const chain: ElementwiseChain = {
    element: "f32",
    inputs: ["same", "same", "scalar"],
    steps: [
      { function: { name: "silu" }, input: 0 },
      { function: "mul", left: 3, right: 1 },
      { function: "div", left: 4, right: 2 },
      { function: "max", left: 5, right: 0 },
    ],
  };
  const inputs = [normalFloats(rows * width, 1), normalFloats(rows * width, 2), Float32Array.of(3)];
  const single = (step: ElementwiseChain["steps"][number], ...values: readonly Numbers[]) =>
    run(
      {
        element: "f32",
        inputs: values.map(({ length }) => (length === 1 ? "scalar" : "same")),
        steps: [step],
      },
      values,
      [rows, width],
    );
  const silu = single({ function: { name: "silu" }, input: 0 }, inputs[0]!);
  const product = single({ function: "mul", left: 0, right: 1 }, silu, inputs[1]!);
  const quotient = single({ function: "div", left: 0, right: 1 }, product, inputs[2]!);
  const expected = single({ function: "max", left: 0, right: 1 }, quotient, inputs[0]!);
  expect(run(chain, inputs, [rows, width])).toEqual(expected);
  expect(run(chain, inputs, [rows, width], [1, 2])).toEqual(expected);
});
