import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { attend, historyOf } from "../../../dialects/kv/attend.ts";
import { attendOnCodes } from "../../../dialects/kv/attend-on-codes.ts";
import { sliceAxis } from "../../../dialects/lowp/regions.ts";
import { appendToRing } from "../../../dialects/lowp/ring.ts";
import { emptyCache, must, type Sequence, sequenceOf } from "./caches.ts";

const kivi = (bits: number, window: number) =>
  `!lowp.ring<!lowp.q<ui${bits}, block = [8, 1, 1], scale = f16, shift = f16>, f16, ${window}, 0>`;
const byToken = (bits: number, run: string) =>
  `!lowp.ring<!lowp.q<ui${bits}, block = [1, 1, ${run}], scale = f16, shift = f16, tail = short>, f16, 5, 0>`;
const withZero = "!lowp.ring<!lowp.q<ui8, block = [1, 1, *], scale = f16, zero = ui8>, f32, 0, 0>";
const symmetric = "!lowp.ring<!lowp.q<i4, block = [2, 2, 4], scale = f32>, f32, 4, 0>";
const floats = "!lowp.ring<!lowp.q<f4E2M1FN, block = [1, 1, 4], scale = f8E8M0FNU>, f32, 0, 0>";

const pairs = [
  { keys: kivi(2, 0), values: byToken(2, "4") },
  { keys: kivi(4, 16), values: byToken(4, "3") },
  { keys: withZero, values: withZero },
  { keys: symmetric, values: symmetric },
  { keys: floats, values: kivi(2, 8) },
  { keys: "float", values: byToken(2, "4") },
  { keys: kivi(2, 0), values: "float" },
];

/** Both forms of the attention of the last `count` entries of a sequence, behind a cache of those before. */
function both(
  { query, keys, values }: Sequence,
  types: { readonly keys: string; readonly values: string },
  count: number,
  precision: "f32" | "f64",
): { readonly dequantized: FloatTensor; readonly folded: FloatTensor } {
  const before = keys.shape[0]! - count;
  const part = (tensor: FloatTensor, start: number, extent: number) => sliceAxis(tensor, 0, start, extent);
  const cache = (text: string, tensor: FloatTensor) => {
    const past = part(tensor, 0, before);
    return text === "float" ? past : must(appendToRing(emptyCache(text, tensor) as CompositeValue, past));
  };
  const history = (text: string, tensor: FloatTensor, onCodes: boolean) =>
    must(historyOf(cache(text, tensor), part(tensor, before, count), precision, onCodes));
  const scale = 1 / Math.sqrt(query.shape[2]!);
  const own = part(query, before, count);
  const input = precision === "f64" ? { ...own, data: Float64Array.from(own.data) } : own;
  return {
    dequantized: attend(input, history(types.keys, keys, false), history(types.values, values, false), scale),
    folded: attendOnCodes(input, history(types.keys, keys, true), history(types.values, values, true), scale),
  };
}

describe("attention on the codes of caches", () => {
  it.each(pairs)("is the attention on their numbers: keys $keys, values $values", (types) => {
    const lengths = fc.record({
      length: fc.integer({ min: 1, max: 40 }),
      fed: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(lengths, fc.integer(), ({ length, fed }, seed) => {
        const sequence = sequenceOf({ length, heads: 4, groups: 2, width: 8 }, seed);
        const count = Math.min(fed, length);
        const exact = both(sequence, types, count, "f64");
        const rounded = both(sequence, types, count, "f32");
        for (const [at, value] of exact.folded.data.entries()) {
          expect(Math.abs(value - exact.dequantized.data[at]!)).toBeLessThan(1e-12);
          // Numbers are rounded to f32 before they are multiplied: 2⁻²⁴ each of keys, whose scores are near 10, and values.
          expect(Math.abs(rounded.folded.data[at]! - rounded.dequantized.data[at]!)).toBeLessThan(2e-5);
        }
      }),
      { numRuns: 6 },
    );
  });

  it.each(pairs)("gives the same bits all at once or token by token: keys $keys, values $values", (types) => {
    const sequence = sequenceOf({ length: 35, heads: 4, groups: 2, width: 8 }, 4);
    const whole = both(sequence, types, 35, "f32").folded.data;
    const last = both(sequence, types, 1, "f32").folded.data;
    expect(whole.subarray(whole.length - last.length)).toEqual(last);
  });
});
