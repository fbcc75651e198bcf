import type { Recipe } from "../../../compiler/define/recipe.ts";
import { BLOCKS } from "./block-recipe.ts";

/** AWQ weight schemes; they need calibration data. (Lin et al., AWQ, arXiv 2306.00978) */
export const awqRecipes: readonly Recipe[] = [4, 3].map((bits) => {
  const type = `!lowp.q<ui${bits}, block = [1, 128], scale = f16, zero = ui${bits}>`;
  return {
    name: `awq-w${bits}-g128`,
    summary: `AWQ, ${bits}-bit integers with zero point, one f16 scale per 128 inputs; block linears`,
    pipeline: [
      `awq-scale{type=${type} ${BLOCKS}}`,
      `quantize-weights{type=${type} solver=awq-clip ${BLOCKS}}`,
      "hoist-dequant",
    ].join(","),
    selector: BLOCKS,
  };
});
