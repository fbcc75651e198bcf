import fc from "fast-check";
import { expect, test } from "vitest";
import { NO_EPILOGUE } from "../../../../../runtime/js/kernels/epilogue.ts";
import { decoderOf, quantizedLinear } from "../../../../../runtime/js/kernels/linear/quantized.ts";
import type { Extents, QuantizedMatrix } from "../../../../../runtime/js/kernels/linear/quantized-decoder.ts";
import {
  packWeight,
  unpackWeight,
  weightLayout,
} from "../../../../../runtime/js/kernels/linear/quantized-weight.ts";
import { runKernel } from "../../run-kernel.ts";
import { codeFormats, dequantized, gaussians, randomMatrix, worstError } from "./quantized-cases.ts";

const formats = Object.entries(codeFormats);
const shapes = [
  { columns: 16, depth: 32, run: 16, rows: [1, 4] },
  { columns: 33, depth: 71, run: 32, rows: [1, 2, 33] },
  { columns: 7, depth: 50, run: 7, rows: [1, 7] },
  { columns: 18, depth: 19, run: 1, rows: [1, 3] },
  { columns: 40, depth: 37, run: 100, rows: [1, 65] },
];

interface Options {
  readonly split?: readonly number[];
}
function apply(extents: Extents, weight: QuantizedMatrix, input: Float32Array, options: Options = {}) {
  const form = quantizedLinear({ ...extents, weight, epilogue: NO_EPILOGUE });
  const rows = input.length / extents.depth;
  const output = new Float32Array(rows * extents.columns);
  const workspace = new Uint8Array(form.workspace);
  const args = { input, weight: form.weight, output, rows, workspace };
  return runKernel(form.kernel, args, { units: form.units, ...options }).output as Float32Array;
}
const bitsOf = (values: Float32Array) => [
  ...new Uint32Array(values.buffer, values.byteOffset, values.length),
];

test.each(formats)("%s is multiplied within its bound for any shape and run", (_, format) => {
  for (const [i, { columns, depth, run, rows }] of shapes.entries()) {
    const weight = randomMatrix(format, { columns, depth }, run, i);
    const expected = dequantized(weight, { columns, depth }, format.shift === "any");
    const roundings = Math.min(run, depth) + Math.ceil(depth / run) + 5;
    for (const count of rows) {
      const input = gaussians(count * depth, count);
      const output = apply({ columns, depth }, weight, input);
      const error = worstError({ columns, depth }, expected, input, output, roundings);
      expect(error, `${columns}x${depth} in runs of ${run}, ${count} rows`).toBeLessThanOrEqual(1);
    }
  }
});

test.each(formats)(
  "%s is decoded as it should be, and packed so that all of it can be read back",
  (_, format) => {
    for (const { columns, depth, run } of shapes) {
      const matrix = decoderOf(randomMatrix(format, { columns, depth }, run, 5), { columns, depth });
      expect(matrix.decoder.name).toMatch(format.decoder);
      const layout = weightLayout(matrix, depth, run);
      const bytes = packWeight(matrix, { columns, depth }, layout);
      const { decoder, ...rest } = matrix;
      expect(unpackWeight(bytes, matrix, { columns, depth }, layout)).toEqual({
        ...rest,
        codes: decoder.codes,
        ...(decoder.perRun && { perRun: [...decoder.perRun] }),
      });
    }
  },
);

test("codes take no more bytes than their bits, for whole runs", () => {
  for (const bits of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const format = codeFormats[`int${bits}`]!;
    const weight = randomMatrix(format, { columns: 32, depth: 128 }, 64, 1);
    const form = quantizedLinear({ columns: 32, depth: 128, weight, epilogue: NO_EPILOGUE });
    expect(form.weight.length).toBe((32 * 128 * bits) / 8 + 4 * weight.scales.length);
  }
});

const few = ["int3", "uint4 with zeros", "uint4 with shifts", "nf4", "e4m3", "e2m3", "bitmod4", "codebook8"];

test.each(few)("%s: a row's bits depend neither on other rows nor on how units are split", (name) => {
  const extents = { columns: 90, depth: 53 };
  const weight = randomMatrix(codeFormats[name]!, extents, 20, 9);
  const input = gaussians(71 * extents.depth, 3);
  const together = apply(extents, weight, input);
  for (const row of [0, 5, 63, 64, 70]) {
    const alone = apply(extents, weight, input.slice(row * extents.depth, (row + 1) * extents.depth));
    expect(bitsOf(alone)).toEqual(bitsOf(together.slice(row * extents.columns, (row + 1) * extents.columns)));
  }
  const splits = fc.subarray([1, 2, 3, 4, 5], { minLength: 1 });
  fc.assert(
    fc.property(splits, (split) => {
      expect(bitsOf(apply(extents, weight, input.slice(0, 3 * extents.depth), { split }))).toEqual(
        bitsOf(together.slice(0, 3 * extents.columns)),
      );
    }),
    { numRuns: 5 },
  );
});

