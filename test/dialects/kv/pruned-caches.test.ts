import { describe, expect, it } from "vitest";
import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { packValue } from "../../../dialects/lowp/pack.ts";
import { sliceAxis } from "../../../dialects/lowp/regions.ts";
import { appendToRing } from "../../../dialects/lowp/ring.ts";
import { drawTensor } from "../lowp/generate.ts";
import { emptyCache, must } from "./caches.ts";

const [tokens, heads, width, window] = [48, 2, 64, 32] as const;
const entries: FloatTensor = drawTensor("T5", [tokens, heads, width], 3);

function fed(type: string, lengths: readonly number[]): CompositeValue {
  let [ring, start] = [emptyCache(type, entries), 0];
  for (const length of lengths) {
    if (!("components" in ring)) throw new Error("a ring was asked for");
    ring = must(appendToRing(ring, sliceAxis(entries, 0, start, length)));
    start += length;
  }
  if (!("components" in ring)) throw new Error("a ring was asked for");
  return ring;
}

/** Caches whose old tokens keep their largest numbers, as many of each head, and whose recent ones keep all. (Mustafar) */
describe("caches pruned by token", () => {
  it.each([
    ["nm 32:64", 32],
    ["nm 19:64", 19],
    ["nm 6:64", 6],
  ])("keep the %s of largest magnitude of each head, but all of the window", (kind, kept) => {
    const type = `!lowp.ring<!lowp.sparse<${kind}, f32>, f32, ${window}, 0>`;
    const ring = fed(type, [1, 15, 32]);
    expect(fed(type, [tokens])).toEqual(ring);
    const { data } = must(dequantize(ring, "f32"));
    const old = (tokens - window) * heads * width;
    for (let start = 0; start < old; start += width) {
      const row = Array.from(entries.data.subarray(start, start + width));
      const least = row.map(Math.abs).sort((a, b) => b - a)[kept - 1]!;
      expect([...data.subarray(start, start + width)].map((x) => x + 0)).toEqual(
        row.map((x) => (Math.abs(x) >= least ? x : 0)),
      );
    }
    expect(data.subarray(old)).toEqual(entries.data.subarray(old));
  });

  it("take the bytes of what they keep and 6 bits for each place", () => {
    const type = `!lowp.ring<!lowp.sparse<nm 16:64, f16>, f16, ${window}, 0>`;
    const bytes = [...packValue(fed(type, [tokens]))].reduce((sum, [, { length }]) => sum + length, 0);
    const old = (tokens - window) * heads * 16;
    expect(bytes).toBe((old * (16 + 6)) / 8 + window * heads * width * 2);
  });
});
