import type { Recipe } from "../../../compiler/define/recipe.ts";
import { BLOCKS } from "../../lowp/recipes/block-recipe.ts";

/** Pruning of the linear weights of the blocks, in codes where a type is given, and packing in a pattern. */
function sparseRecipe({
  name,
  summary,
  prune,
  type,
  pack,
}: {
  readonly name: string;
  readonly summary: string;
  readonly prune: string;
  /** Floats where left out. GPTQ fills it, and keeps the zeros. */
  readonly type?: string;
  readonly pack: string;
}): Recipe {
  const quantize =
    type === undefined
      ? ""
      : `quantize-weights{type=${type} solver=gptq<scales = mse, zeros = keep> ${BLOCKS}},`;
  return {
    name,
    summary: `${summary}; block linears`,
    pipeline: `prune{${prune} ${BLOCKS}},${quantize}pack-sparsity{pattern=${pack} ${BLOCKS}},hoist-dequant`,
  };
}

/** Pruning schemes; they need calibration data. */
export const sparseRecipes: readonly Recipe[] = [
  sparseRecipe({
    name: "wanda-2-4",
    summary: "Wanda, 2 of every 4 inputs kept by |w| · ‖x‖",
    prune: "pattern=2:4 score=wanda",
    pack: "2:4",
  }),
  sparseRecipe({
    name: "sparse-gpt-2-4",
    summary: "SparseGPT, 2 of every 4 inputs kept, the others making up for the loss",
    prune: "pattern=2:4 score=obs",
    pack: "2:4",
  }),
  sparseRecipe({
    name: "sparse-gpt-2-4-w8",
    summary: "SparseGPT 2:4, then 8-bit integers by GPTQ, one f32 scale per output row",
    prune: "pattern=2:4 score=obs",
    type: "!lowp.q<i8, block = [1, *], scale = f32>",
    pack: "2:4",
  }),
  sparseRecipe({
    name: "sparse-gpt-2-4-w4",
    summary: "SparseGPT 2:4, then 4-bit integers by GPTQ, one f16 scale per 32 inputs",
    prune: "pattern=2:4 score=obs",
    type: "!lowp.q<i4, block = [1, 32], scale = f16>",
    pack: "2:4",
  }),
  sparseRecipe({
    name: "gqsa-w4s50",
    summary:
      "GQSA, half of the groups of 16 inputs, the others in 4-bit integers with zero point and f16 scale",
    prune: "pattern=group<16> score=obs",
    type: "!lowp.q<ui4, block = [1, 16], scale = f16, zero = ui4>",
    pack: "bsr<16>",
  }),
];
