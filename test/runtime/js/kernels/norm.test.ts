import { expect, test } from "vitest";
import * as reference from "../../../../dialects/nn/reference/norm.ts";
import { batchNorm, type RowNorm, rowNorm } from "../../../../runtime/js/kernels/norm.ts";
import { runKernel } from "../run-kernel.ts";
import { expectSame, FIRST_BUFFER, normalFloats, unitsApart } from "./float-samples.ts";

const epsilon = 1e-5;

function run(norm: RowNorm, input: Float32Array, split: readonly number[] = []): Float32Array {
  const rows = input.length / norm.width;
  const [gain, bias] = [normalFloats(norm.width, 7), normalFloats(norm.width, 8)];
  const output = new Float32Array(input.length);
  const args = { input, output, ...(norm.gain && { gain }), ...(norm.bias && { bias }) };
  return runKernel(rowNorm(norm), args, { units: rows, split }).output as Float32Array;
}

function expected(norm: RowNorm, input: Float32Array): Float64Array {
  const tensor = { shape: [input.length / norm.width, norm.width], data: Float64Array.from(input) };
  const parameter = (seed: number) => ({ shape: [norm.width], data: normalFloats(norm.width, seed) });
  const [gain, bias] = [norm.gain ? parameter(7) : undefined, norm.bias ? parameter(8) : undefined];
  return norm.kind === "rms_norm"
    ? reference.rmsNorm(tensor, gain, norm).data
    : reference.layerNorm(tensor, gain, bias, { ...norm, axis: 1 }).data;
}

const widths = [1, 2, 3, 4, 5, 7, 8, 12, 33, 64, 257];
const kinds: readonly Omit<RowNorm, "width">[] = [
  { kind: "rms_norm", epsilon, gain: false, bias: false },
  { kind: "rms_norm", epsilon, gain: true, bias: false },
  { kind: "layer_norm", epsilon, gain: false, bias: false },
  { kind: "layer_norm", epsilon, gain: true, bias: true },
];

test.each(kinds)("$kind is rounded once, gain $gain, bias $bias", (kind) => {
  for (const width of widths) {
    const norm = { ...kind, width };
    const input = normalFloats(5 * width, width, 10);
    // Rows of large, tiny and equal numbers.
    for (let i = 0; i < width; i++) {
      input[width + i]! *= 1e37;
      input[2 * width + i]! *= 1e-42;
      input[3 * width + i] = 3.5;
    }
    const found = run(norm, input);
    const wanted = expected(norm, input);
    // The largest term of an element is its bias or its normalised value, up to sqrt(width).
    for (const [i, value] of found.entries())
      if (unitsApart(value, wanted[i]!, norm.bias ? 1 : 0) > 1)
        expect.fail(`${width}: [${i}] is ${value}, not ${wanted[i]}`);
    expectSame(run(norm, input, [1, 2, 4]), found);
  }
});

test.each(kinds)("$kind of rows that are not finite or are zero", (kind) => {
  const norm = { ...kind, width: 5 };
  const rows = [
    [1, Infinity, 0, -1, 2],
    [1, Number.NaN, 0, -1, 2],
    [0, -0, 0, 0, 0],
    [-Infinity, Infinity, 1, 2, 3],
  ];
  const input = Float32Array.from(rows.flat());
  for (const each of [norm, { ...norm, epsilon: 0 }])
    expect(run(each, input)).toEqual(Float32Array.from(expected(each, input)));
});

test("a norm may be written over its input", () => {
  const norm: RowNorm = { kind: "layer_norm", width: 19, epsilon, gain: false, bias: false };
  const input = normalFloats(4 * 19, 1);
  expect(runKernel(rowNorm(norm), { input, output: FIRST_BUFFER }, { units: 4 }).input).toEqual(
    run(norm, input),
  );
});

test("batch norm takes its channel's statistics", () => {
  const [images, channels, inner] = [3, 5, 7];
  const input = normalFloats(images * channels * inner, 1);
  const names = ["gain", "bias", "mean", "variance"] as const;
  const parameters = Object.fromEntries(
    names.map((name, i) => [
      name,
      normalFloats(channels, 10 + i).map((x) => (name === "variance" ? x * x : x)),
    ]),
  );
  const tensors = {
    scale: { shape: [channels], data: parameters.gain! },
    bias: { shape: [channels], data: parameters.bias! },
    mean: { shape: [channels], data: parameters.mean! },
    variance: { shape: [channels], data: parameters.variance! },
  };
  const wanted = reference.batchNorm({ shape: [images, channels, inner], data: input }, tensors, { epsilon });
  const kernel = batchNorm({ channels, epsilon });
  const args = { input, output: new Float32Array(input.length), ...parameters, inner };
  expect(runKernel(kernel, args, { units: images * channels, split: [4] }).output).toEqual(wanted.data);
});
