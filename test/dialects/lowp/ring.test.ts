import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch } from "../../../compiler/define/op.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { packValue, unpackValue } from "../../../dialects/lowp/pack.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { sliceAxis } from "../../../dialects/lowp/regions.ts";
import { appendToRing } from "../../../dialects/lowp/ring.ts";
import { oldExtent } from "../../../dialects/lowp/ring-extents.ts";
import { byteLengthOf } from "../../../dialects/lowp/storage.ts";
import { ring } from "../../../dialects/lowp/types.ts";
import { gaussianTensor } from "./generate.ts";
import { lowpType } from "./text.ts";

const must = <T>(value: T): Exclude<T, { readonly code: string; readonly message: string }> => {
  if (isMismatch(value)) throw new Error(value.message);
  return value as Exclude<T, { readonly code: string; readonly message: string }>;
};

const keys = "!lowp.ring<!lowp.q<ui2, block = [8, 1, 1], scale = f16, shift = f16>, f16, 16, 0>";
const types = [
  "!lowp.ring<!lowp.q<ui2, block = [8, 1, 1], scale = f32, shift = f32>, f32, 0, 0>",
  keys,
  "!lowp.ring<!lowp.q<ui4, block = [1, 1, 4], scale = f32, zero = ui4>, f32, 5, 0>",
  "!lowp.ring<!lowp.q<ui4, block = [1, 1, 4], scale = f32, zero = ui4>, bf16, 0, 0>",
  "!lowp.ring<!lowp.q<f4E2M1FN, block = [2, 1, 4], scale = !lowp.q<f8E4M3FN, block = [2, 1, 1], scale = f32>>, f32, 4, 0>",
  "!lowp.ring<!lowp.sum<!lowp.q<i4, block = [4, 1, 1], scale = f16>, !lowp.q<i3, block = [1, 1, 4], scale = f16>>, f32, 0, 0>",
  "!lowp.ring<!lowp.q<!lowp.table<3, 1, bitmod>, block = [4, 1, 1], scale = f16>, f32, 0, 0>",
  "!lowp.ring<f16, f32, 3, 0>",
  "!lowp.ring<!lowp.q<i4, block = [1, 3, 1], scale = f32>, f32, 3, 1>",
];

describe("a ring", () => {
  it.each(types)("that grows is the ring of all its entries, bit for bit: %s", (text) => {
    const type = lowpType(text);
    if (!ring.is(type)) throw new Error(text);
    const { axis } = type.parameters;
    const steps = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 });
    fc.assert(
      fc.property(steps, (lengths) => {
        const total = lengths.reduce((sum, length) => sum + length, 0);
        const entries = gaussianTensor([2, 2, 4].with(axis, total), 7);
        let grown = must(quantize(sliceAxis(entries, axis, 0, 0), type));
        let start = 0;
        for (const length of lengths) {
          grown = must(appendToRing(grown, sliceAxis(entries, axis, start, length)));
          start += length;
        }
        expect(grown).toEqual(must(quantize(entries, type)));
      }),
      { numRuns: 40 },
    );
  });

  it.each(["f32", "f64"])("grows the same from f64 data through a tail of %s", (tail) => {
    const type = lowpType(
      `!lowp.ring<!lowp.q<ui3, block = [4, 1, 1], scale = f64, shift = f64>, ${tail}, 0, 0>`,
    );
    const narrow = gaussianTensor([12, 2, 4], 9);
    const entries = { shape: narrow.shape, data: Float64Array.from(narrow.data, (value) => value * Math.PI) };
    let grown = must(quantize(sliceAxis(entries, 0, 0, 5), type));
    grown = must(appendToRing(grown, sliceAxis(entries, 0, 5, 7)));
    expect(grown).toEqual(must(quantize(entries, type)));
  });

  it.each(types)("is stored in the bytes its type and length say, and read back: %s", (text) => {
    const type = lowpType(text);
    for (const length of [0, 1, 7, 16, 37]) {
      const axis = ring.is(type) ? type.parameters.axis : 0;
      const shape = [2, 2, 4].with(axis, length);
      const value = must(quantize(gaussianTensor(shape, 3), type));
      const packed = packValue(value);
      const bytes = [...packed.values()].reduce((sum, each) => sum + each.length, 0);
      expect(bytes).toBe(byteLengthOf(type, shape));
      const read = must(unpackValue(type, shape, (path) => packed.get(path)!));
      expect(numbersOf(read)).toEqual(numbersOf(value));
    }
  });

  it("rounds grouped entries a window at a time, others one by one", () => {
    const extents = (text: string, lengths: readonly number[]) => {
      const type = lowpType(text);
      return ring.is(type) ? lengths.map((length) => oldExtent(type.parameters, length)) : [];
    };
    expect(extents(types[0]!, [0, 7, 8, 15, 16, 17])).toEqual([0, 0, 8, 8, 16, 16]);
    expect(extents(keys, [0, 8, 15, 16, 31, 32])).toEqual([0, 0, 0, 16, 16, 32]);
    expect(extents(types[2]!, [0, 5, 6, 20])).toEqual([0, 0, 1, 15]);
    expect(extents(types[3]!, [0, 1, 6])).toEqual([0, 1, 6]);
  });

  it("keeps its tail as it came, in the type of the tail", () => {
    const entries = gaussianTensor([21, 2, 4], 5);
    const value = must(quantize(entries, lowpType(types[2]!)));
    const back = numbersOf(value);
    expect(back.slice(16 * 8)).toEqual([...entries.data.slice(16 * 8)]);
    expect(back.slice(0, 16 * 8)).not.toEqual([...entries.data.slice(0, 16 * 8)]);
  });
});

const numbersOf = (value: CompositeValue): readonly number[] => [...must(dequantize(value, "f32")).data];
