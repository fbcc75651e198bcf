import { defineDialect } from "../../compiler/define/dialect.ts";
import { kvKernels } from "./kernels.ts";
import { append, attention } from "./ops.ts";
import { allocateKv } from "./passes/allocate-kv.ts";
import { foldCacheScales } from "./passes/fold-cache-scales.ts";
import { quantizeKv } from "./passes/quantize-kv.ts";
import { planLaws } from "./planned-caches.ts";
import { cacheRecipes } from "./recipes/caches.ts";

export const kv = defineDialect({
  name: "kv",
  summary: "Caches of keys and values as lowp.ring values: quantized, but for the newest entries.",
  ops: [append, attention],
  kernels: kvKernels,
  passes: [allocateKv, quantizeKv, foldCacheScales],
  recipes: cacheRecipes,
  laws: planLaws,
});
