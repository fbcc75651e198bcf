import { expect, test } from "vitest";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import { quantize } from "../../../../dialects/lowp/quantize.ts";
import {
  type Attention,
  attention,
  attentionUnits,
  attentionWorkspace,
} from "../../../../runtime/js/kernels/attention.ts";
import type { CodedEntries } from "../../../../runtime/js/kernels/attention-entries.ts";
import { lowpType } from "../../../dialects/lowp/text.ts";
import { runKernel } from "../run-kernel.ts";
import { expectSame, normalFloats } from "./float-samples.ts";
import { codeArrays, expectSuccess, numbersOf } from "./lowp-values.ts";

/** Entries rounded to a type: what a kernel reads, and the numbers they stand for. */
function roundEntries(data: Float32Array, shape: readonly number[], text: string, form: CodedEntries) {
  const value = expectSuccess(quantize({ shape, data }, lowpType(text)));
  const { codes, scale, zero, shift } = value.components;
  return {
    codes: codeArrays[form.storage].from(numbersOf(codes)),
    scales: Float32Array.from(numbersOf(scale)),
    offsets: Float32Array.from(numbersOf(zero ?? shift)),
    numbers: Float32Array.from(expectSuccess(dequantize(value, "f32")).data),
  };
}

type Case = readonly [text: string, form: CodedEntries];
const byChannel: Case = [
  "!lowp.q<ui2, block = [8, 1, 1], scale = f16, shift = f16>",
  { storage: "u8", entries: 8, channels: 1, offset: "shift" },
];
const byEntry: Case = [
  "!lowp.q<ui4, block = [1, 1, 4], scale = f16, zero = ui4>",
  { storage: "u8", entries: 1, channels: 4, offset: "zero" },
];
const symmetric: Case = [
  "!lowp.q<i8, block = [1, 1, *], scale = f32>",
  { storage: "i8", entries: 1, channels: 12, offset: "none" },
];
const wide: Case = [
  "!lowp.q<i14, block = [2, 1, 1], scale = f32>",
  { storage: "i16", entries: 2, channels: 1, offset: "none" },
];

const join = (left: Float32Array, right: Float32Array) => Float32Array.from([...left, ...right]);

const pairs = [
  [byChannel, byEntry],
  [byEntry, byChannel],
  [symmetric, wide],
  [wide, symmetric],
  [byChannel, wide],
] as const;

test.each(pairs.map(([keyCase, valueCase]) => [keyCase[0], valueCase[0], keyCase, valueCase] as const))(
  "reads %s and %s as the numbers they stand for",
  (_keys, _values, keyCase, valueCase) => {
    // Blocks of one channel leave a tail of the width open.
    const width = keyCase[1].channels === 1 && valueCase[1].channels === 1 ? 10 : 12;
    for (const [heads, groups] of [
      [3, 3],
      [4, 2],
    ] as const)
      for (const [queryCount, coded, fresh] of [
        [1, 16, 5],
        [1, 8, 1],
        [3, 40, 3],
        [1, 8, 0],
        [6, 0, 6],
      ] as const) {
        const keyCount = coded + fresh;
        const shape: Attention = { heads, groups, width, valueWidth: width, scale: 0.3, causal: true };
        const shapeOf = [coded, groups, width];
        const count = coded * groups * width;
        const keys = roundEntries(normalFloats(count, 1), shapeOf, ...keyCase);
        // Fewer values than keys are rounded: the other entries are floats.
        const rounded = coded === 40 ? 32 : coded;
        const valueShape = [rounded, groups, width];
        const values = roundEntries(normalFloats(rounded * groups * width, 2), valueShape, ...valueCase);
        const freshKeys = normalFloats(fresh * groups * width, 3);
        const freshValues = normalFloats((keyCount - rounded) * groups * width, 4);
        const common = {
          query: normalFloats(queryCount * heads * width, 5),
          queryCount,
          keyCount,
          output: new Float32Array(queryCount * heads * width),
          workspace: new Uint8Array(attentionWorkspace(keyCount)),
        };
        const units = attentionUnits(shape, queryCount);
        const dense = { keys: join(keys.numbers, freshKeys), values: join(values.numbers, freshValues) };
        const wanted = runKernel(attention(shape), { ...common, ...dense }, { units }).output!;
        const keyArguments = {
          ...{ keys: freshKeys, keyCodes: keys.codes, keyScales: keys.scales },
          ...{ keyOffsets: keys.offsets, keyCoded: coded },
        };
        const valueArguments = {
          ...{ values: freshValues, valueCodes: values.codes, valueScales: values.scales },
          ...{ valueOffsets: values.offsets, valueCoded: rounded },
        };
        const both = { ...shape, codedKeys: keyCase[1], codedValues: valueCase[1] };
        const runs = [
          [both, { ...keyArguments, ...valueArguments }],
          [
            { ...shape, codedKeys: keyCase[1] },
            { ...keyArguments, values: dense.values },
          ],
          [
            { ...shape, codedValues: valueCase[1] },
            { keys: dense.keys, ...valueArguments },
          ],
        ] as const;
        for (const [form, args] of runs)
          expectSame(runKernel(attention(form), { ...common, ...args }, { units }).output!, wanted);
        expect(wanted.some((value) => value !== 0)).toBe(true);
        const split = runKernel(attention(both), { ...common, ...runs[0][1] }, { units, split: [1] });
        expectSame(split.output!, wanted);
      }
  },
);
