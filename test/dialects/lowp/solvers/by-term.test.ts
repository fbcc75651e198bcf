import { describe, expect, it } from "vitest";
import type { CompositeValue } from "../../../../compiler/define/kernel.ts";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import { packValue, unpackValue } from "../../../../dialects/lowp/pack.ts";
import { store } from "../../../../dialects/lowp/quantize.ts";
import { restOf } from "../../../../dialects/lowp/quantize-terms.ts";
import { sliceAxis } from "../../../../dialects/lowp/regions.ts";
import { solveWeight } from "../../../../dialects/lowp/solvers/driver.ts";
import { gptq } from "../../../../dialects/lowp/solvers/gptq.ts";
import { mseClip } from "../../../../dialects/lowp/solvers/mse-clip.ts";
import { componentOf, integersOf } from "../../../../dialects/lowp/values.ts";
import { gaussianTensor } from "../generate.ts";
import { lowpType } from "../text.ts";
import { correlatedMoment, gptqDefaults as options, problemOf, right, solve } from "./problems.ts";

const i3 = "!lowp.q<i3, block = [1, 16], scale = f16>";
const i8 = "!lowp.q<i8, block = [1, *], scale = f32>";
const weight = gaussianTensor([8, 32], 1);
const moment = correlatedMoment(32, 2);

describe("a solver of single terms", () => {
  it("fills the first term of a sum; later ones hold what it leaves", () => {
    const text = `!lowp.sum<${i3}, !lowp.lowrank<2, f16, f16>, !lowp.lowrank<1, f32, f32>>`;
    const { value, report } = solve(gptq, problemOf(weight, text, moment));
    const first = right(gptq.solve(problemOf(weight, i3, moment), options)).value;
    expect(componentOf(value, "0")).toEqual(first);
    const rest = right(restOf(weight, first));
    const second = right(store(rest, lowpType("!lowp.lowrank<2, f16, f16>")));
    expect(componentOf(value, "1")).toEqual(second);
    const third = right(store(right(restOf(rest, second)), lowpType("!lowp.lowrank<1, f32, f32>")));
    expect(componentOf(value, "2")).toEqual(third);
    expect(report).toMatchObject({ solver: "gptq", objective: "output" });
    expect(report.loss).toBeLessThan(report.baseline);
  });

  it("fills the parts of a split along the inputs, each with its own statistics", () => {
    const text = `!lowp.split<1, [(8 : f16), (24 : !lowp.q<i3, block = [1, 8], scale = f16>)], permuted = true>`;
    const loud = { ...weight, data: weight.data.map((x, at) => (at % 4 === 1 ? 30 * x : x)) };
    const { value, report } = solve(gptq, problemOf(loud, text, moment));
    const perm = integersOf(value, "perm").data;
    expect([...perm.slice(0, 8)]).toEqual([1, 5, 9, 13, 17, 21, 25, 29]);
    const others = perm.slice(8);
    const part = {
      shape: [8, 24],
      data: Float32Array.from(
        { length: 192 },
        (_, at) => loud.data[Math.floor(at / 24) * 32 + others[at % 24]!]!,
      ),
    };
    const own = Float64Array.from(
      { length: 24 * 24 },
      (_, at) => moment[others[Math.floor(at / 24)]! * 32 + others[at % 24]!]!,
    );
    const alone = gptq.solve(problemOf(part, "!lowp.q<i3, block = [1, 8], scale = f16>", own), options);
    expect(componentOf(value, "1")).toEqual(right(alone).value);
    expect(report.loss).toBeLessThan(report.baseline);
    const packed = packValue(value);
    expect(unpackValue(value.type as never, [8, 32], (path) => packed.get(path)!)).toEqual(value);
  });

  it("fills the parts of a split along the outputs with the statistics of all inputs", () => {
    const { value } = solve(gptq, problemOf(weight, `!lowp.split<0, [(2 : ${i8}), (6 : ${i3})]>`, moment));
    const rows = gptq.solve(problemOf(sliceAxis(weight, 0, 2, 6), i3, moment), options);
    expect(componentOf(value, "1")).toEqual(right(rows).value);
  });

  it("is not worse than round to nearest on the whole, without statistics too", () => {
    const { report } = solve(mseClip, problemOf(weight, `!lowp.sum<${i3}, ${i3}>`));
    expect(report).toMatchObject({ solver: "mse-clip", objective: "weight" });
    expect(report.loss).toBeLessThanOrEqual(report.baseline);
  });

  it("refuses a sparse term, for which it cannot choose", () => {
    const refused = solveWeight(
      gptq,
      problemOf(weight, `!lowp.sum<${i3}, !lowp.sparse<csr, f16>>`, moment),
      options,
    );
    expect(refused).toMatchObject({ code: "sparse-budget" });
    expect((refused as { readonly hint: string }).hint).toContain("dense-and-sparse");
  });

  it("refuses a first term it does not know", () => {
    const refused = solveWeight(
      mseClip,
      problemOf(weight, `!lowp.sum<!lowp.lowrank<1, f16, f16>, ${i3}>`),
      {},
    );
    expect(refused).toMatchObject({ code: "not-supported-here" });
  });
});

it("dequantizes to the sum of the terms", () => {
  const { value } = solve(mseClip, problemOf(weight, `!lowp.sum<${i3}, ${i8}>`));
  const [one, other] = ["0", "1"].map((name) =>
    right(dequantize(componentOf(value, name) as CompositeValue, "f64")),
  );
  const whole = right(dequantize(value, "f64"));
  expect([...whole.data]).toEqual([...one!.data].map((x, at) => x + other!.data[at]!));
});
