import { defineDialect } from "../../compiler/define/dialect.ts";
import { sparseKernels } from "./kernels.ts";
import { gaussianTopK, topK, weightInformedTopK } from "./ops.ts";
import { allocateSparsity } from "./passes/allocate-sparsity.ts";
import { detectSparsity } from "./passes/detect-sparsity.ts";
import { packSparsity } from "./passes/pack-sparsity.ts";
import { prune } from "./passes/prune.ts";
import { sparsifyActivations } from "./passes/sparsify-activations.ts";
import { sparsifyGates } from "./passes/sparsify-gates.ts";
import { sparseRecipes } from "./recipes/index.ts";

export const sparse = defineDialect({
  name: "sparse",
  summary: "Zeros: weights that become zero, are stored without them, and inputs of which few are kept.",
  ops: [topK, weightInformedTopK, gaussianTopK],
  kernels: sparseKernels,
  passes: [allocateSparsity, prune, detectSparsity, packSparsity, sparsifyActivations, sparsifyGates],
  recipes: sparseRecipes,
});
