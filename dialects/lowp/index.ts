import { defineDialect } from "../../compiler/define/dialect.ts";
import { lowpAttributes } from "./attributes.ts";
import { dequantize as dequantizeNumbers } from "./dequantize.ts";
import { lowpKernels } from "./kernels.ts";
import { movementKernels } from "./movement-kernels.ts";
import { movementOps } from "./movement-ops.ts";
import { dequantize, get, linear, observe, param, quantize, requantize } from "./ops.ts";
import { storedBytes } from "./pack.ts";
import { allocateBits } from "./passes/allocate-bits.ts";
import { allocateRows } from "./passes/allocate-rows.ts";
import { awqScale } from "./passes/awq-scale.ts";
import { bisectBits } from "./passes/bisect-bits.ts";
import { foldBatchNorm } from "./passes/fold-batch-norm.ts";
import { hoistDequant } from "./passes/hoist-dequant.ts";
import { observeValues } from "./passes/observe-values.ts";
import { outlierSuppression } from "./passes/outlier-suppression.ts";
import { preshiftExponent } from "./passes/preshift-exponent.ts";
import { quantizeActivations } from "./passes/quantize-activations.ts";
import { quantizeWeights } from "./passes/quantize-weights.ts";
import { removeObservers } from "./passes/remove-observers.ts";
import { reorderChannels } from "./passes/reorder-channels.ts";
import { reparameterizeNorm } from "./passes/reparameterize-norm.ts";
import { smoothQuant } from "./passes/smooth-quant.ts";
import { splitOutliers } from "./passes/split-outliers.ts";
import { quantize as quantizeNumbers } from "./quantize.ts";
import { lowpRecipes } from "./recipes/index.ts";
import { lowpSolvers } from "./solvers/index.ts";
import { lowpTypes } from "./types.ts";

export const lowp = defineDialect({
  name: "lowp",
  summary: "Low-precision values: how numbers are made is part of their type.",
  ops: [param, get, quantize, requantize, dequantize, linear, observe, ...movementOps],
  types: lowpTypes,
  attributes: lowpAttributes,
  kernels: [...lowpKernels, ...movementKernels],
  passes: [
    foldBatchNorm,
    allocateBits,
    allocateRows,
    bisectBits,
    quantizeWeights,
    quantizeActivations,
    hoistDequant,
    smoothQuant,
    outlierSuppression,
    reparameterizeNorm,
    preshiftExponent,
    splitOutliers,
    reorderChannels,
    awqScale,
    observeValues,
    removeObservers,
  ],
  recipes: lowpRecipes,
  solvers: lowpSolvers,
  numbers: { encode: quantizeNumbers, decode: dequantizeNumbers, byteLength: storedBytes },
});
