import { defineDialect } from "../../compiler/define/dialect.ts";
import { lowpAttributes } from "./attributes.ts";
import { dequantize as dequantizeNumbers } from "./dequantize.ts";
import { lowpKernels } from "./kernels.ts";
import { dequantize, get, linear, param, quantize, requantize } from "./ops.ts";
import { storedBytes } from "./pack.ts";
import { hoistDequant } from "./passes/hoist-dequant.ts";
import { outlierSuppression } from "./passes/outlier-suppression.ts";
import { preshiftExponent } from "./passes/preshift-exponent.ts";
import { quantizeActivations } from "./passes/quantize-activations.ts";
import { quantizeWeights } from "./passes/quantize-weights.ts";
import { quantize as quantizeNumbers } from "./quantize.ts";
import { reparameterizeNorm } from "./passes/reparameterize-norm.ts";
import { smoothQuant } from "./passes/smooth-quant.ts";
import { splitOutliers } from "./passes/split-outliers.ts";
import { activationRecipes } from "./recipes/activations.ts";
import { gptqRecipes } from "./recipes/gptq.ts";
import { lowRankRecipes } from "./recipes/low-rank.ts";
import { roundToNearest } from "./recipes/round-to-nearest.ts";
import { spqrRecipes } from "./recipes/spqr.ts";
import { tritPlaneRecipes } from "./recipes/trit-planes.ts";
import { lowpSolvers } from "./solvers/index.ts";
import { lowpTypes } from "./types.ts";

export const lowp = defineDialect({
  name: "lowp",
  summary: "Low-precision values: how numbers are made is part of their type.",
  ops: [param, get, quantize, requantize, dequantize, linear],
  types: lowpTypes,
  attributes: lowpAttributes,
  kernels: lowpKernels,
  passes: [
    quantizeWeights,
    quantizeActivations,
    hoistDequant,
    smoothQuant,
    outlierSuppression,
    reparameterizeNorm,
    preshiftExponent,
    splitOutliers,
  ],
  recipes: [...roundToNearest, ...gptqRecipes, ...spqrRecipes, ...tritPlaneRecipes, ...lowRankRecipes, ...activationRecipes],
  solvers: lowpSolvers,
  numbers: { encode: quantizeNumbers, decode: dequantizeNumbers, byteLength: storedBytes },
});
