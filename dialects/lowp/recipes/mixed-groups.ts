import type { Recipe } from "../../../compiler/define/recipe.ts";
import { blockRecipe } from "./block-recipe.ts";

const groups = (bits: number): string =>
  `!lowp.sparse<group 32, !lowp.q<ui${bits}, block = [1, 32], scale = f16, zero = ui${bits}>>`;

const mixed = (name: string, summary: string, options: string): Recipe =>
  blockRecipe({
    name,
    summary: `${summary}, groups of 32 inputs in 2 bits with zero point, 15 % of them in 4`,
    type: `!lowp.sum<${groups(2)}, ${groups(4)}>`,
    solver: `mixed-groups<scales = mse, ${options}>`,
  });

/** Few groups in more bits than the others, as many in every tile. (Li et al., arXiv 2311.16442) */
export const mixedGroupRecipes: readonly Recipe[] = [
  mixed("w2w4-g32", "round to nearest with clip search", "by = gain"),
  mixed("gptq-w2w4-g32", "GPTQ with clip search", "rounding = gptq"),
];
