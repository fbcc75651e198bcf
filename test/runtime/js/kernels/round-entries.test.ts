import { describe, expect, test } from "vitest";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import { quantize } from "../../../../dialects/lowp/quantize.ts";
import { type CodeStorage, codeBytes, type WholeStorage } from "../../../../runtime/js/kernels/codes.ts";
import { dequantizeRows } from "../../../../runtime/js/kernels/dequantize.ts";
import { quantizeRows } from "../../../../runtime/js/kernels/quantize.ts";
import type { IntegerCodes } from "../../../../runtime/js/kernels/quantize-group.ts";
import { roundEntries } from "../../../../runtime/js/kernels/round-entries.ts";
import { roundRows } from "../../../../runtime/js/kernels/round-rows.ts";
import { lowpType } from "../../../dialects/lowp/text.ts";
import { runKernel } from "../run-kernel.ts";
import { expectSame, normalFloats } from "./float-samples.ts";
import { codeArrays, codesAs, expectSuccess, numbersOf } from "./lowp-values.ts";

interface Case {
  readonly text: string;
  readonly format: "f16" | "f32" | "bf16";
  readonly codes: IntegerCodes & { readonly storage: WholeStorage };
}
const cases: readonly Case[] = [
  {
    text: "ui2, scale = f16, shift = f16",
    format: "f16",
    codes: { storage: "u8", range: [0, 3], zero: undefined, shift: "f16" },
  },
  {
    text: "i4, scale = f32, shift = bf16",
    format: "f32",
    codes: { storage: "i8", range: [-8, 7], zero: undefined, shift: "bf16" },
  },
  {
    text: "ui4, scale = f32, shift = f32",
    format: "f32",
    codes: { storage: "u8", range: [0, 15], zero: undefined, shift: "f32" },
  },
  {
    text: "ui4, scale = bf16, zero = ui4",
    format: "bf16",
    codes: { storage: "u8", range: [0, 15], zero: [0, 15] },
  },
  {
    text: "i8, scale = f32",
    format: "f32",
    codes: { storage: "i8", range: [-128, 127], zero: undefined },
  },
  {
    text: "i14, scale = f16",
    format: "f16",
    codes: { storage: "i16", range: [-8192, 8191], zero: undefined },
  },
];

/** Numbers far from 0, near it, all of one value, tiny and huge, by column or row. */
function inputOf(rows: number, columns: number): Float32Array {
  return normalFloats(rows * columns, rows + columns).map((x, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const scale = [1, 1e-42, 1e36, 0, 1, 1e-3][(row + column) % 6]!;
    return column === 2 ? -5.75 : x * scale + (column % 3 === 0 ? 40 : 0);
  });
}
const typeOf = (text: string, block: string) => {
  const [element, ...rest] = text.split(", ");
  return lowpType(`!lowp.q<${element}, block = ${block}, ${rest.join(", ")}>`);
};

test.each(cases)("blocks of rows, $text: the codes of the interpreter", ({ text, format, codes }) => {
  for (const [blocks, rows, columns] of [
    [1, 1, 1],
    [2, 4, 7],
    [3, 32, 12],
    [1, 5, 33],
  ] as const) {
    const input = inputOf(blocks * rows, columns);
    const shape = [blocks * rows, 1, columns];
    const { components } = expectSuccess(quantize({ shape, data: input }, typeOf(text, `[${rows}, 1, 1]`)));
    const args = {
      tail: input,
      ...{ before: 0, after: blocks * rows },
      codes: new codeArrays[codes.storage](input.length),
      scales: new Float32Array(blocks * columns),
      ...(codes.zero && { zeros: new Int32Array(blocks * columns) }),
      ...(codes.shift && { shifts: new Float32Array(blocks * columns) }),
    };
    const rule = { window: 0, batch: rows };
    const block = { entries: rows, channels: 1 };
    const kernel = roundEntries({ rule, groups: 1, width: columns, block, codes, format });
    const found = runKernel(kernel, args, { units: 1 });
    expectSame(found.scales!, numbersOf(components.scale), "scale");
    expectSame(found.zeros ?? [], numbersOf(components.zero), "zero");
    expectSame(found.shifts ?? [], numbersOf(components.shift), "shift");
    expectSame(found.codes!, numbersOf(components.codes), "code");
  }
});

