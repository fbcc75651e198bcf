import { describe, expect, it } from "vitest";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { scaledColumns } from "../../../dialects/lowp/channel-transform.ts";
import { transformRows } from "../../../dialects/lowp/outlier-migration.ts";
import { exponentOffsets } from "../../../dialects/lowp/preshift.ts";
import { channelRanges, inputsOf, product, sqnr, through } from "./activation-data.ts";
import { gaussianTensor } from "./generate.ts";

const bits = { exponentBits: 2, mantissaBits: 1 };
const channels = 1024;
const logFactors = gaussianTensor([channels], 7).data;
const weight = gaussianTensor([64, channels], 2);

/** Output errors of E2M1, inputs per tensor and weights per row, before and after the shift of exponents. */
function quality(factor: (channel: number) => number): { readonly before: number; readonly after: number } {
  const input = inputsOf([128, channels], 1, factor);
  const offsets = exponentOffsets(channelRanges(input).absoluteMaximum, bits);
  const scale = Float64Array.from(offsets, (offset) => 2 ** -offset);
  const x = { shape: input.shape, data: transformRows(input.data, { scale }) };
  const w = { shape: weight.shape, data: Float32Array.from(scaledColumns(weight.data, { scale })) };
  const wanted = product(input, weight);
  expect(product(x, w).data).toEqual(wanted.data);
  const rounded = (rows: FloatTensor, matrix: FloatTensor) =>
    product(
      through(rows, "!lowp.q<f4E2M1FN, block = [*, *], scale = f32>"),
      through(matrix, "!lowp.q<f4E2M1FN, block = [1, *], scale = f32>"),
    );
  return { before: sqnr(wanted, rounded(input, weight)), after: sqnr(wanted, rounded(x, w)) };
}

describe("shifting exponents before", () => {
  // A §2, A15: 4.0 to 9.9 dB and 10.8 to 12.4 dB on other draws, so 70 % of the gaps. `quality` checks the fold bit by bit.
  it.each([
    ["log-normal channels", (j: number) => Math.exp(logFactors[j]!), 5.9],
    ["few outlier channels", (j: number) => (j % 128 === 9 ? 30 + (j >> 5) : 1), 1.6],
  ])("gains on %s what the reference does", (_, factor, gain) => {
    const { before, after } = quality(factor);
    expect(after - before).toBeGreaterThan(0.7 * gain);
  });

  it("counts powers of two below the largest channel, at most 2^E − 1", () => {
    expect([...exponentOffsets([8, 4, 2, 1, 2 ** -9, 0], bits)]).toEqual([0, 1, 2, 3, 3, 0]);
    expect([...exponentOffsets([0, 0], bits)]).toEqual([0, 0]);
  });
});
