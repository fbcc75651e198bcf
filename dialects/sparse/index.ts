import { defineDialect } from "../../compiler/define/dialect.ts";
import { detectSparsity } from "./passes/detect-sparsity.ts";
import { packSparsity } from "./passes/pack-sparsity.ts";
import { prune } from "./passes/prune.ts";
import { sparseRecipes } from "./recipes/index.ts";

export const sparse = defineDialect({
  name: "sparse",
  summary: "Weights that are mostly zeros: which become zero, and storing the others alone.",
  passes: [prune, detectSparsity, packSparsity],
  recipes: sparseRecipes,
});
