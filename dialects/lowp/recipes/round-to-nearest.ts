import type { Recipe } from "../../../compiler/define/recipe.ts";
import { blockRecipe } from "./block-recipe.ts";

const recipe = (name: string, summary: string, type: string): Recipe =>
  blockRecipe({ name, summary: `round to nearest, ${summary}`, type });

const integers = [8, 4, 3, 2].flatMap((bits): Recipe[] => [
  recipe(
    `w${bits}-row`,
    `${bits}-bit integers, one f32 scale per output row`,
    `!lowp.q<i${bits}, block = [1, *], scale = f32>`,
  ),
  recipe(
    `w${bits}-g32`,
    `${bits}-bit integers, one f32 scale per 32 inputs`,
    `!lowp.q<i${bits}, block = [1, 32], scale = f32>`,
  ),
]);

/** Round-to-nearest weight schemes. */
export const roundToNearest: readonly Recipe[] = [
  ...integers,
  recipe(
    "mxfp4",
    "OCP MXFP4: E2M1 in blocks of 32 with E8M0 scales",
    "!lowp.q<f4E2M1FN, block = [1, 32], scale = f8E8M0FNU>",
  ),
  recipe(
    "nvfp4",
    "NVFP4: E2M1 in blocks of 16 with E4M3 scales under one f32 scale",
    "!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>",
  ),
];
