import { describe, expect, it } from "vitest";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { channelRanges, inputsOf, product, sqnr, through } from "../activation-data.ts";
import { gaussianTensor } from "../generate.ts";
import { moduleOf, run, transform } from "./transforming.ts";

const type = "!lowp.q<i8<-127:127>, block = [1, *], scale = f32>";

/** Two linear ops on one input of four channels. */
const program = `
lowp.param @up : tensor<2x4xf64> = dense<[[1.0, -2.0, 0.5, 3.0], [0.25, 3.0, 1.0, -1.0]]> : tensor<2x4xf64>
lowp.param @up_bias : tensor<2xf64> = dense<[1.0, -1.0]> : tensor<2xf64>
lowp.param @gate : tensor<1x4xf64> = dense<[[0.5, 1.5, -1.0, 2.0]]> : tensor<1x4xf64>
func.func @main(%x: tensor<?x4xf64>) -> (tensor<?x2xf64>, tensor<?x1xf64>) {
  %w = lowp.get(@up) : tensor<2x4xf64>
  %c = lowp.get(@up_bias) : tensor<2xf64>
  %p = nn.linear(%x, %w, %c) : tensor<?x2xf64>
  %v = lowp.get(@gate) : tensor<1x4xf64>
  %q = nn.linear(%x, %v) : tensor<?x1xf64>
  return %p, %q : tensor<?x2xf64>, tensor<?x1xf64>
}
`;
const largest = Float64Array.of(1, 8, 40, 5);
const input = { shape: [2, 4], data: Float64Array.of(0.3, -1.2, 2.5, 1, -0.7, 0.1, 0.9, 2) };

describe("splitting outlier channels off", () => {
  it("changes nothing in the reals, and tells the share that is left", async () => {
    const { result, remarks, store } = await transform(program, "split-outliers", {
      absoluteMaximum: largest,
    });
    if (!result.ok) throw new Error(result.diagnostics[0]?.message);
    const before = run(moduleOf(program), store, input);
    for (const [i, found] of run(result.value, store, input).entries())
      for (const [at, value] of found.entries()) expect(value).toBeCloseTo(before[i]![at]!, 12);
    expect(remarks).toEqual([
      "2 outlier channels at 1 inputs stay in floats; 50.00 % of the multiplications are left to quantize",
    ]);
  });

  it("splits inputs alike that meet one weight", async () => {
    const second = `
  %z = nn.relu(%x) : tensor<?x4xf64>
  %s = nn.linear(%z, %v) : tensor<?x1xf64>
  return %p, %s :`;
    const shared = program.replace("\n  return %p, %q :", second);
    const { result, store } = await transform(shared, "split-outliers", (site) => ({
      absoluteMaximum: site === "up" ? largest : Float64Array.of(7, 1, 1, 1),
    }));
    if (!result.ok) throw new Error(result.diagnostics[0]?.message);
    const before = run(moduleOf(shared), store, input);
    for (const [i, found] of run(result.value, store, input).entries())
      for (const [at, value] of found.entries()) expect(value).toBeCloseTo(before[i]![at]!, 12);
  });

  it.each([
    ["split-outliers{threshold=100.0}", "no input channel reaches 100, so there is nothing to split"],
    ["split-outliers{threshold=0.5}", "every channel of the input that meets @up reaches 0.5"],
    ['split-outliers{only=["up"]}', undefined],
    ['split-outliers{only=["down"]}', '"down" matches none of the 2 weights'],
  ])("answers %s", async (pipeline, message) => {
    const { result } = await transform(program, pipeline, { absoluteMaximum: largest });
    expect(result.ok ? undefined : result.diagnostics[0]?.message).toBe(message);
  });

  it("refuses a weight that is used elsewhere too", async () => {
    const shared = program.replace("return", "%r = nn.silu(%v) : tensor<1x4xf64>\n  return");
    const { result } = await transform(shared, "split-outliers", { absoluteMaximum: largest });
    expect(result.ok ? "" : result.diagnostics[0]?.message).toBe(
      "@gate is used by nn.silu too, which is not split",
    );
  });

  // A §2, A5: 48 outlier channels of 4096, 24.2 to 51.5 dB when they stay in floats.
  it("has the published effect on 8-bit products", async () => {
    const channels = 4096;
    const x = inputsOf([24, channels], 1, (channel) => (channel % 85 === 7 && channel < 4080 ? 30 : 1));
    const w = gaussianTensor([24, channels], 2);
    const reaches = channelRanges(x).absoluteMaximum.map((value) => (value >= 6 ? 1 : 0));
    const kept = [...reaches.keys()].filter((channel) => reaches[channel] === 0);
    expect(channels - kept.length).toBe(48);
    const wanted = product(x, w);
    const regular = product(through(columns(x, kept), type), through(columns(w, kept), type));
    const rest = [...reaches.keys()].filter((channel) => reaches[channel] === 1);
    const outliers = product(columns(x, rest), columns(w, rest));
    const sum = {
      shape: wanted.shape,
      data: regular.data.map((y: number, i: number) => y + outliers.data[i]!),
    };
    const plain = sqnr(wanted, product(through(x, type), through(w, type)));
    expect(sqnr(wanted, sum as FloatTensor) - plain).toBeGreaterThan(0.7 * (51.5 - 24.2));
  });
});

function columns({ shape: [rows = 0, width = 0], data }: FloatTensor, kept: readonly number[]): FloatTensor {
  const taken = Float32Array.from(
    { length: rows * kept.length },
    (_, at) => data[Math.floor(at / kept.length) * width + kept[at % kept.length]!]!,
  );
  return { shape: [rows, kept.length], data: taken };
}
