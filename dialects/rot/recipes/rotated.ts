import type { Recipe } from "../../../compiler/define/recipe.ts";
import { BLOCKS } from "../../lowp/recipes/block-recipe.ts";

/** Residual streams rotated, at no cost to the run; the rest is as it was. */
const STREAMS = "fold-norms,rotate{r1 = true},fuse-rotations";
/** Besides, the inputs behind attention and of the last linear op of a feed-forward network, as the program runs. */
const INPUTS = "fold-norms,rotate{r1 = true, r4 = true},fuse-rotations";

const FOUR_BITS = "!lowp.q<i4<-7:7>, block = [1, *], scale = f32>";

const fourBits = (solver: string): string =>
  [
    INPUTS,
    `quantize-activations{type=${FOUR_BITS} ${BLOCKS}}`,
    `quantize-weights{type=${FOUR_BITS}${solver} ${BLOCKS}}`,
    "hoist-dequant",
  ].join(",");

/** What fits most accuracy into few bits without a rotation, behind one of the residual stream. */
const asymmetric = [
  [4, 64],
  [3, 64],
  [2, 32],
].map(([bits, group]): Recipe => {
  const type = `!lowp.q<ui${bits}, block = [1, ${group}], scale = f16, zero = ui${bits}>`;
  return {
    name: `rotated-gptq-w${bits}-g${group}-asym`,
    summary: `A rotated residual stream, then gptq-w${bits}-g${group}-asym; block linears`,
    pipeline: `${STREAMS},quantize-weights{type=${type} solver=gptq<scales = mse> ${BLOCKS}},hoist-dequant`,
  };
});

/** Hadamard rotations before rounding. (Ashkboos et al., QuaRot, 2024) */
export const rotRecipes: readonly Recipe[] = [
  {
    name: "rotated-w4a4-token",
    summary:
      "Rotated stream and inputs, 4-bit weights per row to nearest, 4-bit inputs per token; block linears",
    pipeline: fourBits(""),
  },
  {
    name: "rotated-gptq-w4a4-token",
    summary:
      "Rotated stream and inputs, 4-bit weights per row by GPTQ, 4-bit inputs per token; block linears",
    pipeline: fourBits(" solver=gptq"),
  },
  ...asymmetric,
];
