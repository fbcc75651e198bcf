import { describe, expect, test } from "vitest";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import { quantize, quantizeWith } from "../../../../dialects/lowp/quantize.ts";
import type { WholeStorage } from "../../../../runtime/js/kernels/codes.ts";
import { dequantizeRows } from "../../../../runtime/js/kernels/dequantize.ts";
import type { ScaleFormat } from "../../../../runtime/js/kernels/group-scale.ts";
import { type RowNorm, rowNorm } from "../../../../runtime/js/kernels/norm.ts";
import {
  groupsPerRow,
  normQuantizeRows,
  quantizeRows,
  type RowQuantization,
} from "../../../../runtime/js/kernels/quantize.ts";
import { lowpType } from "../../../dialects/lowp/text.ts";
import { runKernel } from "../run-kernel.ts";
import { expectSame, normalFloats } from "./float-samples.ts";
import { codeArrays, expectSuccess, numbersOf } from "./lowp-values.ts";

interface Element {
  readonly name: string;
  readonly storage: WholeStorage;
  readonly range: readonly [number, number];
}
const elements: readonly Element[] = [
  { name: "i8", storage: "i8", range: [-128, 127] },
  { name: "i4", storage: "i8", range: [-8, 7] },
  { name: "ui8", storage: "u8", range: [0, 255] },
  { name: "i14", storage: "i16", range: [-8192, 8191] },
  { name: "i16", storage: "i16", range: [-32768, 32767] },
  { name: "i2", storage: "i8", range: [-2, 1] },
];
type WholeQuantization = RowQuantization & { readonly codes: { readonly storage: WholeStorage } };

const formats: readonly (readonly [string, ScaleFormat])[] = [
  ["f32", "f32"],
  ["f16", "f16"],
  ["bf16", "bf16"],
  ["f8E4M3FN", "f8E4M3FN"],
  ["f8E5M2", "f8E5M2"],
  ["f8E8M0FNU, scale_rounding = floor", { powerOfTwo: "floor" }],
  ["f8E8M0FNU, scale_rounding = ceil", { powerOfTwo: "ceil" }],
  ["f8E8M0FNU, scale_rounding = nearest", { powerOfTwo: "nearest" }],
];
const groupings = [
  { width: 1, group: 1 },
  { width: 7, group: 7 },
  { width: 33, group: 33 },
  { width: 96, group: 32 },
  { width: 30, group: 5 },
  { width: 128, group: 128 },
];

/** Rows of usual, tiny, huge, equal and no numbers, and of ties. */
function rowsOf(width: number): Float32Array {
  const rows = 9;
  const input = normalFloats(rows * width, width, 3);
  for (let i = 0; i < width; i++) {
    input[width + i]! *= 1e-44;
    input[2 * width + i]! *= 1e37;
    input[3 * width + i] = -0.1;
    input[4 * width + i] = i % 2 ? 0 : -0;
    input[5 * width + i] = Math.abs(input[5 * width + i]!);
    input[6 * width + i] = ((i % 19) - 9) / 2;
    input[7 * width + i]! *= 2 ** -126;
    input[8 * width + i] = [3.4028234e38, -3.4028234e38, 1][i % 3]!;
  }
  return input;
}

interface Result {
  readonly codes: readonly number[];
  readonly scales: Float32Array;
  readonly zeros: readonly number[];
}

function run(
  quantization: WholeQuantization,
  input: Float32Array,
  given?: Result,
  split: readonly number[] = [],
): Result {
  const { groups, codes } = quantization;
  const rows = input.length / groups.width;
  const count = rows * groupsPerRow(groups);
  const found = runKernel(
    quantizeRows(quantization),
    {
      input,
      codes: new codeArrays[codes.storage](input.length),
      scales: given?.scales ?? new Float32Array(count),
      ...(codes.zero && { zeros: given ? Int32Array.from(given.zeros) : new Int32Array(count) }),
    },
    { units: rows, split },
  );
  return {
    codes: [...found.codes!],
    scales: found.scales as Float32Array,
    zeros: [...(found.zeros ?? [])],
  };
}

