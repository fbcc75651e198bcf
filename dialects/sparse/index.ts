import { defineDialect } from "../../compiler/define/dialect.ts";
import { prune } from "./passes/prune.ts";
import { sparseRecipes } from "./recipes/index.ts";

export const sparse = defineDialect({
  name: "sparse",
  summary: "Weights that are mostly zeros: which become zero.",
  passes: [prune],
  recipes: sparseRecipes,
});
