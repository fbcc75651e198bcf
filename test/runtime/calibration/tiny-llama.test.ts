import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Calibration } from "../../../runtime/calibration/calibrate.ts";
import { loadCalibration } from "../../../runtime/calibration/store.ts";
import { expectValue, temporaryFolder } from "../../compiler/import/files.ts";
import { hasModel, importModel, models, narrow } from "../../end-to-end/narrow.ts";

/** The reference saw 32 windows; by default only some are run, whose largest values bound nothing from below. */
const isLong = process.env.NARROW_LONG === "1";
const WINDOWS = isLong ? 32 : 4;
/** Both programs compute in f32, with other orders of summation: the largest difference found is 1.2e-6. */
const TOLERANCE = 1e-5;

const name = "shippable/tiny-llama";
const folder = temporaryFolder();

/** Which weight's input each row of activation_stats_llama.json is about. */
const weights: Readonly<Record<string, string>> = {
  a: "self_attn.q_proj",
  o: "self_attn.o_proj",
  m: "mlp.up_proj",
  d: "mlp.down_proj",
};
function symbolOf(row: string): string {
  const [, layer, place = ""] = /^model\.(layers\.\d+)\.(\w)$/.exec(row) ?? [];
  return layer === undefined ? "lm_head" : `${layer}.${weights[place]}`;
}

interface Row {
  readonly absmax: number;
  readonly median_channel_absmax: number;
}

/** As numpy: the mean of the middle two. */
function medianOf(values: Float64Array): number {
  const sorted = values.toSorted();
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

describe.skipIf(!hasModel(name))("tiny-llama's activations", () => {
  const reference = () => {
    const text = readFileSync(join(models, "shippable/activation_stats_llama.json"), "utf8");
    return Object.entries(JSON.parse(text) as Readonly<Record<string, Row>>);
  };
  let calibration: Calibration;

  beforeAll(async () => {
    const output = join(folder, "stats.safetensors");
    const text = join(models, name, "calib_text.txt");
    const windows = ["--window", "256", "--stride", "2048", "--windows", String(WINDOWS)];
    await narrow("calibrate", await importModel(name, folder), "--text", text, ...windows, "-o", output);
    calibration = expectValue(loadCalibration(output));
  }, 300_000);

  it("were seen once for each token and weight", () => {
    expect(calibration.source).toMatchObject({ tokens: 256 * WINDOWS });
    expect(calibration.statistics.size).toBe(29);
    for (const { count } of calibration.statistics.values()) expect(count).toBe(256 * WINDOWS);
  });

  it(
    isLong ? "are as large as the reference's" : "are in part of the text no larger than in all of it",
    () => {
      for (const [row, { absmax, median_channel_absmax: median }] of reference()) {
        const { absoluteMaximum } = calibration.statistics.get(symbolOf(row))!;
        const found = { absmax: Math.max(...absoluteMaximum!), median: medianOf(absoluteMaximum!) };
        for (const [key, wanted] of Object.entries({ absmax, median })) {
          const ratio = found[key === "absmax" ? "absmax" : "median"] / wanted;
          expect(ratio, `${row} ${key}`).toBeLessThan(1 + TOLERANCE);
          expect(ratio, `${row} ${key}`).toBeGreaterThan(isLong ? 1 - TOLERANCE : 0.5);
        }
      }
    },
  );

  it("have second moments whose diagonal is below the squared maximum", () => {
    for (const { channels, secondMoment, absoluteMaximum, absoluteMean } of calibration.statistics.values())
      for (let channel = 0; channel < channels; channel++) {
        const square = secondMoment![channel * channels + channel]!;
        expect(square).toBeLessThanOrEqual(absoluteMaximum![channel]! ** 2);
        // Jensen: the mean square is at least the square of the mean; equal only up to rounding.
        expect(square).toBeGreaterThanOrEqual(absoluteMean![channel]! ** 2 * (1 - 1e-12));
      }
  });
});
