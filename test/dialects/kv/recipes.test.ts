import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { cacheRecipes } from "../../../dialects/kv/recipes/caches.ts";

it.each(cacheRecipes)("the golden file of $name shows its pipeline", ({ name, pipeline }) => {
  const golden = readFileSync(join(import.meta.dirname, `recipes/${name}.mlir`), "utf8");
  expect(golden.split("\n")[0]).toBe(`// RUN: narrow opt %s --pipeline "${pipeline}"`);
});
