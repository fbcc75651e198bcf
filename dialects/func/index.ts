import { defineDialect } from "../../compiler/define/dialect.ts";
import { callKernel } from "./kernels.ts";
import { call, func, returnOp } from "./ops.ts";

export const funcDialect = defineDialect({
  name: "func",
  summary: "Functions, calls and returns.",
  ops: [func, call, returnOp],
  kernels: [callKernel],
});
