import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { tableRecipes } from "../../../../dialects/lowp/recipes/tables.ts";

// `opt` takes no calibration text, so the golden files of codebooks leave out what needs one.
it.each(tableRecipes.map((recipe) => [recipe.name, recipe] as const))(
  "%s is the pipeline of its golden file",
  (name, { pipeline }) => {
    const golden = readFileSync(join(import.meta.dirname, `${name}.mlir`), "utf8");
    const run = golden.split("\n")[0]!.replaceAll('\\"', '"');
    const uncalibrated = pipeline
      .replace(", sensitive = 0.0005", "")
      .replace("<sensitivity = activation>", "");
    expect(run).toContain(`--pipeline "${uncalibrated}"`);
  },
);
