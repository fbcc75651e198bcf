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
import type { CacheRule } from "../../../../runtime/js/kernels/cache-rule.ts";
import { lowpType } from "../../../dialects/lowp/text.ts";
import { runKernel } from "../run-kernel.ts";
import { expectSame, normalFloats } from "./float-samples.ts";
import { codesAs, expectSuccess, numbersOf } from "./lowp-values.ts";

/** Entries rounded to a type: what a kernel reads, and the numbers they stand for. */
function roundEntries(data: Float32Array, shape: readonly number[], text: string, form: CodedEntries) {
  const value = expectSuccess(quantize({ shape, data }, lowpType(text)));
  const { codes, scale, zero, shift } = value.components;
  return {
    codes: codesAs(form.storage, numbersOf(codes)),
    scales: Float32Array.from(numbersOf(scale)),
    offsets: zero ? Int32Array.from(numbersOf(zero)) : Float32Array.from(numbersOf(shift)),
    numbers: Float32Array.from(expectSuccess(dequantize(value, "f32")).data),
  };
}

type Case = readonly [text: string, form: CodedEntries];
const byChannel: Case = [
  "!lowp.q<ui2, block = [8, 1, 1], scale = f16, shift = f16>",
  { rule: { window: 0, batch: 16 }, storage: "u8", entries: 8, channels: 1, offset: "shift" },
];
const byEntry: Case = [
  "!lowp.q<ui4, block = [1, 1, 4], scale = f16, zero = ui4>",
  { rule: { window: 3, batch: 1 }, storage: "u8", entries: 1, channels: 4, offset: "zero" },
];
const symmetric: Case = [
  "!lowp.q<i8, block = [1, 1, *], scale = f32>",
  { rule: { window: 0, batch: 1 }, storage: "i8", entries: 1, channels: 12, offset: "none" },
];
const wide: Case = [
  "!lowp.q<i14, block = [2, 1, 1], scale = f32>",
  { rule: { window: 0, batch: 2 }, storage: "i16", entries: 2, channels: 1, offset: "none" },
];

const roundedOf = ({ window, batch }: CacheRule, length: number) =>
  Math.floor(Math.max(0, length - window) / batch) * batch;

/** A side of attention: what waits and comes behind `past` entries, and all that are rounded in the end as codes. */
function sideOf(
  [text, form]: Case,
  { past, total, groups, width }: Readonly<Record<"past" | "total" | "groups" | "width", number>>,
  seed: number,
) {
  const size = groups * width;
  const entries = normalFloats(total * size, seed);
  const count = roundedOf(form.rule, total);
  const rounded = roundEntries(entries.slice(0, count * size), [count, groups, width], text, form);
  return {
    rounded,
    waiting: entries.slice(roundedOf(form.rule, past) * size),
    /** What the query sees that is the last of so many. */
    seenBy(length: number): Float32Array {
      const own = roundedOf(form.rule, length) * size;
      return Float32Array.from([...rounded.numbers.slice(0, own), ...entries.slice(own, length * size)]);
    },
  };
}

const packedKeys: Case = [byChannel[0], { ...byChannel[1], storage: "u2" }];
const packedValues: Case = [byEntry[0], { ...byEntry[1], storage: "u4" }];

const pairs = [
  [packedKeys, packedValues],
  [byChannel, byEntry],
  [byEntry, byChannel],
  [symmetric, wide],
  [wide, symmetric],
  [byChannel, wide],
] as const;

