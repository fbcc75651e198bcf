import { describe, expect, it } from "vitest";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { scaledColumns, weightTimesShift } from "../../../dialects/lowp/channel-transform.ts";
import { centringShift, migrationScales, transformRows } from "../../../dialects/lowp/outlier-migration.ts";
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
import { right } from "./solvers/problems.ts";
import { lowpType } from "./text.ts";

const channels = 128;
const rows = 96;
/** Six channels stand off by 20 to 60 to either side, and vary more than the others. */
const offsets = new Map([3, 21, 50, 77, 99, 120].map((channel, i) => [channel, (20 + 8 * i) * (-1) ** i]));
const input = inputsOf(
  [rows, channels],
  1,
  (channel) => (offsets.has(channel) ? 8 : 1),
  (channel) => offsets.get(channel) ?? 0,
);
const weight = gaussianTensor([48, channels], 2);
const { minimum, maximum, absoluteMaximum } = channelRanges(input);
const zero = new Float64Array(channels);
const one = new Float64Array(channels).fill(1);
const centres = centringShift(minimum, maximum);
const weightType = "!lowp.q<i8<-127:127>, block = [1, *], scale = f32>";

/** The output error when x becomes (x − z) / s on a grid of this many bits. */
function quality(bits: number, shift: Float64Array, scale: Float64Array): number {
  const transform = { scale, shift };
  const x: FloatTensor = { shape: input.shape, data: transformRows(input.data, transform) };
  const w: FloatTensor = {
    shape: weight.shape,
    data: Float32Array.from(scaledColumns(weight.data, transform)),
  };
  const bias = { shape: [48], data: weightTimesShift(weight.data, shift) };
  const inputType = `!lowp.q<ui${bits}, block = [*, *], scale = f32, zero = ui${bits}>`;
  return sqnr(product(input, weight), product(through(x, inputType), through(w, weightType), bias));
}

const search = (bits: number): Float64Array =>
  right(
    migrationScales({
      sample: { shape: [32, channels], data: input.data.slice(0, 32 * channels) },
      minimum,
      maximum,
      shift: centres,
      weights: [weight],
      inputType: lowpType(`!lowp.q<ui${bits}, block = [*, *], scale = f32, zero = ui${bits}>`),
      weightType: lowpType(weightType),
    }),
  );

describe("outlier suppression", () => {
  // A §2, A4: A8 plain 34.8, shift 39.2, shift and scale 47.2, SmoothQuant 41.9 dB; A6 22.9, 27.0, 35.0.
  it.each([
    [8, 4.4, 8],
    [6, 4.1, 8],
  ])("gains by the shift and again by the scale, at %i bits", (bits, shiftGain, scaleGain) => {
    const plain = quality(bits, zero, one);
    const shifted = quality(bits, centres, one);
    const both = quality(bits, centres, search(bits));
    expect(shifted - plain).toBeGreaterThan(0.7 * shiftGain);
    expect(both - shifted).toBeGreaterThan(0.7 * scaleGain);
    expect(both).toBeGreaterThan(quality(bits, zero, smoothingScales(absoluteMaximum, [weight.data], 0.5)));
  });

  it("leaves the product as it is in the reals", () => {
    const transform = { scale: search(8), shift: centres };
    const [x, w] = [asDouble(input), asDouble(weight)];
    const moved = {
      shape: x.shape,
      data: Float64Array.from(
        x.data,
        (v, at) => (v - centres[at % channels]!) / transform.scale[at % channels]!,
      ),
    };
    const folded = { shape: w.shape, data: scaledColumns(w.data, transform) };
    const bias = { shape: [48], data: weightTimesShift(w.data, centres) };
    expect(relativeDifference(product(x, w), product(moved, folded, bias))).toBeLessThanOrEqual(1e-13);
  });

  it("leaves inputs within 1 as they are", () => {
    const small = { shape: [2, 2], data: Float32Array.of(0.5, -1, 0.25, 1) };
    const scale = migrationScales({
      sample: small,
      ...channelRanges(small),
      shift: new Float64Array(2),
      weights: [{ shape: [1, 2], data: Float32Array.of(1, 1) }],
      inputType: lowpType("!lowp.q<i8, block = [*, *], scale = f32>"),
      weightType: undefined,
    });
    expect(scale).toEqual(Float64Array.of(1, 1));
  });
});
