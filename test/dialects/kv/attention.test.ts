import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { attention } from "../../../dialects/nn/reference/attention.ts";
import { lowpType } from "../lowp/text.ts";
import { attendInPieces, fingerprint, must, type Sequence, sequenceOf } from "./caches.ts";

const byChannel = (bits: number, window = 0, group = 8) =>
  `!lowp.ring<!lowp.q<ui${bits}, block = [${group}, 1, 1], scale = f32, shift = f32>, f32, ${window}, 0>`;
const byToken = (bits: number, window = 0) =>
  `!lowp.ring<!lowp.q<ui${bits}, block = [1, 1, *], scale = f32, zero = ui${bits}>, f32, ${window}, 0>`;

const pairs = [
  { keys: byChannel(2), values: byToken(2) },
  { keys: byChannel(4, 16), values: byToken(4, 5) },
  { keys: byToken(8), values: "float" },
  { keys: "float", values: byChannel(2) },
  {
    keys: byChannel(3).replace("f32, 0, 0", "f16, 0, 0"),
    values: byToken(3).replace("f32, 0, 0", "bf16, 0, 0"),
  },
];
const shape = { length: 35, heads: 4, groups: 2, width: 8 };

describe("attention over quantized caches", () => {
  it.each(pairs)("gives the same bits for every prefill and token by token: $keys, $values", (types) => {
    const sequence = sequenceOf(shape, 11);
    const oneByOne = fingerprint(attendInPieces(sequence, types, new Array(shape.length).fill(1)));
    for (let prefill = 1; prefill <= shape.length; prefill++) {
      const rest = new Array<number>(shape.length - prefill).fill(1);
      expect(fingerprint(attendInPieces(sequence, types, [prefill, ...rest])) === oneByOne).toBe(true);
    }
  });

  it.each(pairs)("gives the same bits for pieces of any lengths: $keys, $values", (types) => {
    const pieces = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(pieces, (lengths) => {
        const length = lengths.reduce((sum, each) => sum + each, 0);
        const sequence = sequenceOf({ ...shape, length }, length);
        const whole = fingerprint(attendInPieces(sequence, types, [length]));
        expect(fingerprint(attendInPieces(sequence, types, lengths)) === whole).toBe(true);
      }),
      { numRuns: 6 },
    );
  });

  it("is nn.attention where the caches are dense", () => {
    const { query, keys, values } = sequenceOf(shape, 5);
    const expected = attention(query, keys, values, { scale: 1 / Math.sqrt(8), causal: true });
    const { output } = attendInPieces({ query, keys, values }, { keys: "float", values: "float" }, [24, 11]);
    expect(output).toEqual(expected);
  });

  it("reads rounded entries of complete groups only", () => {
    const sequence = sequenceOf(shape, 3);
    const group = 8;
    const rounded = (entries: FloatTensor, text: string): FloatTensor =>
      must(dequantize(must(quantize(entries, lowpType(text))), "f32"));
    const short = "scale = f32, shift = f32, tail = short";
    const all = {
      keys: rounded(sequence.keys, `!lowp.q<ui2, block = [${group}, 1, 1], ${short}>`),
      values: rounded(sequence.values, "!lowp.q<ui2, block = [1, 1, *], scale = f32, zero = ui2>"),
    };
    const expected = maskedAttention(
      sequence,
      all,
      (token, position) => Math.floor(position / group) < Math.floor((token + 1) / group),
    );
    const { output } = attendInPieces(sequence, { keys: byChannel(2), values: byToken(2) }, [shape.length]);
    // The result is rounded to f32 once, and the exponentials of two programs differ in the last bit of f64.
    expect(largestGap(output, expected)).toBeLessThan(1e-6);
  });
});

/** Causal attention in f64, written out: rounded keys where `isOld` says so, rounded values everywhere. */
function maskedAttention(
  { query, keys, values }: Sequence,
  rounded: { readonly keys: FloatTensor; readonly values: FloatTensor },
  isOld: (token: number, position: number) => boolean,
): FloatTensor {
  const [length, heads, width] = query.shape as [number, number, number];
  const groups = values.shape[1]!;
  const data = new Float64Array(length * heads * width);
  for (let token = 0; token < length; token++)
    for (let head = 0; head < heads; head++) {
      const group = Math.floor(head / (heads / groups));
      const scores = Array.from({ length: token + 1 }, (_, position) => {
        const source = isOld(token, position) ? rounded.keys : keys;
        let dot = 0;
        for (let at = 0; at < width; at++)
          dot +=
            query.data[(token * heads + head) * width + at]! *
            source.data[(position * groups + group) * width + at]!;
        return dot / Math.sqrt(width);
      });
      const weights = scores.map((score) => Math.exp(score - Math.max(...scores)));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (let at = 0; at < width; at++)
        for (const [position, weight] of weights.entries())
          data[(token * heads + head) * width + at]! +=
            (weight / total) * rounded.values.data[(position * groups + group) * width + at]!;
    }
  return { shape: query.shape, data };
}

const largestGap = (left: FloatTensor, right: FloatTensor): number =>
  Math.max(...Array.from(left.data, (value, at) => Math.abs(value - right.data[at]!)));
