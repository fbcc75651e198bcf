import type { Recipe } from "../../../compiler/define/recipe.ts";
import { blockRecipe } from "./block-recipe.ts";

const rank8 = "!lowp.lowrank<8, f16, f16>";

/** Codes with a low-rank term beside them. (Wu et al., ZeroQuant-FP, 2023; Guo et al., LQ-LoRA, 2023) */
export const lowRankRecipes: readonly Recipe[] = [
  blockRecipe({
    name: "lorc-w4",
    summary: "LoRC, 4-bit integers, one f16 scale per 64 inputs, the error in f16 factors of rank 8",
    type: `!lowp.sum<!lowp.q<i4, block = [1, 64], scale = f16>, ${rank8}>`,
    solver: "low-rank-correction",
  }),
  blockRecipe({
    name: "lq-w3",
    summary:
      "LQ, 3-bit integers with zero point, one f16 scale per 64 inputs, f16 factors of rank 8 found in turns",
    type: `!lowp.sum<!lowp.q<ui3, block = [1, 64], scale = f16, zero = ui3>, ${rank8}>`,
    solver: "alternate-low-rank",
  }),
];
