import fc from "fast-check";
import { beforeAll, describe, expect, it, test } from "vitest";
import type { Op } from "../../../compiler/ir/module.ts";
import { absolutePercentile } from "../../../compiler/numeric/magnitude-histogram.ts";
import { linearSites } from "../../../dialects/lowp/linear-sites.ts";
import { HistogramCounter } from "../../../runtime/calibration/histogram.ts";
import { SecondMoment } from "../../../runtime/calibration/second-moment.ts";
import {
  type Collected,
  EVERYTHING,
  type SiteStatistics,
  StatisticsCollector,
} from "../../../runtime/calibration/statistics.ts";
import { codesOf, expectValue, temporaryFolder } from "../../compiler/import/files.ts";
import { calibrateSmall, open, text, writeSmallModel } from "./small-model.ts";

const folder = temporaryFolder();
beforeAll(() => writeSmallModel(folder));

/** The definitions, value by value in the order of the rows. */
function recompute(values: readonly number[], channels: number) {
  const count = values.length / channels;
  const column = (channel: number) => values.filter((_, i) => i % channels === channel);
  const each = (summary: (column: readonly number[]) => number) =>
    Float64Array.from({ length: channels }, (_, channel) => summary(column(channel)));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, value) => total + value, 0);
  return {
    count,
    channels,
    secondMoment: Float64Array.from({ length: channels * channels }, (_, i) => {
      const [left, right] = [column(Math.floor(i / channels)), column(i % channels)];
      return sum(left.map((value, row) => value * right[row]!)) / count;
    }),
    absoluteMaximum: each((numbers) => Math.max(...numbers.map(Math.abs))),
    absoluteMean: each((numbers) => sum(numbers.map(Math.abs)) / count),
    minimum: each((numbers) => Math.min(...numbers)),
    maximum: each((numbers) => Math.max(...numbers)),
    zeroShare: each((numbers) => numbers.filter((number) => number === 0).length / count),
  };
}

const withoutHistogram = ({ histogram: _, ...rest }: SiteStatistics) => rest;

describe("the statistics of a small model", () => {
  it.each(["dense.mlir", "dequantized.mlir", "hoisted.mlir"])(
    "equal those computed value by value in %s",
    async (file) => {
      const { calibration, values } = await calibrateSmall(folder, file, {
        window: 4,
        stride: 7,
        windows: 5,
      });
      const { statistics, source } = calibration;
      const [shared, down, head] = ["up", "down", "head"].map((symbol) => statistics.get(symbol)!);
      expect(withoutHistogram(shared!)).toEqual(recompute(values.get("e")!, 6));
      expect(withoutHistogram(down!)).toEqual(recompute(values.get("h")!, 5));
      expect(withoutHistogram(head!)).toEqual(recompute(values.get("y")!, 6));
      expect(statistics.get("gate")).toBe(shared);
      expect([...statistics.keys()].toSorted()).toEqual(["down", "gate", "head", "up"]);
      expect(source).toMatchObject({ window: 4, stride: 7, windows: 5, tokens: 20 });
    },
  );

  it("are the same for windows of another length, as this model has no context", async () => {
    const small = await calibrateSmall(folder, "dense.mlir", { window: 3, windows: 8 });
    const large = await calibrateSmall(folder, "dense.mlir", { window: 24, windows: 1 });
    expect(small.calibration.statistics).toEqual(large.calibration.statistics);
  });

  it("hold only what was asked for", async () => {
    const keys: Record<Collected, readonly string[]> = {
      secondMoment: ["secondMoment"],
      absoluteMaximum: ["absoluteMaximum"],
      absoluteMean: ["absoluteMean"],
      range: ["minimum", "maximum"],
      zeroShare: ["zeroShare"],
      histogram: ["histogram"],
      sample: ["sample"],
    };
    for (const wanted of [...EVERYTHING, "sample"] as const) {
      const { calibration } = await calibrateSmall(folder, "dense.mlir", { window: 4 }, ({ module }) => {
        const sites = linearSites(module);
        const siteOf = (op: Op) => {
          const site = sites.get(op.id);
          return site && { symbol: site.symbol, slot: site.inputSlot };
        };
        return new StatisticsCollector(siteOf, [wanted]);
      });
      expect(Object.keys(calibration.statistics.get("up")!)).toEqual(["count", "channels", ...keys[wanted]]);
    }
  });

  it("take the windows that the text holds", async () => {
    const { calibration } = await calibrateSmall(folder, "dense.mlir", { window: 20, windows: 99 });
    expect(calibration.source.windows).toBe(Math.floor(text.length / 20));
  });
});

