import type { Recipe } from "../../../compiler/define/recipe.ts";
import { BLOCKS } from "./block-recipe.ts";

/** Types by what they are for: weights [out, in], inputs [token, channel]. Codes are symmetric. */
const weights = {
  w8: "!lowp.q<i8<-127:127>, block = [1, *], scale = f32>",
  "w4-row": "!lowp.q<i4<-7:7>, block = [1, *], scale = f32>",
  "w4-g32": "!lowp.q<i4<-7:7>, block = [1, 32], scale = f32>",
  mxfp4: "!lowp.q<f4E2M1FN, block = [1, 32], scale = f8E8M0FNU>",
  nvfp4: "!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>",
  e2m1: "!lowp.q<f4E2M1FN, block = [1, *], scale = f32>",
} as const;
const inputs = {
  "a8-token": "!lowp.q<i8<-127:127>, block = [1, *], scale = f32>",
  "a8-tensor": "!lowp.q<i8<-127:127>, block = [*, *], scale = f32>",
  "a4-token": "!lowp.q<i4<-7:7>, block = [1, *], scale = f32>",
  "a8-affine": "!lowp.q<ui8, block = [*, *], scale = f32, zero = ui8>",
  mxfp4: weights.mxfp4,
  nvfp4: weights.nvfp4,
  e2m1: "!lowp.q<f4E2M1FN, block = [*, *], scale = f32>",
} as const;

interface Scheme {
  readonly weight?: keyof typeof weights;
  readonly input: keyof typeof inputs;
  /** The rule of static scales; dynamic ones where left out. */
  readonly static?: "absmax" | "mse";
  /** Passes that prepare the module. */
  readonly before?: string;
  /** Round to nearest where left out. */
  readonly solver?: string;
  /** Weights that stay in floats, with their inputs. */
  readonly skip?: string;
}

/** Inputs first: static scales are to be those of the program in floats. */
function pipelineOf({ weight, input, static: rule, before, solver, skip }: Scheme): string {
  const mode = rule === undefined ? "" : ` mode=static scales=${rule}`;
  const by = solver === undefined ? "" : ` solver=${solver}`;
  const where = skip === undefined ? BLOCKS : `${BLOCKS} skip=["${skip}"]`;
  return [
    ...(before === undefined ? [] : [before]),
    `quantize-activations{type=${inputs[input]}${mode} ${where}}`,
    ...(weight === undefined
      ? []
      : [`quantize-weights{type=${weights[weight]}${by} ${where}}`, "hoist-dequant"]),
  ].join(",");
}

const recipe = (name: string, summary: string, scheme: Scheme): Recipe => ({
  name,
  summary: `${summary}; block linears`,
  pipeline: pipelineOf(scheme),
  selector: BLOCKS,
});

const integers: readonly Recipe[] = [
  recipe("w8a8-token", "8-bit weights per row, 8-bit inputs per token", { weight: "w8", input: "a8-token" }),
  recipe("w8a8-tensor", "8-bit weights per row, 8-bit inputs per tensor, scaled as they come", {
    weight: "w8",
    input: "a8-tensor",
  }),
  recipe("w8a8-static", "8-bit weights per row, 8-bit inputs per tensor, scaled by calibration", {
    weight: "w8",
    input: "a8-tensor",
    static: "absmax",
  }),
  recipe("w4a8-token", "4-bit weights per row, 8-bit inputs per token", {
    weight: "w4-row",
    input: "a8-token",
  }),
  recipe("w4g32a8-token", "4-bit weights per 32 inputs, 8-bit inputs per token", {
    weight: "w4-g32",
    input: "a8-token",
  }),
  recipe("w4a4-token", "4-bit weights per row, 4-bit inputs per token", {
    weight: "w4-row",
    input: "a4-token",
  }),
  recipe("w4g32a4-token", "4-bit weights per 32 inputs, 4-bit inputs per token", {
    weight: "w4-g32",
    input: "a4-token",
  }),
  recipe("a4-token", "float weights, 4-bit inputs per token", { input: "a4-token" }),
];

const smooth = `smooth-quant{alpha=0.5 ${BLOCKS}}`;
const smoothed: readonly Recipe[] = [
  recipe("smoothquant-w8a8-token", "SmoothQuant, 8-bit weights per row, 8-bit inputs per token", {
    before: smooth,
    weight: "w8",
    input: "a8-token",
  }),
  recipe(
    "smoothquant-w8a8-tensor",
    "SmoothQuant, 8-bit weights per row, 8-bit inputs per tensor as they come",
    {
      before: smooth,
      weight: "w8",
      input: "a8-tensor",
    },
  ),
  recipe(
    "smoothquant-w8a8-static",
    "SmoothQuant, 8-bit weights per row, 8-bit inputs scaled by calibration",
    {
      before: smooth,
      weight: "w8",
      input: "a8-tensor",
      static: "absmax",
    },
  ),
];

const outlierSuppression = `outlier-suppression{input=${inputs["a8-affine"]} weight=${weights.w8} ${BLOCKS}}`;
const fold = `reparameterize-norm{type=${inputs["a8-affine"]} ${BLOCKS}}`;
const prepared: readonly Recipe[] = [
  recipe(
    "outlier-suppression-w8a8",
    "Outlier Suppression+, 8-bit weights per row, 8-bit inputs per tensor with zero point, scaled by calibration",
    { before: outlierSuppression, weight: "w8", input: "a8-affine", static: "absmax" },
  ),
  recipe(
    "repquant-w8a8",
    "RepQuant's norms, 8-bit weights per row, 8-bit inputs per tensor with zero point, scaled by calibration",
    { before: fold, weight: "w8", input: "a8-affine", static: "absmax" },
  ),
  recipe("llm-fp4", "LLM-FP4: E2M1 weights per row and inputs per tensor, exponents shifted before", {
    before: `preshift-exponent{exponent_bits=2 mantissa_bits=1 ${BLOCKS}}`,
    weight: "e2m1",
    solver: "mse-clip",
    input: "e2m1",
    static: "mse",
  }),
  recipe("llm-int8", "LLM.int8(): outlier channels in floats, the others in 8 bits per token and row", {
    before: `split-outliers{threshold=6.0 ${BLOCKS}}`,
    weight: "w8",
    input: "a8-token",
    skip: "*.outliers",
  }),
];

const floats: readonly Recipe[] = [
  recipe("mxfp4-w4a4", "OCP MXFP4 weights and inputs", { weight: "mxfp4", input: "mxfp4" }),
  recipe("nvfp4-w4a4", "NVFP4 weights and inputs, the outer scale of inputs being of the whole sequence", {
    weight: "nvfp4",
    input: "nvfp4",
  }),
];

/** Schemes for weights and inputs. */
export const activationRecipes: readonly Recipe[] = [...integers, ...smoothed, ...prepared, ...floats];
