import type { Recipe } from "../../../compiler/define/recipe.ts";
import { blockRecipe } from "./block-recipe.ts";

const codebooks = [4, 3].map((bits) =>
  blockRecipe({
    name: `squeezellm-w${bits}`,
    summary: `SqueezeLLM without its sparse part, ${2 ** bits} f16 values per output row by weighted k-means`,
    type: `!lowp.q<!lowp.table<${bits}, 1, f16, per = row>, block = [*, *], scale = f32>`,
    solver: "codebook<sensitivity = activation>",
  }),
);

const sparseCodebooks = [4, 3].map((bits) =>
  blockRecipe({
    name: `squeezellm-sparse-w${bits}`,
    summary: `SqueezeLLM, ${2 ** bits} f16 values per output row, 0.45 % of the weights in f16`,
    type: `!lowp.sum<!lowp.q<!lowp.table<${bits}, 1, f16, per = row>, block = [*, *], scale = f32>, !lowp.sparse<csr, f16>>`,
    solver:
      "dense-and-sparse<outliers = 0.004, sensitive = 0.0005, solver = codebook<sensitivity = activation>>",
  }),
);

const mixtures = [4, 3].map((bits) =>
  blockRecipe({
    name: `bitmod-w${bits}-g128`,
    summary: `BitMoD, the best of four ${bits}-bit grids and one f16 scale per 128 inputs`,
    type: `!lowp.q<!lowp.table<${bits}, 1, bitmod>, block = [1, 128], scale = f16>`,
    solver: "bitmod",
  }),
);

/** Weight schemes whose elements are tables; those of SqueezeLLM need calibration data. (F9 to F12) */
export const tableRecipes: readonly Recipe[] = [
  blockRecipe({
    name: "nf4-g64",
    summary: "round to nearest, NF4 with one f16 scale per 64 inputs",
    type: "!lowp.q<!lowp.table<4, 1, nf>, block = [1, 64], scale = f16>",
  }),
  ...codebooks,
  ...sparseCodebooks,
  ...mixtures,
  blockRecipe({
    name: "olive-w4",
    summary: "OliVe, 4-bit integers beside outliers that replace a neighbour, one f32 scale per output row",
    type: "!lowp.q<!lowp.table<8, 2, olive>, block = [1, *], scale = f32>",
    solver: "olive",
  }),
  blockRecipe({
    name: "nupes-w4",
    summary: "powers of 4-bit integers, the best exponent per weight, one f32 scale per output row",
    type: "!lowp.q<!lowp.table<4, 1, power<0.7>>, block = [1, *], scale = f32>",
    solver: "power-search",
  }),
];
