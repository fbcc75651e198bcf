import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeZeros, detectZeros } from "../../../dialects/sparse/detect-zeros.ts";

const bits = (text: string): Uint8Array => Uint8Array.from(text.replaceAll(/\s/g, ""), Number);

describe("the zeros of a matrix", () => {
  it.each([
    ["1100 0011 0110 1001", 8, "2:4"],
    ["1001 0110 1010 0101", 8, "1:2"],
    ["1000 0010 0000 0001", 8, "1:4"],
    ["1110 1011 1111 0000", 8, "6:8, groups of 4: 25.0 % empty"],
    ["1111 1111 1111 1110", 8, "no pattern"],
    ["1111 1111", 4, "no pattern"],
    ["00000000 11111111 11111111 00000000", 16, "8:16, groups of 8: 50.0 % empty"],
    ["0000 0000", 4, "1:4, groups of 4: 100.0 % empty"],
    ["101 001", 3, "no pattern"],
  ])("%s in rows of %i: %s", (text, columns, expected) => {
    expect(describeZeros(detectZeros(bits(text), columns))).toBe(expected);
  });

  it("hold the pattern that is named, and none tighter of its width", () => {
    const numbers = fc.array(
      fc.integer({ min: -2, max: 1 }).map((x) => Math.max(x, 0)),
      { minLength: 32, maxLength: 32 },
    );
    fc.assert(
      fc.property(numbers, (list) => {
        const { pattern, zeros } = detectZeros(Uint8Array.from(list), 16);
        expect(zeros).toBe(list.filter((bit) => bit === 0).length);
        if (!pattern) return;
        const fullest = Math.max(
          ...Array.from({ length: 32 / pattern.of }, (_, run) =>
            list.slice(run * pattern.of, (run + 1) * pattern.of).reduce((sum, bit) => sum + bit, 0),
          ),
        );
        expect(pattern.kept).toBe(Math.max(1, fullest));
      }),
    );
  });
});