describe.each(elements)("codes $name", (element) => {
  test.each(formats)("with scales %s are those of the interpreter", (text, format) => {
    for (const groups of groupings)
      for (const affine of element.range[0] === 0 ? [true] : [false, true]) {
        const { width, group } = groups;
        const input = rowsOf(width);
        const type = lowpType(
          `!lowp.q<${element.name}, block = [1, ${group}], scale = ${text}${affine ? `, zero = ${element.name}` : ""}>`,
        );
        const shape = [input.length / width, width];
        const { components } = expectSuccess(quantize({ shape, data: input }, type));
        const quantization: WholeQuantization = {
          groups,
          codes: { ...element, zero: affine ? element.range : undefined },
          scales: { kind: "dynamic", format },
        };
        const found = run(quantization, input);
        const message = `${width} ${group} ${affine}`;
        expectSame(found.scales, numbersOf(components.scale), message);
        expectSame(found.zeros, affine ? numbersOf(components.zero) : [], message);
        expectSame(found.codes, numbersOf(components.codes), message);
        // Each width stands for the others here: they share all code but for their extents.
        if (width !== 30) continue;
        expect(run(quantization, input, undefined, [2, 3, 7])).toEqual(found);
        expectBack(quantization, found, expectSuccess(dequantize({ shape, type, components }, "f32")).data);
      }
  });
});

/** The numbers that codes stand for. */
function expectBack(
  quantization: WholeQuantization,
  { codes, scales, zeros }: Result,
  wanted: ArrayLike<number>,
) {
  const { groups, codes: integers } = quantization;
  const args = {
    codes: codeArrays[integers.storage].from(codes),
    scales,
    ...(integers.zero && { zeros: Int32Array.from(zeros) }),
    output: new Float32Array(codes.length),
  };
  const kernel = dequantizeRows({
    groups,
    storage: integers.storage,
    zeros: integers.zero !== undefined,
    shared: quantization.scales.kind === "static",
  });
  const units = codes.length / groups.width;
  expect(runKernel(kernel, args, { units, split: [1] }).output).toEqual(Float32Array.from(wanted));
}

test.each([false, true])("scales may be given, with zero points %s", (affine) => {
  const groups = { width: 20, group: 5 };
  const input = rowsOf(20);
  const given: Result = {
    codes: [],
    scales: Float32Array.of(0.01, 3, 1e-30, 0.5),
    zeros: affine ? [-3, 100, -128, 0] : [],
  };
  const type = lowpType(`!lowp.q<i8, block = [*, 5], scale = f32${affine ? ", zero = i8" : ""}>`);
  const shape = [input.length / 20, 20];
  const scale = { shape: [1, 4], data: given.scales };
  const zero = affine ? { zero: { shape: [1, 4], data: Int32Array.from(given.zeros) } } : {};
  const { components } = expectSuccess(quantizeWith({ shape, data: input }, type, { scale, ...zero }));
  const quantization: WholeQuantization = {
    groups,
    codes: { storage: "i8", range: [-128, 127], zero: affine ? [-128, 127] : undefined },
    scales: { kind: "static" },
  };
  const found = run(quantization, input, given);
  expect(found.codes).toEqual(numbersOf(components.codes));
  expectBack(quantization, found, expectSuccess(dequantize({ shape, type, components }, "f32")).data);
});

test("a norm and the rounding of what it gives may be one kernel", () => {
  for (const width of [5, 64, 257]) {
    const norm: RowNorm = { kind: "rms_norm", width, epsilon: 1e-6, gain: true, bias: false };
    const input = normalFloats(6 * width, 5);
    const gain = normalFloats(width, 6);
    const normal = runKernel(
      rowNorm(norm),
      { input, output: new Float32Array(6 * width), gain },
      { units: 6 },
    );
    const quantization: WholeQuantization = {
      groups: { width, group: width },
      codes: { storage: "i8", range: [-128, 127], zero: undefined },
      scales: { kind: "dynamic", format: "f32" },
    };
    const apart = run(quantization, normal.output as Float32Array);
    const args = {
      input,
      gain,
      codes: new Int8Array(6 * width),
      scales: new Float32Array(6),
      workspace: new Uint8Array(16 * Math.ceil(width / 4)),
    };
    for (const split of [[], [2]]) {
      const together = runKernel(normQuantizeRows(norm, quantization), args, { units: 6, split });
      expect([...together.codes!]).toEqual(apart.codes);
      expect(together.scales).toEqual(apart.scales);
    }
  }
});
