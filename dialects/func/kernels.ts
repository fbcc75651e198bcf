import { defineKernel } from "../../compiler/define/kernel.ts";
import { isMismatch } from "../../compiler/define/op.ts";
import { call } from "./ops.ts";

export const callKernel = defineKernel(call, ({ inputs }, { callee }, context) => {
  const outputs = context.call(callee, inputs);
  return isMismatch(outputs) ? outputs : { outputs };
});
