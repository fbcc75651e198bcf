import { defineDialect } from "../../compiler/define/dialect.ts";
import { call, func, returnOp } from "./ops.ts";

export const funcDialect = defineDialect({
  name: "func",
  summary: "Functions, calls and returns.",
  ops: [func, call, returnOp],
});
