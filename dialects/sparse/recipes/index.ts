import type { Recipe } from "../../../compiler/define/recipe.ts";
import { BLOCKS } from "../../lowp/recipes/block-recipe.ts";

/** Pruning of the linear weights of the blocks; they need calibration data. */
export const sparseRecipes: readonly Recipe[] = [
  {
    name: "wanda-2-4",
    summary: "Wanda, 2 of every 4 inputs kept by |w| · ‖x‖; block linears",
    pipeline: `prune{pattern=2:4 score=wanda ${BLOCKS}}`,
  },
  {
    name: "sparse-gpt-2-4",
    summary: "SparseGPT, 2 of every 4 inputs kept, the others making up for the loss; block linears",
    pipeline: `prune{pattern=2:4 score=obs ${BLOCKS}}`,
  },
];
