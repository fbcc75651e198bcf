import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "vitest";
import { temporaryFolder } from "../compiler/import/files.ts";
import { hasModel, importModel, isAll, isLong, models, narrow, readIntegers } from "./narrow.ts";
import { expectNear, lossInTable, lossOf } from "./references.ts";

/** Every row is a run of a model over 16,384 tokens; a long run takes one of each kind, of the shipped model. */
const long = new Set(["w8a8-token", "w8a8-static", "smoothquant-w8a8-tensor", "nvfp4-w4a4"]);

/**
 * Inputs of 8 bits round alike in both programs but for few; in 4 bits a rounding error of f32 sums tips many codes
 * over, and they tip others, so that two right programs differ by up to 2e-3.
 */
const EIGHT_BITS = 5e-4;
const FOUR_BITS = 2e-3;

/** The row of BASELINES.md that each recipe reproduces. */
const rows: readonly (readonly [recipe: string, row: string, tolerance: number])[] = [
  ["w8a8-token", "W8row A8 per-token", EIGHT_BITS],
  ["w8a8-tensor", "W8row A8 per-tensor dynamic", EIGHT_BITS],
  ["w8a8-static", "W8row A8 per-tensor static", EIGHT_BITS],
  ["smoothquant-w8a8-token", "SmoothQuant0.5 W8row A8 per-token", EIGHT_BITS],
  ["smoothquant-w8a8-tensor", "SmoothQuant0.5 W8row A8 per-tensor dynamic", EIGHT_BITS],
  ["smoothquant-w8a8-static", "SmoothQuant0.5 W8row A8 per-tensor static", EIGHT_BITS],
  ["w4g32a8-token", "W4g32 A8 per-token", EIGHT_BITS],
  ["w4a8-token", "W4row A8 per-token", EIGHT_BITS],
  ["w4a4-token", "W4row A4 per-token", FOUR_BITS],
  ["w4g32a4-token", "W4g32 A4 per-token", FOUR_BITS],
  ["a4-token", "f32 weights A4 per-token", FOUR_BITS],
  ["mxfp4-w4a4", "MXFP4 W+A", FOUR_BITS],
  ["nvfp4-w4a4", "NVFP4 W+A", FOUR_BITS],
];

const folder = temporaryFolder();

interface Case {
  readonly name: string;
  /** The text scored, beside the models. */
  readonly text: string;
  readonly table: string;
  /** Column of the loss in the table. */
  readonly column: number;
  /** Options that make the calibration data those of the reference. */
  calibration(): readonly string[];
}

/** 64 windows of 128 tokens, which are bytes. */
function calibrationTokens(): readonly string[] {
  const path = join(folder, "calibration.txt");
  writeFileSync(path, Uint8Array.from(readIntegers(join(models, "tiny-llama/calib_tokens.bin"))));
  return ["--calibration", path, "--calibration-window", "128", "--calibration-windows", "64"];
}

const small = { text: "tiny-llama/val_text.txt", table: "BASELINES.md", calibration: calibrationTokens };
const cases: readonly Case[] = [
  {
    name: "shippable/tiny-llama",
    text: "shippable/tiny-llama/eval_text.txt",
    table: "shippable/BASELINES.md",
    column: 2,
    calibration: () => ["--calibration", join(models, "shippable/tiny-llama/calib_text.txt")],
  },
  { name: "tiny-llama", column: 2, ...small },
  { name: "tiny-llama-outliers", column: 6, ...small },
];

for (const { name, text, table, column, calibration } of cases)
  describe.skipIf(!hasModel(name))(`quantized inputs of ${name}`, () => {
    for (const [recipe, row, tolerance] of rows)
      test.runIf(isAll || (isLong && name.startsWith("shippable") && long.has(recipe)))(
        `lose what the reference does as ${recipe}`,
        async () => {
          const output = join(folder, `${name.replaceAll("/", "-")}-${recipe}.mlir`);
          const learns = recipe.startsWith("smoothquant") || recipe.endsWith("static");
          const data = learns ? calibration() : [];
          const source = await importModel(name, folder);
          await narrow("quantize", source, "--recipe", recipe, ...data, "-o", output);
          const loss = await lossOf(output, join(models, text));
          expectNear(loss, lossInTable(table, row, column), tolerance);
        },
      );
  });