describe("the sites of a module", () => {
  const sitesOf = (file: string) => [...linearSites(open(folder, file).module).values()];

  it.each(["dense.mlir", "dequantized.mlir", "hoisted.mlir"])("are those of its linear ops in %s", (file) => {
    const shared = { symbol: "up", aliases: ["gate"], inputSlot: "input" };
    expect(sitesOf(file)).toEqual([
      { ...shared, leads: true },
      { ...shared, leads: false },
      { symbol: "down", aliases: [], inputSlot: "input", leads: true },
      { symbol: "head", aliases: [], inputSlot: "input", leads: true },
    ]);
  });
});

describe("a collector refuses", () => {
  const collect = (...inputs: readonly { shape: number[]; data: Float32Array | Int32Array }[]) => {
    const collector = new StatisticsCollector(() => ({ symbol: "w", slot: "input" }));
    const op = { span: undefined } as Op;
    for (const input of inputs) collector.observe(op, { input });
    return collector.finish();
  };

  it.each([
    ["a value that is not finite", [{ shape: [1, 2], data: Float32Array.of(1, Number.NaN) }]],
    ["integers", [{ shape: [1, 2], data: Int32Array.of(1, 2) }]],
    [
      "another width",
      [
        { shape: [1, 2], data: Float32Array.of(1, 2) },
        { shape: [2, 1], data: Float32Array.of(1, 2) },
      ],
    ],
  ])("%s", (_, inputs) => {
    expect(codesOf(collect(...inputs))).toEqual(["calibration-input"]);
  });
});

test("a second moment is symmetric and has no negative eigenvalue, for any number of channels and rows", () => {
  const sizes = fc.record({
    channels: fc.integer({ min: 1, max: 13 }),
    rows: fc.integer({ min: 1, max: 140 }),
  });
  fc.assert(
    fc.property(sizes, fc.infiniteStream(fc.float({ min: -4, max: 4, noNaN: true })), (size, numbers) => {
      const { channels, rows } = size;
      const values = Float32Array.from({ length: channels * rows }, () => numbers.next().value);
      const moment = new SecondMoment(channels);
      moment.add(values);
      const mean = moment.mean(rows);
      expect(mean).toEqual(recompute([...values], channels).secondMoment);
      const entry = (row: number, column: number) => mean[row * channels + column]!;
      const probe = Array.from({ length: channels }, () => numbers.next().value);
      let form = 0;
      for (let row = 0; row < channels; row++)
        for (let column = 0; column < channels; column++) {
          expect(entry(row, column)).toBe(entry(column, row));
          form += probe[row]! * entry(row, column) * probe[column]!;
        }
      // Sums of at most 13² terms below 4⁴ are exact to about 1e-10.
      expect(form).toBeGreaterThanOrEqual(-1e-9);
    }),
    { numRuns: 60, seed: 1 },
  );
});

describe("a histogram", () => {
  const histogramOf = (...blocks: readonly (readonly number[])[]) => {
    const counter = new HistogramCounter();
    for (const block of blocks) counter.add(Float64Array.from(block));
    return counter.finish();
  };

  it("does not depend on the order of the values", () => {
    const values = [0, 1e-7, 0.3, -0.9, 1, -5, 127.9, 128, 0];
    const expected = histogramOf(values);
    expect(expected.range).toBe(256);
    expect(histogramOf(...values.map((value) => [value]))).toEqual(expected);
    expect(histogramOf(...values.toReversed().map((value) => [value]))).toEqual(expected);
  });

  it("gives percentiles at most one bin above the exact ones", () => {
    const values = Array.from({ length: 1000 }, (_, i) => (i % 2 ? 1 : -1) * (i + 1));
    const histogram = histogramOf(values);
    for (const fraction of [0.001, 0.5, 0.99, 0.999, 1]) {
      const excess = absolutePercentile(histogram, fraction) - Math.ceil(1000 * fraction);
      expect(excess).toBeGreaterThan(0);
      expect(excess).toBeLessThanOrEqual(histogram.range / 2048);
    }
  });

  it("holds zeros, and numbers at the ends of the range of doubles", () => {
    expect(absolutePercentile(histogramOf([0, -0]), 1)).toBe(0);
    const extremes = [0, Number.MIN_VALUE, Number.MAX_VALUE];
    for (const values of [extremes, extremes.slice(0, 2)])
      expect(histogramOf(values).counts.reduce((sum, count) => sum + count)).toBe(values.length);
  });
});

test("a vector is one row", () => {
  const collector = new StatisticsCollector(() => ({ symbol: "w", slot: "input" }));
  collector.observe({} as Op, { input: { shape: [2], data: Float32Array.of(3, -4) } });
  expect(expectValue(collector.finish()).get("w")).toMatchObject({ count: 1, channels: 2 });
});
