import { describe, expect, it } from "vitest";
import { roundHalfEven } from "../../../compiler/numeric/rounding.ts";
import { scaledColumns, weightTimesShift } from "../../../dialects/lowp/channel-transform.ts";
import { channelScales, reparameterize } from "../../../dialects/lowp/reparameterize.ts";
import { asDouble, channelRanges, inputsOf, product, relativeDifference } from "./activation-data.ts";
import { gaussianTensor } from "./generate.ts";

const channels = 64;
const factors = gaussianTensor([channels], 5).data;
const offsets = gaussianTensor([channels], 6).data;
/** Channels of very different ranges, as a layer norm gives. */
const input = asDouble(
  inputsOf(
    [100, channels],
    1,
    (j) => Math.exp(0.8 * factors[j]!),
    (j) => offsets[j]!,
  ),
);
const { minimum, maximum } = channelRanges(input);
const scales = channelScales(minimum, maximum, { bounds: [0, 255], affine: true });
const { scale, zero, transform } = reparameterize(scales);
const moved = input.data.map(
  (x: number, at: number) => (x - transform.shift![at % channels]!) / transform.scale[at % channels]!,
) as Float64Array;

const code = (x: number, step: number, origin: number): number => roundHalfEven(x / step) + origin;
const noise = (values: Float64Array): number =>
  values.reduce((sum, value, at) => sum + (value - input.data[at]!) ** 2, 0);

describe("one scale for all channels", () => {
  it("gives every channel the codes that its own scale gives", () => {
    let compared = 0;
    for (let at = 0; at < moved.length; at++) {
      const channel = at % channels;
      const own = input.data[at]! / scales.scale[channel]!;
      // In the middle between two codes the two roundings may part; nowhere else.
      if (Math.abs(own - Math.floor(own) - 0.5) < 1e-9) continue;
      compared++;
      expect(code(moved[at]!, scale, zero)).toBe(
        code(input.data[at]!, scales.scale[channel]!, scales.zero[channel]!),
      );
    }
    expect(compared).toBeGreaterThan(0.99 * moved.length);
  });

  it("leaves the product as it is in the reals", () => {
    const weight = asDouble(gaussianTensor([32, channels], 2));
    const folded = { shape: weight.shape, data: scaledColumns(weight.data, transform) };
    const bias = { shape: [32], data: weightTimesShift(weight.data, transform.shift!) };
    const found = product({ shape: input.shape, data: moved }, folded, bias);
    expect(relativeDifference(product(input, weight), found)).toBeLessThanOrEqual(2e-14);
  });

  // A §2, A9: 8-bit layer norm outputs from 32.4 to 41.6 dB; another draw, so 70 % of the gap.
  it("is better than one scale without it by what the reference gains", () => {
    const step = (Math.max(...maximum) - Math.min(...minimum)) / 255;
    const origin = roundHalfEven(-Math.min(...minimum) / step);
    const clamp = (q: number): number => Math.min(Math.max(q, 0), 255);
    const plain = input.data.map(
      (x: number) => (clamp(code(x, step, origin)) - origin) * step,
    ) as Float64Array;
    const fine = moved.map((x, at) => {
      const value = (clamp(code(x, scale, zero)) - zero) * scale;
      return value * transform.scale[at % channels]! + transform.shift![at % channels]!;
    });
    expect(10 * Math.log10(noise(plain) / noise(fine))).toBeGreaterThan(0.7 * 9.2);
  });

  it("leaves channels alone that are always zero", () => {
    const some = channelScales(Float64Array.of(0, -1), Float64Array.of(0, 1), {
      bounds: [0, 255],
      affine: true,
    });
    const found = reparameterize(some).transform;
    expect([found.scale[0], found.shift![0]]).toEqual([1, 0]);
  });

  it("has no zero where the grid is symmetric", () => {
    const some = channelScales(Float64Array.of(-1, -4), Float64Array.of(2, 1), {
      bounds: [-127, 127],
      affine: false,
    });
    expect([...reparameterize(some).transform.scale]).toEqual([2 / 3, 4 / 3]);
    expect([...reparameterize(some).transform.shift!].every((z) => z === 0)).toBe(true);
  });
});
