import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../compiler/import/files.ts";
import { hasModel, importModel, isLong, models, narrow, repository } from "./narrow.ts";
import { evaluate, expectNear, lossInTable, lossOf } from "./references.ts";

/** The references print four digits; the f32 sums of two programs differ by about 1e-5. */
const FLOAT_TOLERANCE = 2e-4;
/** A weight within an f32 rounding error of the middle between two codes may fall on either side. */
const QUANTIZED_TOLERANCE = 5e-4;

/** The row of BASELINES.md that each recipe reproduces. */
const rowOfRecipe: ReadonlyMap<string, string> = new Map([
  ...[8, 4, 3, 2].flatMap((bits): [string, string][] => [
    [`w${bits}-row`, `W${bits} RTN sym row`],
    [`w${bits}-g32`, `W${bits} RTN sym g32`],
  ]),
  ["mxfp4", "MXFP4 weights"],
  ["nvfp4", "NVFP4 weights"],
]);

const folder = temporaryFolder();

interface Case {
  readonly name: string;
  readonly text: string;
  readonly table: string;
  /** Recipes measured without NARROW_LONG. */
  readonly always: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: "shippable/tiny-llama",
    text: "eval_text.txt",
    table: "shippable/BASELINES.md",
    always: ["w4-g32"],
  },
  { name: "tiny-llama", text: "val_text.txt", table: "BASELINES.md", always: [] },
];

for (const { name, text, table, always } of cases)
  describe.skipIf(!hasModel(name))(name, () => {
    const source = join(models, name, text);
    for (const [recipe, row] of rowOfRecipe)
      test.runIf(isLong || always.includes(recipe))(
        `loses what the reference does as ${recipe}`,
        async () => {
          const output = join(folder, `${name.replaceAll("/", "-")}-${recipe}.mlir`);
          await narrow("quantize", await importModel(name, folder), "--recipe", recipe, "-o", output);
          expectNear(await lossOf(output, source), lossInTable(table, row), QUANTIZED_TOLERANCE);
        },
      );
    test.runIf(isLong)("has the reference loss", async () => {
      const loss = await lossOf(await importModel(name, folder), source);
      expectNear(loss, lossInTable(table, "f32"), FLOAT_TOLERANCE);
    });
  });

const example = join(repository, "examples/tiny-llama/model.mlir");

describe.skipIf(!existsSync(example) && !hasModel("shippable/tiny-llama"))("the shipped example", () => {
  test("has the loss its notes promise", async () => {
    const isShipped = existsSync(example);
    const path = isShipped ? example : await importModel("shippable/tiny-llama", folder);
    const beside = join(repository, "examples/tiny-llama/eval_text.txt");
    const text =
      isShipped && existsSync(beside) ? beside : join(models, "shippable/tiny-llama/eval_text.txt");
    expectNear(await lossOf(path, text), 1.157729, FLOAT_TOLERANCE);
  });
});

describe.skipIf(!hasModel("stories260K"))("stories260K", () => {
  test.runIf(isLong)("has the reference perplexity", async () => {
    const path = await importModel("stories260K", folder);
    const text = join(models, "stories260K/text/tinystories_val.txt");
    const { ppl, tokens } = await evaluate(path, text, "--window", "255", "--limit", "20400");
    expect(tokens).toBe(20400);
    expectNear(ppl, 4.66317, QUANTIZED_TOLERANCE);
  });
});
