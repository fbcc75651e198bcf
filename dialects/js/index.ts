import { defineDialect } from "../../compiler/define/dialect.ts";
import { convolution } from "./convolution.ts";
import { jsKernels } from "./kernels.ts";
import { linear, normQuantize } from "./ops.ts";
import { lowerToJs } from "./passes/lower-to-js.ts";

export const js = defineDialect({
  name: "js",
  summary:
    "What the JavaScript backend computes in one kernel: a linear op, a convolution or a norm, and what follows it.",
  ops: [linear, convolution, normQuantize],
  kernels: jsKernels,
  passes: [lowerToJs],
});
