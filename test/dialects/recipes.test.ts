import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { registry } from "../../compiler/cli/toolchain.ts";
import { allDialects } from "../../dialects/index.ts";
import { narrow, read, temporaryFolder, write } from "../compiler/cli/command-line.ts";
import { recipeModels } from "./recipe-models.ts";

const calibration = Buffer.from(Array.from({ length: 64 }, (_, i) => (i * i + 3) % 8));
const owners = allDialects.filter(({ recipes }) => recipes !== undefined && recipes.length > 0);
const goldenFolder = (dialect: string): string => join(import.meta.dirname, dialect, "recipes");

/** Read before any test runs: one that finds no golden file writes it, to be reviewed, and must not count as covered. */
const goldens = new Map(
  owners.map(({ name }) => [
    name,
    readdirSync(goldenFolder(name)).filter((file) => file.endsWith(".expected.mlir")),
  ]),
);

it("every recipe belongs to a dialect whose folder has its golden file, and no other file is there", () => {
  expect(owners.flatMap(({ recipes = [] }) => recipes)).toEqual(registry.recipes);
  for (const { name, recipes = [] } of owners)
    expect(goldens.get(name)!.toSorted(), name).toEqual(
      recipes.map((recipe) => `${recipe.name}.expected.mlir`).toSorted(),
    );
});

describe.each(owners.map(({ name, recipes = [] }) => [name, recipes] as const))(
  "a recipe of %s",
  (dialect, recipes) => {
    let folder: string;
    beforeEach(() => {
      folder = temporaryFolder();
      write(folder, "model.mlir", recipeModels[dialect]!);
      write(folder, "calibration.txt", calibration);
    });

    it.each(recipes.map(({ name }) => name))("%s gives the program in its golden file", async (name) => {
      const { pipeline } = recipes.find((recipe) => recipe.name === name)!;
      // Threads would take longer to start than these weights to solve.
      const inLine = pipeline.includes("quantize-weights") ? ["--workers", "1"] : [];
      const quantize = (...rest: readonly string[]) =>
        narrow(folder, "quantize", "model.mlir", "--recipe", name, "-o", "out.mlir", ...inLine, ...rest);
      const plain = await quantize("--check-contracts");
      const { status, err } = plain.err.includes("error[calibration-missing]")
        ? await quantize(
            "--check-contracts",
            "--calibration",
            "calibration.txt",
            "--calibration-windows",
            "4",
          )
        : plain;
      expect(status, err).toBe(0);
      expect(err).not.toMatch(/error|warning/);
      // Without the places of the bytes: their digests would say nothing to a reader.
      const [program = ""] = read(folder, "out.mlir").split("{-#");
      await expect(`${program.trimEnd()}\n`).toMatchFileSnapshot(
        join(goldenFolder(dialect), `${name}.expected.mlir`),
      );
      if (dialect !== "lowp") return;
      const scored = await narrow(
        folder,
        "eval",
        "out.mlir",
        "--text",
        "calibration.txt",
        "--limit",
        "16",
        "--json",
      );
      // Tokens among eight, hardly better than a guess: a model that lost its weights' sizes is far from that.
      const { loss } = JSON.parse(scored.out) as { readonly loss: number };
      expect(Math.abs(loss - Math.log(8)), `loss ${loss}`).toBeLessThan(0.2);
    });
  },
);
