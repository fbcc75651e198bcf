import { expect, test } from "vitest";
import * as reference from "../../../../dialects/nn/reference/elementwise.ts";
import { type Expression, i32, type Local, op, sum } from "../../../../runtime/js/assembler/expression.ts";
import type { FunctionBuilder } from "../../../../runtime/js/assembler/function-builder.ts";
import { load } from "../../../../runtime/js/assembler/memory.ts";
import { defineKernel } from "../../../../runtime/js/kernel.ts";
import { type Activation, activate, errorFunction } from "../../../../runtime/js/kernels/activation.ts";
import {
  exponential,
  hyperbolicTangent,
  logarithm,
  sigmoid,
} from "../../../../runtime/js/kernels/vector-math.ts";
import { runKernel } from "../run-kernel.ts";
import { floatSamples, unitsApart } from "./float-samples.ts";

type Map = (f: FunctionBuilder, x: Local) => Expression;

/** A function of vectors over all samples; a unit is one vector. */
function mapSamples(map: Map, input: Float32Array): Float32Array {
  const kernel = defineKernel({
    name: "map",
    parameters: ["input", "output"],
    build(f, { input, output, begin, end }) {
      f.for(begin, end, 1, (unit) => {
        const offset = op("i32.mul", unit, i32(16));
        const x = f.let(load("v128.load", sum(input, offset)));
        f.store("v128.store", sum(output, offset), map(f, x));
      });
    },
  });
  const output = new Float32Array(input.length);
  return runKernel(kernel, { input, output }, { units: input.length / 4 }).output as Float32Array;
}

const samples = floatSamples();
const exact = Float64Array.from(samples);
const tensor = { shape: [exact.length], data: exact };

interface Claim {
  readonly name: string;
  readonly map: Map;
  readonly expected: Float64Array;
  /** Units in the last place at x. */
  readonly bound: number | ((x: number) => number);
  readonly floor?: number;
}

const activation =
  (name: Activation): Map =>
  (f, x) =>
    activate(f, name, x);
const claims: readonly Claim[] = [
  { name: "exp", map: exponential, expected: reference.exp(tensor).data, bound: 2 },
  { name: "log", map: logarithm, expected: reference.log(tensor).data, bound: 3 },
  { name: "sigmoid", map: sigmoid, expected: reference.sigmoid(tensor).data, bound: 4 },
  { name: "tanh", map: hyperbolicTangent, expected: reference.tanh(tensor).data, bound: 3 },
  { name: "erf", map: errorFunction, expected: reference.erf(tensor).data, bound: 2 },
  { name: "relu", map: activation("relu"), expected: reference.relu(tensor).data, bound: 0 },
  {
    name: "silu",
    map: activation("silu"),
    expected: reference.silu(tensor).data,
    bound: 4,
    floor: 2 ** -122,
  },
  {
    name: "gelu",
    map: activation("gelu"),
    expected: reference.gelu(tensor).data,
    bound: 4,
    floor: 2 ** -122,
  },
  {
    name: "gelu_tanh",
    map: activation("gelu_tanh"),
    // Without the cancellation of 1 + tanh v in the far tail.
    expected: exact.map((x) => x / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))),
    bound: (x) => 4 + 4 * Math.abs(x) + Math.abs(x) ** 3 / 4,
    floor: 2 ** -122,
  },
];

test.each(claims)("$name is as near as it claims", ({ map, expected, bound, floor }) => {
  const found = mapSamples(map, samples);
  for (const [i, x] of samples.entries()) {
    const distance = unitsApart(found[i]!, expected[i]!, floor);
    const allowed = typeof bound === "number" ? bound : bound(x);
    if (distance > allowed) expect.fail(`${found[i]} at ${x}, not ${expected[i]}: ${distance} units apart`);
    if (expected[i] === 0 && x === 0) expect(Object.is(found[i], Math.fround(expected[i]!))).toBe(true);
  }
});
