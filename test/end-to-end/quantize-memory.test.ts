import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { costOf } from "../../bench/peak-memory.ts";
import { type SyntheticModel, writeSyntheticModel } from "../../bench/synthetic-model.ts";
import { temporaryFolder } from "../compiler/import/files.ts";
import { repository } from "./narrow.ts";

const folder = temporaryFolder();
const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const command = ["--import", loader, join(repository, "compiler/cli/main.ts")];
const type = "!lowp.q<i4, block = [1, 32], scale = f16>";

/** The most memory that quantizing such a model takes, from source. */
function peakOf(model: SyntheticModel, ...options: readonly string[]): number {
  writeSyntheticModel(folder, model);
  const args = ["quantize", "model.mlir", "--type", type, ...options, "-o", "quantized.mlir"];
  const { bytes } = costOf(folder, command, args);
  const weights = model.count * model.rows * model.columns;
  // 4 bits a weight, 16 a scale, and the header.
  expect(statSync(join(folder, "quantized.safetensors")).size).toBeGreaterThan(weights / 2 + weights / 16);
  expect(readFileSync(join(folder, "quantized.mlir"), "utf8")).toContain("w0.codes");
  return bytes;
}

test("quantizing 128 MB in weights of 4 MB holds a few of them at a time", { timeout: 600_000 }, () => {
  const weight = { rows: 1024, columns: 1024 };
  // Four weights, so that both runs have as much garbage around as the collector usually lets be.
  const base = peakOf({ ...weight, count: 4 }, "--workers", "1");
  const all = peakOf({ ...weight, count: 32 }, "--workers", "1");
  // The weights alone are 112 MB more, and what a solver makes of them is several times that; on a busy machine the
  // collector has let 48 MB more be.
  expect(all - base).toBeLessThan(80 * 2 ** 20);
});

test.runIf(process.env.NARROW_LONG)(
  "quantizing 2 GB in weights of 64 MB takes less than 1 GB beside one of them",
  { timeout: 3_600_000 },
  () => {
    const peak = peakOf({ count: 32, rows: 4096, columns: 4096 });
    expect(peak).toBeLessThan(2 ** 30 + 64 * 2 ** 20);
  },
);