test.each(few)(
  "%s: NaN and infinity reach every output, tiny and large inputs stay within the bound",
  (name) => {
    const extents = { columns: 21, depth: 45 };
    const format = codeFormats[name]!;
    const weight = randomMatrix(format, extents, 16, 11);
    for (const rows of [1, 4])
      for (const hostile of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const input = gaussians(rows * extents.depth, 1);
        input[(rows - 1) * extents.depth + 44] = hostile;
        const output = apply(extents, weight, input);
        const reached = output.subarray((rows - 1) * extents.columns);
        expect([...reached].some(Number.isFinite)).toBe(false);
        expect([...output.subarray(0, (rows - 1) * extents.columns)].every(Number.isFinite)).toBe(true);
      }
    const expected = dequantized(weight, extents, format.shift === "any");
    for (const magnitude of [0, 2 ** -149, 2 ** -140, 2 ** -126, 2 ** -100, 2 ** 80]) {
      const input = gaussians(4 * extents.depth, 2).map((x) => x * magnitude);
      const output = apply(extents, weight, input);
      expect(worstError(extents, expected, input, output, 16 + 3 + 5)).toBeLessThanOrEqual(1);
    }
  },
);

test("levels, scales and zero points at their limits choose a decoder that keeps them", () => {
  const extents = { columns: 3, depth: 9 };
  const base = randomMatrix(codeFormats["uint4 plain"]!, extents, 4, 1);
  const cases: { readonly change: Partial<QuantizedMatrix>; readonly decoder: RegExp }[] = [
    { change: {}, decoder: /^int4/ },
    { change: { scales: base.scales.map(() => 2 ** -140) }, decoder: /^lookup4/ },
    { change: { scales: base.scales.map(() => 0) }, decoder: /^int4/ },
    { change: { levels: base.levels.map((level) => level + 300) }, decoder: /^int4_zero-/ },
    { change: { levels: base.levels.map((level) => level * 2 ** 100) }, decoder: /^int4/ },
    { change: { levels: base.levels.map((level) => 1 / (level + 1)) }, decoder: /^lookup4/ },
    { change: { levels: base.levels.map(() => 5) }, decoder: /^int4/ },
    { change: { shifts: base.scales.map((scale, i) => -scale * (i % 2 ? 0 : 1000)) }, decoder: /^int4$/ },
  ];
  for (const { change, decoder } of cases) {
    const weight = { ...base, ...change };
    expect(decoderOf(weight, extents).decoder.name).toMatch(decoder);
    const input = gaussians(2 * extents.depth, 7);
    const expected = dequantized(weight, extents, "shifts" in change);
    const output = apply(extents, weight, input);
    const scaled = change.scales?.[0] === 2 ** -140 ? 2 ** 3 : 1;
    expect(worstError(extents, expected, input, output, 4 + 3 + 5) / scaled).toBeLessThanOrEqual(1);
  }
});

test.each([1, 6])(
  "%s rows are finished with what is fused, where columns end within a vector too",
  (rows) => {
    const extents = { columns: 23, depth: 40 };
    const weight = randomMatrix(codeFormats.int4!, extents, 16, 1);
    const input = gaussians(rows * extents.depth, 1);
    const bias = gaussians(23, 2);
    const multiplier = gaussians(rows * 23, 3);
    const residual = gaussians(rows * 23, 4);
    const epilogue = { bias: true, activation: "relu", multiplier: true, residual: true } as const;
    const form = quantizedLinear({ ...extents, weight, epilogue });
    const workspace = new Uint8Array(form.workspace);
    const output = new Float32Array(rows * 23);
    const args = { input, weight: form.weight, output, rows, workspace, bias, multiplier, residual };
    const finished = apply(extents, weight, input).map((sum, i) => {
      const active = Math.max(0, Math.fround(sum + bias[i % 23]!));
      return Math.fround(active * multiplier[i]!) + residual[i]!;
    });
    expect(runKernel(form.kernel, args, { units: form.units }).output).toEqual(finished);
  },
);
