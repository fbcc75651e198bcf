import { describe, expect, it } from "vitest";
import { integer } from "../../../../compiler/ir/types.ts";
import { safeProducts } from "../../../../dialects/lowp/analysis/accumulator-bound.ts";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import type { ElementFormat } from "../../../../dialects/lowp/elements.ts";
import { quantize } from "../../../../dialects/lowp/quantize.ts";
import { linear } from "../../../../dialects/nn/reference/linear.ts";
import { gaussianTensor } from "../generate.ts";
import { right } from "../solvers/problems.ts";
import { signalToNoise } from "../sqnr.ts";
import { lowpType } from "../text.ts";

const signed = (width: number): ElementFormat => ({ kind: "integer", type: integer(width) });
const unsigned = (width: number): ElementFormat => ({ kind: "integer", type: integer(width, "unsigned") });

describe("safeProducts", () => {
  it("knows the chains of the literature", () => {
    expect(safeProducts(signed(16), signed(16), 32)).toBe(1);
    expect(safeProducts(signed(8), signed(8), 32)).toBe(2 ** 17 - 1);
    expect(safeProducts(unsigned(4), unsigned(4), 16)).toBe(291);
    expect(safeProducts(unsigned(4), signed(8), 16)).toBe(17);
    expect(safeProducts({ kind: "trit" }, signed(8), 16)).toBe(255);
  });

  it("is tight: the worst chain fits, one product more does not", () => {
    for (const [left, right, bits] of [
      [8, 8, 24],
      [4, 16, 32],
      [3, 5, 12],
    ] as const) {
      const chain = safeProducts(signed(left), signed(right), bits);
      const worst = 2 ** (left - 1) * 2 ** (right - 1);
      expect(chain * worst).toBeLessThan(2 ** (bits - 1));
      expect((chain + 1) * worst).toBeGreaterThanOrEqual(2 ** (bits - 1));
    }
  });
});

describe("dynamic fixed point of 16 bits", () => {
  const type = lowpType("!lowp.q<i16, block = [*, *], scale = f8E8M0FNU>");
  const fixed = (of: readonly number[], seed: number) => {
    const exact = gaussianTensor(of, seed);
    return { exact, real: right(dequantize(right(quantize(exact, type)), "f64")) };
  };

  // FORMATS-AND-ALGORITHMS.md, F13. A power of two may waste up to 6 dB, which depends on the largest number drawn.
  it("keeps 83 dB of a Gaussian tensor, 80 dB of a product of two over 512", () => {
    const [x, w] = [fixed([64, 512], 1), fixed([256, 512], 2)];
    expect(Math.abs(signalToNoise(w.exact, w.real) - 83)).toBeLessThan(3);
    const wide = (of: typeof x.exact) => ({ shape: of.shape, data: Float64Array.from(of.data) });
    const exact = linear(wide(x.exact), wide(w.exact), undefined);
    expect(Math.abs(signalToNoise(exact, linear(x.real, w.real, undefined)) - 80)).toBeLessThan(3);
  });
});