test.each(cases)("groups of a row, $text: the codes of the interpreter", ({ text, format, codes }) => {
  for (const [width, group] of [
    [1, 1],
    [30, 5],
    [64, 32],
  ] as const) {
    const input = inputOf(6, width);
    const value = expectSuccess(quantize({ shape: [6, width], data: input }, typeOf(text, `[1, ${group}]`)));
    const { components } = value;
    const count = 6 * (width / group);
    const args = {
      input,
      codes: new codeArrays[codes.storage](input.length),
      scales: new Float32Array(count),
      ...(codes.zero && { zeros: new Int32Array(count) }),
      ...(codes.shift && { shifts: new Float32Array(count) }),
    };
    const scales = { kind: "dynamic", format } as const;
    const found = runKernel(quantizeRows({ groups: { width, group }, codes, scales }), args, { units: 6 });
    expectSame(found.scales!, numbersOf(components.scale), "scale");
    expectSame(found.shifts ?? [], numbersOf(components.shift), "shift");
    expectSame(found.codes!, numbersOf(components.codes), "code");
    const groups = { width, group };
    const offsets = { zeros: codes.zero !== undefined, shifts: codes.shift !== undefined };
    const back = dequantizeRows({ groups, storage: codes.storage, ...offsets, shared: false });
    const output = new Float32Array(input.length);
    const wanted = expectSuccess(dequantize(value, "f32")).data;
    expectSame(runKernel(back, { ...found, output }, { units: 6 }).output!, wanted, "number");
    const round = roundRows({ groups, element: codes, scales });
    expectSame(runKernel(round, { input, output }, { units: 6 }).output!, wanted, "rounded");
  }
});

describe.each(["u8", "u4", "u2"] as const)("as %s", (storage: CodeStorage) => {
  test.each([
    ["[4, 1, 1]", { entries: 4, channels: 1 }, { window: 0, batch: 8 }],
    ["[1, 1, 4]", { entries: 1, channels: 4 }, { window: 3, batch: 1 }],
    ["[1, 1, *]", { entries: 1, channels: 8 }, { window: 0, batch: 1 }],
  ] as const)("blocks %s that leave the tail are rounded to their places alone", (block, form, rule) => {
    const { format, text } = cases[0]!;
    const codes: IntegerCodes = { ...cases[0]!.codes, storage };
    const [groups, width, before, after] = [3, 8, 13, 29];
    const size = groups * width;
    const [from, to] = [before, after].map(
      (count) => Math.floor(Math.max(0, count - rule.window) / rule.batch) * rule.batch,
    ) as [number, number];
    const entries = inputOf(after, size);
    const shape = [to, groups, width];
    const value = quantize({ shape, data: entries.slice(0, to * size) }, typeOf(text, block));
    const { components } = expectSuccess(value);
    const wantedCodes = codesAs(storage, numbersOf(components.codes));
    const wantedScales = numbersOf(components.scale);
    const [codesBefore, scalesBefore] = [from * size * codeBytes[storage], (wantedScales.length / to) * from];
    const args = {
      ...{ tail: entries.slice(from * size), before, after },
      codes: new Uint8Array(wantedCodes.length).fill(0x55),
      scales: new Float32Array(wantedScales.length).fill(-1),
      shifts: new Float32Array(wantedScales.length).fill(-1),
    };
    const kernel = roundEntries({ rule, groups, width, block: form, codes, format });
    const found = runKernel(kernel, args, { units: groups });
    const expected = Uint8Array.from(wantedCodes).fill(0x55, 0, codesBefore);
    expectSame(found.codes!, expected, "code");
    expectSame(found.scales!, Float32Array.from(wantedScales).fill(-1, 0, scalesBefore), "scale");
    expect(runKernel(kernel, args, { units: groups, split: [1, 2] })).toEqual(found);
  });
});
