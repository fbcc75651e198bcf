import { describe, expect, it } from "vitest";
import { isMismatch } from "../../../compiler/define/op.ts";
import { DYNAMIC, tensorType } from "../../../compiler/ir/types.ts";
import { inputScales } from "../../../dialects/lowp/input-scales.ts";
import type { ScaleRule } from "../../../dialects/lowp/scale-rule.ts";
import { HistogramCounter } from "../../../runtime/calibration/histogram.ts";
import { channelRanges } from "./activation-data.ts";
import { gaussianTensor } from "./generate.ts";
import { right } from "./solvers/problems.ts";
import { lowpType } from "./text.ts";

/** 2,000 rows of four channels, one value of which lies far out. */
const { shape, data } = gaussianTensor([2000, 4], 3);
const far = data.with(4001, 50) as Float32Array;

function statisticsOf(values: Float32Array) {
  const counter = new HistogramCounter();
  counter.add(values);
  return { count: 2000, ...channelRanges({ shape, data: values }), histogram: counter.finish() };
}

const scalesOf = (type: string, rule: ScaleRule, values: Float32Array = far) =>
  inputScales(tensorType([DYNAMIC, 4], lowpType(type)), rule, statisticsOf(values));

describe("static scales", () => {
  const perTensor = "!lowp.q<i8<-127:127>, block = [*, *], scale = f32>";

  it("reach the largest magnitude by absmax", () => {
    expect(right(scalesOf(perTensor, { kind: "absmax" })).scale).toEqual({
      shape: [1, 1],
      data: Float32Array.of(50 / 127),
    });
  });

  it("reach the largest value of a table that the type fixes", () => {
    const table = "!lowp.q<!lowp.table<4, 1, nf>, block = [*, *], scale = f32>";
    expect([...right(scalesOf(table, { kind: "absmax" })).scale.data]).toEqual([50]);
  });

  it("are one per block of channels where the type has blocks", () => {
    const { absoluteMaximum } = statisticsOf(far);
    const perChannel = right(
      scalesOf("!lowp.q<i8<-127:127>, block = [*, 1], scale = f32>", { kind: "absmax" }),
    );
    expect([...perChannel.scale.data]).toEqual([...absoluteMaximum].map((x) => Math.fround(x / 127)));
    const pairs = right(scalesOf("!lowp.q<i8<-127:127>, block = [*, 2], scale = f32>", { kind: "absmax" }));
    expect(pairs.scale.data[0]).toBe(Math.fround(50 / 127));
    expect(pairs.scale.data).toHaveLength(2);
  });

  it("leave out what a percentile leaves out", () => {
    const { scale } = right(scalesOf(perTensor, { kind: "percentile", fraction: 0.999 }));
    const sorted = far.map(Math.abs).toSorted();
    const bound = sorted[Math.ceil(0.999 * sorted.length) - 1]!;
    expect(scale.data[0]! * 127).toBeGreaterThanOrEqual(bound);
    expect(scale.data[0]! * 127).toBeLessThanOrEqual(bound + 64 / 2048 + 1e-5);
  });

  it("clip by mse at less error than absmax and any other bound of the search", () => {
    const type = "!lowp.q<i4<-7:7>, block = [*, *], scale = f32>";
    const errorAt = (step: number): number =>
      far.reduce((sum, x) => {
        const code = Math.min(Math.max(Math.round(x / step), -7), 7);
        return sum + (x - code * step) ** 2;
      }, 0);
    const found = errorAt(right(scalesOf(type, { kind: "mse" })).scale.data[0]!);
    const others = Array.from({ length: 50 }, (_, i) => errorAt(((1 - 0.02 * i) * 50) / 7));
    // Bins are 1/64 of the codes' span wide: their middles err by less than 1 % of the error.
    expect(found).toBeLessThanOrEqual(Math.min(...others) * 1.01);
    expect(found).toBeLessThan(errorAt(50 / 7));
  });

  it("come with zeros where the type has them", () => {
    const lifted = far.map((x) => Math.abs(x) + 1);
    const { scale, zero } = right(
      scalesOf("!lowp.q<ui8, block = [*, *], scale = f32, zero = ui8>", { kind: "absmax" }, lifted),
    );
    expect(zero?.data).toEqual(Int32Array.of(0));
    expect(scale.data[0]).toBe(Math.fround(51 / 255));
  });

  it.each([
    ["!lowp.q<i8, block = [1, *], scale = f32>", { kind: "absmax" }, "static-block"],
    ["!lowp.q<i8, block = [*, *], scale = f32, shift = f32>", { kind: "absmax" }, "static-type"],
    ["!lowp.q<i8, block = [*, 1], scale = f32>", { kind: "mse" }, "static-rule"],
    ["!lowp.q<ui8, block = [*, *], scale = f32, zero = ui8>", { kind: "mse" }, "static-rule"],
    ["!lowp.q<!lowp.table<4, 1, bitmod>, block = [*, *], scale = f32>", { kind: "absmax" }, "static-type"],
    ["!lowp.q<!lowp.table<4, 1, f16>, block = [*, *], scale = f32>", { kind: "absmax" }, "static-type"],
    ["!lowp.q<!lowp.table<4, 1, nf>, block = [*, *], scale = f32>", { kind: "mse" }, "static-rule"],
    ["!lowp.q<!lowp.table<8, 2, olive>, block = [*, *], scale = f32>", { kind: "mse" }, "static-rule"],
  ] as const)("are refused for %s", (type, rule, code) => {
    const found = scalesOf(type, rule);
    expect(isMismatch(found) && found.code).toBe(code);
  });
});
