import {
  defineKernel,
  type Kernel,
  type KernelContext,
  type RuntimeValue,
  verifiedFloats,
} from "../../compiler/define/kernel.ts";
import { isMismatch } from "../../compiler/define/op.ts";
import type { ValueId } from "../../compiler/ir/module.ts";
import type { Type } from "../../compiler/ir/types.ts";
import { keepAboveQuantile, keepLargestOfRows } from "./activation-masks.ts";
import { gaussianTopK, topK, weightInformedTopK } from "./ops.ts";

/** The type of an operand with the shape of its data, so that what the types left open is checked again. */
function dataType({ shape }: RuntimeValue, id: ValueId, { typeOf }: KernelContext): Type {
  const type = typeOf(id);
  return type.kind === "tensor" ? { ...type, shape } : type;
}

const topKKernel = defineKernel(topK, ({ input }, attributes, context, { operands }) => {
  const problem = topK.spec.infer!({ input: dataType(input, operands.input, context) }, attributes);
  if (isMismatch(problem)) return problem;
  return { output: keepLargestOfRows(verifiedFloats(input), attributes.k, undefined) };
});

const weightInformedKernel = defineKernel(
  weightInformedTopK,
  ({ input, norms }, attributes, context, { operands }) => {
    const types = {
      input: dataType(input, operands.input, context),
      norms: dataType(norms, operands.norms, context),
    };
    const problem = weightInformedTopK.spec.infer!(types, attributes);
    if (isMismatch(problem)) return problem;
    return { output: keepLargestOfRows(verifiedFloats(input), attributes.k, verifiedFloats(norms).data) };
  },
);

const gaussianKernel = defineKernel(gaussianTopK, ({ input }, attributes, context, { operands }) => {
  const problem = gaussianTopK.spec.infer!({ input: dataType(input, operands.input, context) }, attributes);
  if (isMismatch(problem)) return problem;
  return { output: keepAboveQuantile(verifiedFloats(input), attributes.k, attributes.multiplier) };
});

/** Reference semantics of the dialect. */
export const sparseKernels: readonly Kernel[] = [topKKernel, weightInformedKernel, gaussianKernel];
