import type { Recipe } from "../../../compiler/define/recipe.ts";
import { BLOCKS } from "../../lowp/recipes/block-recipe.ts";
import { decoupleQRecipes } from "../../lowp/recipes/decouple-q.ts";

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

const streamsThen = (name: string, pipeline: string): Recipe => ({
  name: `rotated-${name}`,
  summary: `A rotated residual stream, then ${name}; block linears`,
  pipeline: `${STREAMS},${pipeline}`,
});

/** What holds most accuracy in few bits, behind a rotation of the residual stream. */
const asymmetric = [
  [4, 64],
  [3, 64],
  [2, 32],
].map(([bits, group]): Recipe => {
  const type = `!lowp.q<ui${bits}, block = [1, ${group}], scale = f16, zero = ui${bits}>`;
  const pipeline = `quantize-weights{type=${type} solver=gptq<scales = mse> ${BLOCKS}},hoist-dequant`;
  return streamsThen(`gptq-w${bits}-g${group}-asym`, pipeline);
});

/** decoupleQ gains from rotations where scales and zero points are few; of 2 bits it makes more without. */
const decoupled = [
  streamsThen(
    "decouple-q-w4-g64-asym",
    `quantize-weights{type=!lowp.q<ui4, block = [1, 64], scale = f16, zero = ui4> solver=decouple-q<target = output> ${BLOCKS}},hoist-dequant`,
  ),
  streamsThen("decouple-q-w3", decoupleQRecipes.find(({ name }) => name === "decouple-q-w3")!.pipeline),
];

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
    pipeline: fourBits(" solver=gptq<scales = hessian, order = activation>"),
  },
  ...asymmetric,
  ...decoupled,
];
