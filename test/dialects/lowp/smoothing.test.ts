import { describe, expect, it } from "vitest";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { scaledColumns } from "../../../dialects/lowp/channel-transform.ts";
import { smoothingScales } from "../../../dialects/lowp/smoothing.ts";
import {
  asDouble,
  channelRanges,
  inputsOf,
  product,
  relativeDifference,
  sqnr,
  through,
} from "./activation-data.ts";
import { gaussianTensor } from "./generate.ts";

const channels = 256;
/** Four channels of 256 are forty times as large as the others. */
const input = inputsOf([256, channels], 1, (channel) => (channel % 64 === 5 ? 40 : 1));
const weight = gaussianTensor([256, channels], 2);
const { absoluteMaximum } = channelRanges(input);

const divided = ({ shape, data }: FloatTensor, scale: Float64Array): FloatTensor => ({
  shape,
  data: (data as Float64Array).map((x, at) => x / scale[at % channels]!),
});

describe("smoothing", () => {
  it("leaves the product as it is in the reals", () => {
    const scale = smoothingScales(absoluteMaximum, [weight.data], 0.5);
    const [x, w] = [asDouble(input), asDouble(weight)];
    const folded = { shape: w.shape, data: scaledColumns(w.data, { scale }) };
    expect(relativeDifference(product(x, w), product(divided(x, scale), folded))).toBeLessThanOrEqual(1e-13);
  });

  // A §2, A3: 21.6, 36.5, 37.9, 31.3 dB for α = 0, 0.5, 0.6, 1. Another draw: the order, and 70 % of the gaps.
  it("has the published effect on 8-bit products of inputs with outliers", () => {
    const wanted = product(input, weight);
    const after = (alpha: number): number => {
      const scale = smoothingScales(absoluteMaximum, [weight.data], alpha);
      const x = {
        shape: input.shape,
        data: Float32Array.from(input.data, (v, i) => v / scale[i % channels]!),
      };
      const w = { shape: weight.shape, data: Float32Array.from(scaledColumns(weight.data, { scale })) };
      return sqnr(
        wanted,
        product(
          through(x, "!lowp.q<i8<-127:127>, block = [*, *], scale = f32>"),
          through(w, "!lowp.q<i8<-127:127>, block = [1, *], scale = f32>"),
        ),
      );
    };
    const [none, half, more, all] = [0, 0.5, 0.6, 1].map(after) as [number, number, number, number];
    expect(half - none).toBeGreaterThan(0.7 * 14.9);
    expect(more).toBeGreaterThan(half);
    expect(half - all).toBeGreaterThan(0.7 * 5.2);
    expect(all - none).toBeGreaterThan(0.7 * 9.7);
  });

  it("keeps channels that are zero, and never divides by less than 1e-5", () => {
    expect([...smoothingScales([0, 1, 1e-12], [Float64Array.of(1, 0, 1)], 1)]).toEqual([1, 1, 1e-5]);
  });

  it("looks at all weights that meet the inputs", () => {
    const weights = [Float64Array.of(1, -4), Float64Array.of(0.25, 1)];
    expect([...smoothingScales([4, 4], weights, 0.5)]).toEqual([2, 1]);
  });
});
