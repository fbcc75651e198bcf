import type { Recipe } from "../../../compiler/define/recipe.ts";
import { blockRecipe } from "./block-recipe.ts";

const mx = (element: string): string => `!lowp.q<${element}, block = [1, 32], scale = f8E8M0FNU>`;
const nv = (element: string, block = "1, 16"): string =>
  `!lowp.q<${element}, block = [${block}], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>`;

/** Number formats by name, beside the integers, MXFP4 and NVFP4 of round to nearest. */
export const formatRecipes: readonly Recipe[] = [
  blockRecipe({
    name: "mxfp8",
    summary: "OCP MXFP8: E4M3 in blocks of 32 with E8M0 scales",
    type: mx("f8E4M3FN"),
  }),
  blockRecipe({
    name: "mxfp6",
    summary: "OCP MXFP6: E2M3 in blocks of 32 with E8M0 scales",
    type: mx("f6E2M3FN"),
  }),
  blockRecipe({
    name: "mxint8",
    summary: "OCP MXINT8 within ±127: 8-bit integers in blocks of 32 with E8M0 scales",
    type: mx("i8<-127:127>"),
  }),
  blockRecipe({
    name: "mxfp4-unclipped",
    summary: "MXFP4 with values 4/3 as large, whose scales never clip",
    type: "!lowp.q<!lowp.float<2, 1, 0.5849625007211562, none>, block = [1, 32], scale = f8E8M0FNU, scale_rounding = ceil>",
  }),
  blockRecipe({
    name: "nvint4",
    summary: "4-bit integers in blocks of 16 with E4M3 scales under one f32 scale",
    type: nv("i4"),
  }),
  blockRecipe({
    name: "nvfp4-tiles",
    summary: "NVFP4 in tiles of 16 by 16, the same for a weight and its transpose",
    type: nv("f4E2M1FN", "16, 16"),
  }),
  blockRecipe({
    name: "nvfp4-four-over-six",
    summary: "NVFP4 whose blocks reach 4 where that is nearer than 6",
    type: nv("f4E2M1FN"),
    solver: "four-over-six",
  }),
  blockRecipe({
    name: "fp6-row",
    summary: "E3M2 with one f16 scale per output row, in planes of 2 and 4 bits",
    type: '!lowp.q<f6E3M2FN, block = [1, *], scale = f16, pack = "planes[2,4]">',
  }),
  blockRecipe({
    name: "ternary",
    summary: "-1, 0 and 1, five to a byte, with one f16 scale per 128 inputs, by the rule of TWN",
    type: '!lowp.q<trit, block = [1, 128], scale = f16, tail = short, pack = "trits">',
    solver: "twn",
  }),
  blockRecipe({
    name: "binary",
    summary: "signs with one f16 scale per 128 inputs, their mean magnitude",
    type: "!lowp.q<bipolar1, block = [1, 128], scale = f16, tail = short>",
    solver: "absmean",
  }),
  blockRecipe({
    name: "bf16-lossless",
    summary: "bf16 with Huffman-coded exponents, bit for bit",
    type: "!lowp.entropy<huffman, bf16>",
  }),
];
