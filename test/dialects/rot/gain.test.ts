import { expect, test } from "vitest";
import { isMismatch } from "../../../compiler/define/op.ts";
import type { DialectType } from "../../../compiler/ir/types.ts";
import { seededRandom } from "../../../compiler/numeric/random.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { linear } from "../../../dialects/nn/reference/linear.ts";
import { applyAlong } from "../../../dialects/rot/transforms/apply-along.ts";
import { hadamard } from "../../../dialects/rot/transforms/hadamard.ts";
import { drawTensor } from "../lowp/generate.ts";
import { lowpType } from "../lowp/text.ts";

const [tokens, channels, outputs] = [128, 1024, 128];

const rounded = (tensor: FloatTensor, type: DialectType): FloatTensor => {
  const value = quantize(tensor, type);
  const back = isMismatch(value) ? value : dequantize(value, "f32");
  if (isMismatch(back)) throw new Error(back.message);
  return back;
};

/** Signal over noise in dB of a linear op whose input and weight are rounded, as they are or rotated before. */
function decibels(input: FloatTensor, weight: FloatTensor, type: DialectType, isRotated: boolean): number {
  const rotate = (tensor: FloatTensor) =>
    isRotated ? applyAlong(tensor, 1, hadamard(channels), "forward") : tensor;
  const exact = linear(input, weight, undefined);
  const [x, w] = [input, weight].map((tensor) => rounded(rotate(tensor), type));
  const found = linear(x!, w!, undefined);
  let [noise, signal] = [0, 0];
  for (const [at, value] of exact.data.entries()) {
    noise += (value - found.data[at]!) ** 2;
    signal += value ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

const scaledChannels = (tensor: FloatTensor, factorOf: (channel: number) => number): FloatTensor => {
  const factors = Array.from({ length: channels }, (_, channel) => factorOf(channel));
  return { shape: tensor.shape, data: tensor.data.map((value, at) => value * factors[at % channels]!) };
};

const weight = drawTensor("G", [outputs, channels], 2);
const gaussians = drawTensor("G", [tokens, channels], 1);
const perChannel = drawTensor("G", [1, channels], 3).data;
const random = seededRandom(4);
const loud = new Set(Array.from({ length: 8 }, () => Math.floor(random() * channels)));
const data = {
  G: gaussians,
  T3: drawTensor("T3", [tokens, channels], 1),
  LOGN: scaledChannels(gaussians, (channel) => Math.exp(perChannel[channel]!)),
  OUT8: scaledChannels(gaussians, (channel) => (loud.has(channel) ? 30 + 30 * random() : 1)),
};
const w4a4 = lowpType("!lowp.q<i4<-7:7>, block = [1, *], scale = f32>");
const w8a8 = lowpType("!lowp.q<i8<-127:127>, block = [1, *], scale = f32>");
const nvfp4 = lowpType(
  "!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>",
);
const mxfp4 = lowpType("!lowp.q<f4E2M1FN, block = [1, 32], scale = f8E8M0FNU>");

/**
 * Figures of an independent program at [512, 1024] by [512, 1024], in dB as it is and rotated. Other draws of the tails
 * of T3 and of the loud channels move them by some tenths.
 */
test.each([
  ["G", "4-bit integers", w4a4, 13.89, 13.88, 0.15],
  ["T3", "4-bit integers", w4a4, 7.5, 14.04, 0.4],
  ["OUT8", "4-bit integers", w4a4, 10.95, 14.83, 0.5],
  ["OUT8", "8-bit integers", w8a8, 26.3, 40.2, 0.6],
  ["T3", "MXFP4", mxfp4, 14.9, 15.8, 0.3],
  ["T3", "NVFP4", nvfp4, 17.7, 17.4, 0.3],
] as const)(
  "%s in %s is as loud over its noise as it should be",
  (name, _, type, plain, rotated, tolerance) => {
    expect(Math.abs(decibels(data[name], weight, type, false) - plain)).toBeLessThan(tolerance);
    expect(Math.abs(decibels(data[name], weight, type, true) - rotated)).toBeLessThan(tolerance);
  },
);

test("a rotation gains at least 6 dB where few numbers are large, and nothing where scales are fine already", () => {
  const gain = (name: keyof typeof data, type: DialectType) =>
    decibels(data[name], weight, type, true) - decibels(data[name], weight, type, false);
  expect(gain("T3", w4a4)).toBeGreaterThan(6);
  expect(gain("LOGN", w4a4)).toBeGreaterThan(5);
  expect(gain("T3", nvfp4)).toBeLessThan(0);
  expect(gain("OUT8", nvfp4)).toBeLessThan(0);
});
