import type { Recipe } from "../../../compiler/define/recipe.ts";
import { blockRecipe } from "./block-recipe.ts";

/** Scales and zeros of 16 rows, in 3 bits between the least and the largest of them. */
const statistic = "!lowp.q<ui3, block = [16, 1], scale = f16, shift = f16>";

/** Bilevel groups of 16 and f16 outliers; they need calibration data. (Dettmers et al., SpQR, 2023) */
export const spqrRecipes: readonly Recipe[] = [3, 4].map((bits) =>
  blockRecipe({
    name: `spqr-w${bits}`,
    summary: `SpQR, ${bits}-bit integers in groups of 16 with 3-bit scales and zeros, outliers in f16`,
    type: `!lowp.sum<!lowp.q<ui${bits}, block = [1, 16], scale = ${statistic}, zero = ${statistic}>, !lowp.sparse<csr, f16>>`,
    solver: "spqr",
  }),
);
