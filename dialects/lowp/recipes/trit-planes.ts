import type { Recipe } from "../../../compiler/define/recipe.ts";
import { blockRecipe } from "./block-recipe.ts";

const plane = '!lowp.q<trit, block = [1, 128], scale = f16, pack = "trits">';

/** Two planes of trits, 3.45 bits in all. (Xiao et al., PTQTP, 2025) */
export const tritPlaneRecipes: readonly Recipe[] = [
  blockRecipe({
    name: "ptqtp",
    summary: "PTQTP, two planes of trits with one f16 scale each per 128 inputs",
    type: `!lowp.sum<${plane}, ${plane}>`,
    solver: "trit-planes",
  }),
];
