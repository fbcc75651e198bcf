import { expect, test } from "vitest";
import { attention, attentionUnits, attentionWorkspace } from "../../../../runtime/js/kernels/attention.ts";
import {
  type ElementwiseChain,
  elementwiseUnits,
  fusedElementwise,
} from "../../../../runtime/js/kernels/elementwise.ts";
import { NO_EPILOGUE } from "../../../../runtime/js/kernels/epilogue.ts";
import { quantizedLinear } from "../../../../runtime/js/kernels/linear/quantized.ts";
import { rowNorm } from "../../../../runtime/js/kernels/norm.ts";
import { groupsPerRow, quantizeRows } from "../../../../runtime/js/kernels/quantize.ts";
import { rowSoftmax } from "../../../../runtime/js/kernels/softmax.ts";
import { floatSamples, normalFloats } from "../kernels/float-samples.ts";
import { normals, runDense } from "../kernels/linear/dense-cases.ts";
import { compute, makeCase } from "../kernels/linear/integer-cases.ts";
import { codeFormats, gaussians, randomMatrix } from "../kernels/linear/quantized-cases.ts";
import { runKernel, runTranslatedToo } from "../run-kernel.ts";

// From here on a kernel that gives other bits as JavaScript throws.
runTranslatedToo();

const samples = floatSamples(2, 500);
const shuffled = samples.map((_, i) => samples[(i * 7919 + 13) % samples.length]!);

test.each(["exp", "log", "erf", "tanh", "round", "sqrt", "reciprocal"] as const)(
  "%s of floats of every size",
  (name) => {
    expectChanged({ element: "f32", inputs: ["same"], steps: [{ function: { name }, input: 0 }] });
  },
);

test.each(["add", "div", "min", "max", "pow"] as const)("%s of floats of every size", (name) => {
  const steps = [{ function: name, left: 0, right: 1 }] as const;
  expectChanged({ element: "f32", inputs: ["same", "same"], steps });
});

function expectChanged(chain: ElementwiseChain): void {
  const [rows, width] = [1, samples.length];
  const args = { input0: samples, input1: shuffled, output: new Float32Array(width), rows, width };
  const units = elementwiseUnits(chain, rows, width);
  const { output } = runKernel(fusedElementwise(chain), args, { units });
  expect(output).not.toEqual(new Float32Array(width));
}

test.each(["rms_norm", "layer_norm"] as const)("%s of rows of any size", (kind) => {
  for (const width of [3, 7, 33, 64]) {
    const input = normalFloats(4 * width, width, 10);
    for (let i = 0; i < width; i++) input[width + i]! *= 1e-42;
    const args = { input, gain: normalFloats(width, 2), output: new Float32Array(input.length) };
    const norm = { kind, epsilon: 1e-5, gain: true, bias: false, width };
    const { output } = runKernel(rowNorm(norm), args, { units: 4, split: [1, 3] });
    expect(output!.some((value) => value !== 0)).toBe(true);
  }
});

test("softmax", () => {
  const input = normalFloats(3 * 31, 1, 20);
  const args = { input, output: new Float32Array(input.length) };
  const { output } = runKernel(rowSoftmax({ kind: "softmax", width: 31 }), args, { units: 3 });
  expect(output!.some((value) => value > 0.5)).toBe(true);
});

test.each(["f32", "bf16", "f16"] as const)("a linear op with weights of %s", (element) => {
  for (const [columns, depth] of [
    [1, 1],
    [13, 31],
    [40, 65],
  ] as const)
    for (const rows of [1, 3, 9]) {
      const weight = Float32Array.from(normals(columns * depth, 1), (value) => Math.round(value * 8) / 8);
      const output = runDense({ columns, depth, element, weight }, { rows, input: normals(rows * depth, 2) });
      expect(output.every(Number.isFinite)).toBe(true);
    }
});

test.each([
  [-8, 7],
  [-128, 127],
  [0, 255],
  [-2048, 2047],
] as const)("a linear op of integers, weights from %i to %i", (...range) => {
  for (const bits of [8, 16] as const)
    for (const rows of [1, 6]) {
      const extents = { columns: 7, depth: 97, run: 48, activationRun: 32 };
      const output = compute(makeCase({ rows, range, bits, ...extents }));
      expect(output.some((value) => value !== 0)).toBe(true);
    }
});

test.each(Object.entries(codeFormats).filter(([name]) => !/^u?int[3567]/.test(name)))(
  "a linear op of floats by weights of %s",
  (_, format) => {
    const extents = { columns: 11, depth: 70 };
    const matrix = randomMatrix(format, extents, 32, 1);
    const form = quantizedLinear({ ...extents, weight: matrix, epilogue: NO_EPILOGUE });
    for (const rows of [1, 5]) {
      const output = new Float32Array(rows * extents.columns);
      const input = gaussians(rows * extents.depth, 2);
      const workspace = new Uint8Array(form.workspace);
      const args = { input, weight: form.weight, output, rows, workspace };
      expect(runKernel(form.kernel, args, { units: form.units }).output!.some((value) => value !== 0)).toBe(
        true,
      );
    }
  },
);

test.each(["f32", "f16", "f8E4M3FN"] as const)("quantization with scales of %s", (format) => {
  const groups = { width: 96, group: 32 };
  const input = normalFloats(3 * 96, 1, 3);
  const quantization = {
    groups,
    codes: { storage: "i8", range: [-8, 7], zero: undefined },
    scales: { kind: "dynamic", format },
  } as const;
  const scales = new Float32Array(3 * groupsPerRow(groups));
  const args = { input, codes: new Int8Array(input.length), scales };
  const found = runKernel(quantizeRows(quantization), args, { units: 3 });
  expect(found.scales!.every((scale) => scale > 0)).toBe(true);
});

test.each([true, false])("attention, causal %s", (causal) => {
  for (const [queries, keyCount] of [
    [1, 37],
    [9, 33],
  ] as const) {
    const shape = { heads: 6, groups: 2, width: 18, valueWidth: 33, scale: 0.2, causal };
    const args = {
      query: normalFloats(queries * shape.heads * shape.width, 1),
      keys: normalFloats(keyCount * shape.groups * shape.width, 2),
      values: normalFloats(keyCount * shape.groups * shape.valueWidth, 3),
      output: new Float32Array(queries * shape.heads * shape.valueWidth),
      workspace: new Float32Array(attentionWorkspace(keyCount) / 4),
      queryCount: queries,
      keyCount,
    };
    const { output } = runKernel(attention(shape), args, { units: attentionUnits(shape, queries) });
    expect(output!.every((value) => value !== 0)).toBe(true);
  }
});