test.each(pairs.map(([keyCase, valueCase]) => [keyCase[0], valueCase[0], keyCase, valueCase] as const))(
  "each query sees %s and %s as they were when it was the last",
  (_keys, _values, keyCase, valueCase) => {
    // Blocks of one channel leave a tail of the width open.
    const width = keyCase[1].channels === 1 && valueCase[1].channels === 1 ? 10 : 12;
    for (const [heads, groups, past, queryCount] of [
      [3, 3, 0, 1],
      [3, 3, 15, 2],
      [4, 2, 20, 1],
      [4, 2, 0, 19],
      [4, 2, 13, 8],
      [4, 2, 30, 3],
    ] as const) {
      const total = past + queryCount;
      const shape: Attention = { heads, groups, width, valueWidth: width, scale: 0.3, causal: true };
      const [keys, values] = [keyCase, valueCase].map((each, seed) =>
        sideOf(each, { past, total, groups, width }, seed),
      ) as [ReturnType<typeof sideOf>, ReturnType<typeof sideOf>];
      const query = normalFloats(queryCount * heads * width, 5);
      const wanted = Array.from({ length: queryCount }, (_, row) => {
        const keyCount = past + row + 1;
        const args = {
          query: query.slice(row * heads * width, (row + 1) * heads * width),
          ...{ keys: keys.seenBy(keyCount), values: values.seenBy(keyCount) },
          ...{ queryCount: 1, keyCount, output: new Float32Array(heads * width) },
          workspace: new Uint8Array(attentionWorkspace(keyCount)),
        };
        return runKernel(attention(shape), args, { units: attentionUnits(shape, 1) }).output!;
      }).flatMap((row) => [...row]);
      const form = { ...shape, codedKeys: keyCase[1], codedValues: valueCase[1] };
      const args = {
        ...{ query, queryCount, keyCount: total },
        ...{ keys: keys.waiting, keyCodes: keys.rounded.codes, keyScales: keys.rounded.scales },
        ...{ values: values.waiting, valueCodes: values.rounded.codes, valueScales: values.rounded.scales },
        ...{ keyOffsets: keys.rounded.offsets, valueOffsets: values.rounded.offsets },
        output: new Float32Array(query.length),
        workspace: new Uint8Array(attentionWorkspace(total)),
      };
      const units = attentionUnits(form, queryCount);
      expectSame(runKernel(attention(form), args, { units }).output!, wanted);
      expect(wanted.some((value) => value !== 0)).toBe(true);
      const split = runKernel(attention(form), args, { units, split: [1] });
      expectSame(split.output!, wanted);
    }
  },
);

test("one side may be floats", () => {
  const [heads, groups, width, past, queryCount] = [4, 2, 12, 13, 22];
  const total = past + queryCount;
  const extents = { past, total, groups, width };
  const [coded, floats] = [sideOf(byChannel, extents, 1), normalFloats(total * groups * width, 2)];
  const shape: Attention = { heads, groups, width, valueWidth: width, scale: 0.3, causal: true };
  const units = attentionUnits(shape, queryCount);
  const run = (form: Attention, args: Parameters<typeof runKernel>[1]) => {
    const query = normalFloats(queryCount * heads * width, 5);
    const workspace = new Uint8Array(attentionWorkspace(total));
    const common = { query, queryCount, keyCount: total, workspace };
    const output = new Float32Array(query.length);
    return runKernel(attention(form), { ...common, output, ...args }, { units }).output!;
  };
  const codes = { codes: coded.rounded.codes, scales: coded.rounded.scales, offsets: coded.rounded.offsets };
  const asKeys = run(
    { ...shape, codedKeys: byChannel[1] },
    {
      ...{ keys: coded.waiting, keyCodes: codes.codes, keyScales: codes.scales, keyOffsets: codes.offsets },
      values: floats,
    },
  );
  const asValues = run(
    { ...shape, codedValues: byChannel[1] },
    {
      ...{ values: coded.waiting, valueCodes: codes.codes, valueScales: codes.scales },
      ...{ valueOffsets: codes.offsets, keys: floats },
    },
  );
  // The last query sees all that is rounded in the end.
  const seen = coded.seenBy(total);
  const last = (output: ArrayLike<number>) => Array.from(output).slice(-heads * width);
  expectSame(last(asKeys), last(run(shape, { keys: seen, values: floats })));
  expectSame(last(asValues), last(run(shape, { keys: floats, values: seen })));
});
