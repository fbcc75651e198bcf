import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { huffmanDecode, huffmanEncode, huffmanLengths } from "../../../compiler/numeric/huffman.ts";

fc.configureGlobal({ seed: 1 });

const countsOf = (symbols: Uint8Array): number[] => {
  const counts = new Array<number>(256).fill(0);
  for (const symbol of symbols) counts[symbol]!++;
  return counts;
};

describe("huffmanLengths", () => {
  it("gives frequent symbols short codes, as few bits as can be", () => {
    expect([...huffmanLengths([5, 9, 12, 13, 16, 45], 32)]).toEqual([4, 4, 3, 3, 3, 1]);
    expect([...huffmanLengths([0, 7, 0], 32)]).toEqual([0, 1, 0]);
    expect([...huffmanLengths([0, 0], 32)]).toEqual([0, 0]);
  });

  it("costs less than one bit above the entropy, and fills the code space", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 256 }), (counts) => {
        const lengths = huffmanLengths(counts, 32);
        const total = counts.reduce((sum, count) => sum + count, 0);
        fc.pre(counts.filter((count) => count > 0).length > 1);
        let [bits, entropy, space] = [0, 0, 0];
        for (const [symbol, count] of counts.entries()) {
          if (count === 0) continue;
          bits += count * lengths[symbol]!;
          entropy -= count * Math.log2(count / total);
          space += 2 ** -lengths[symbol]!;
        }
        expect(bits).toBeGreaterThanOrEqual(entropy - 1e-6);
        expect(bits).toBeLessThan(entropy + total);
        expect(space).toBe(1);
      }),
    );
  });

  it("keeps to the cap by taking the rarest as equally rare", () => {
    // Fibonacci numbers make the deepest tree.
    const counts = [1, 1];
    while (counts.length < 40) counts.push(counts.at(-1)! + counts.at(-2)!);
    expect(Math.max(...huffmanLengths(counts, 64))).toBe(39);
    for (const cap of [32, 16, 8, 6]) {
      const lengths = huffmanLengths(counts, cap);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(cap);
      const symbols = Uint8Array.from(counts, (_, symbol) => symbol);
      expect(huffmanDecode(huffmanEncode(symbols, lengths), lengths, 40)).toEqual(symbols);
    }
  });
});

describe("huffmanDecode", () => {
  it("gives back any symbols", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(255, 3, 0), (given, mask) => {
        const symbols = given.map((symbol) => symbol & mask);
        const lengths = huffmanLengths(countsOf(symbols), 32);
        const bytes = huffmanEncode(symbols, lengths);
        expect(huffmanDecode(bytes, lengths, symbols.length)).toEqual(symbols);
      }),
    );
  });

  it("refuses bytes that are too short, and lengths that are no code", () => {
    const symbols = Uint8Array.of(1, 2, 3, 3, 3, 1, 2, 1, 1, 3);
    const lengths = huffmanLengths(countsOf(symbols), 32);
    const bytes = huffmanEncode(symbols, lengths);
    expect(huffmanDecode(bytes.subarray(1), lengths, symbols.length)).toBeUndefined();
    expect(huffmanDecode(bytes, [1, 1, 1], 1)).toBeUndefined();
    expect(huffmanDecode(bytes, [2, 2, 2], 1)).toBeUndefined();
    expect(huffmanDecode(bytes, [0, 0], 1)).toBeUndefined();
    // A symbol alone is the bit 0.
    expect(huffmanDecode(Uint8Array.of(0b00100000), [0, 1], 3)).toBeUndefined();
  });
});
