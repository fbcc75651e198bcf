import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it, test } from "vitest";
import { type TensorToWrite, writeSafetensors } from "../../../compiler/export/safetensors/write.ts";
import { openSafetensors } from "../../../compiler/import/safetensors/read.ts";
import type { Calibration } from "../../../runtime/calibration/calibrate.ts";
import { loadCalibration, saveCalibration, statisticsFor } from "../../../runtime/calibration/store.ts";
import { codesOf, expectValue, problemsOf, temporaryFolder } from "../../compiler/import/files.ts";
import { calibrateSmall, writeSmallModel } from "./small-model.ts";

const folder = temporaryFolder();
const path = join(folder, "stats.safetensors");
let calibration: Calibration;

beforeAll(async () => {
  await writeSmallModel(folder);
  ({ calibration } = await calibrateSmall(folder, "dequantized.mlir", { window: 4, stride: 9 }));
  expectValue(saveCalibration(path, calibration));
});

test("loading gives back what was saved, shared statistics as one object", () => {
  const loaded = expectValue(loadCalibration(path));
  expect(loaded).toEqual(calibration);
  expect(loaded.statistics.get("gate")).toBe(loaded.statistics.get("up"));
});

test("saving what was loaded gives the same bytes", () => {
  const again = join(folder, "again.safetensors");
  expectValue(saveCalibration(again, expectValue(loadCalibration(path))));
  expect(readFileSync(again).equals(readFileSync(path))).toBe(true);
});

describe("the statistics of a weight", () => {
  it("are found under each name", () => {
    expect(expectValue(statisticsFor(calibration, "gate", 6))).toBe(calibration.statistics.get("up"));
  });

  it("of another name are missing", () => {
    const [problem] = problemsOf(statisticsFor(calibration, "gat", 6));
    expect(problem).toMatchObject({ code: "calibration-missing", hint: "did you mean gate?" });
  });

  it("of another width do not fit", () => {
    const [problem] = problemsOf(statisticsFor(calibration, "down", 6));
    expect(problem).toMatchObject({
      code: "calibration-shape",
      message: "@down has 6 inputs, but the calibration saw 5",
    });
  });
});

describe("loading refuses", () => {
  interface Change {
    readonly metadata?: Readonly<Record<string, string>>;
    readonly tensor?: TensorToWrite;
  }
  /** The saved file with some metadata and one tensor replaced or added. */
  function changed({ metadata = {}, tensor }: Change): string {
    const file = expectValue(openSafetensors(path));
    const kept = [...file.tensors.values()].filter(({ name }) => name !== tensor?.name);
    const copied = kept.map(({ name, dtype, shape }) => ({
      name,
      dtype,
      shape,
      bytes: () => file.read(name),
    }));
    const output = join(folder, "changed.safetensors");
    expectValue(
      writeSafetensors(output, [...copied, ...(tensor ? [tensor] : [])], { ...file.metadata, ...metadata }),
    );
    file.close();
    return output;
  }
  const numbers = (name: string, shape: readonly number[], value = 1): TensorToWrite => {
    const length = shape.reduce((product, size) => product * size, 1);
    return {
      name,
      dtype: "F64",
      shape,
      bytes: () => new Uint8Array(new Float64Array(length).fill(value).buffer),
    };
  };
  const single: TensorToWrite = {
    name: "up/minimum",
    dtype: "F32",
    shape: [6],
    bytes: () => new Uint8Array(24),
  };

  it.each<[string, Change, string]>([
    ["another format", { metadata: { format: "pt" } }, "calibration-format"],
    ["a text without a hash", { metadata: { text: "Genesis" } }, "calibration-format"],
    ["examples without a hash", { metadata: { inputs: "Genesis" } }, "calibration-format"],
    ["no count of examples", { metadata: { inputs: "0".repeat(64) } }, "calibration-format"],
    ["a window of no size", { metadata: { window: "-1" } }, "calibration-format"],
    ["aliases that are no JSON", { metadata: { aliases: "{" } }, "calibration-format"],
    ["aliases that are no object", { metadata: { aliases: "[1]" } }, "calibration-format"],
    ["an alias of nothing", { metadata: { aliases: '{"a": "b"}' } }, "calibration-format"],
    ["an unknown part", { tensor: numbers("up/kurtosis", [6]) }, "calibration-format"],
    ["a tensor of no symbol", { tensor: numbers("minimum", [6]) }, "calibration-format"],
    ["numbers that are not finite", { tensor: numbers("up/minimum", [6], Number.NaN) }, "calibration-format"],
    ["half a row", { tensor: numbers("up/extent", [2], 0.5) }, "calibration-format"],
    ["another width", { tensor: numbers("up/minimum", [5]) }, "calibration-shape"],
    ["a moment that is not square", { tensor: numbers("up/second_moment", [6, 5]) }, "calibration-shape"],
    ["another number of bins", { tensor: numbers("up/histogram", [2047]) }, "calibration-shape"],
    ["single precision", { tensor: single }, "calibration-shape"],
  ])("%s", (_, change, code) => {
    expect(codesOf(loadCalibration(changed(change)))).toEqual([code]);
  });

  it("a file that is not there", () => {
    expect(codesOf(loadCalibration(join(folder, "absent")))).toEqual(["file-not-found"]);
  });
});
