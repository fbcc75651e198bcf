import type { Recipe } from "../../../compiler/define/recipe.ts";
import { blockRecipe } from "./block-recipe.ts";

/** Symmetric integers, scales from the largest magnitude. */
const symmetric = [4, 3, 2].flatMap((bits): Recipe[] => [
  blockRecipe({
    name: `gptq-w${bits}-row`,
    summary: `GPTQ, ${bits}-bit integers, one f32 scale per output row`,
    type: `!lowp.q<i${bits}, block = [1, *], scale = f32>`,
    solver: "gptq",
  }),
  blockRecipe({
    name: `gptq-w${bits}-g32`,
    summary: `GPTQ, ${bits}-bit integers, one f32 scale per 32 inputs`,
    type: `!lowp.q<i${bits}, block = [1, 32], scale = f32>`,
    solver: "gptq",
  }),
]);

/** What fits most accuracy into few bits: zero points, scales in f16, ranges clipped to the least error. */
const asymmetric = [
  [4, 64],
  [3, 64],
  [2, 32],
].map(([bits, group]) =>
  blockRecipe({
    name: `gptq-w${bits}-g${group}-asym`,
    summary: `GPTQ with clip search, ${bits}-bit integers with zero point, one f16 scale per ${group} inputs`,
    type: `!lowp.q<ui${bits}, block = [1, ${group}], scale = f16, zero = ui${bits}>`,
    solver: "gptq<scales = mse>",
  }),
);

/** GPTQ weight schemes; they need calibration data. (Frantar et al., GPTQ, 2023) */
export const gptqRecipes: readonly Recipe[] = [...symmetric, ...asymmetric];
