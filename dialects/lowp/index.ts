import { defineDialect } from "../../compiler/define/dialect.ts";
import { lowpAttributes } from "./attributes.ts";
import { lowpKernels } from "./kernels.ts";
import { dequantize, get, linear, param, quantize } from "./ops.ts";
import { hoistDequant } from "./passes/hoist-dequant.ts";
import { quantizeWeights } from "./passes/quantize-weights.ts";
import { gptqRecipes } from "./recipes/gptq.ts";
import { roundToNearest } from "./recipes/round-to-nearest.ts";
import { tableRecipes } from "./recipes/tables.ts";
import { lowpSolvers } from "./solvers/index.ts";
import { lowpTypes } from "./types.ts";

export const lowp = defineDialect({
  name: "lowp",
  summary: "Low-precision values: how numbers are made is part of their type.",
  ops: [param, get, quantize, dequantize, linear],
  types: lowpTypes,
  attributes: lowpAttributes,
  kernels: lowpKernels,
  passes: [quantizeWeights, hoistDequant],
  recipes: [...roundToNearest, ...gptqRecipes, ...tableRecipes],
  solvers: lowpSolvers,
});
