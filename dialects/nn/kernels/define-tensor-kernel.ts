import {
  defineKernel,
  type Kernel,
  type KernelContext,
  type RuntimeValue,
} from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, type Slots, type ValueSpecs } from "../../../compiler/define/op.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { ValueId } from "../../../compiler/ir/module.ts";
import type { TensorType, Type } from "../../../compiler/ir/types.ts";
import type { Tensor } from "../../../compiler/numeric/tensor.ts";
import type { InferAll, Schemas } from "../../../compiler/schema/schema.ts";
import { isTensor } from "../constraints.ts";
import type { TensorOp } from "../define-tensor-op.ts";

/** What a kernel is told beside its inputs and attributes. */
export interface TensorKernelContext<Operands extends ValueSpecs = ValueSpecs> {
  /** The operands' types with every extent known. */
  readonly types: Slots<Operands, Type>;
  /** The result's type with every extent known. */
  readonly output: TensorType;
  readonly name: string;
  readonly kernel: KernelContext;
}

/**
 * A kernel of one result. The op's own shape rule runs again on the shapes of the data, so extents that the
 * types left open are checked with the same messages, and the reference functions only see what fits.
 */
export function defineTensorKernel<Operands extends ValueSpecs, Attributes extends Schemas>(
  op: TensorOp<Operands, Attributes>,
  evaluate: (
    inputs: Slots<Operands, RuntimeValue>,
    attributes: InferAll<Attributes>,
    context: TensorKernelContext<Operands>,
  ) => Tensor | Mismatch,
): Kernel {
  const infer = op.spec.infer ?? unreachable(`${op.name} has no shape rule`);
  return defineKernel(op, (inputs, attributes, kernel, record) => {
    const types = dataTypes(record.operands, inputs, kernel);
    const inferred = infer(types, attributes);
    if (isMismatch(inferred)) return inferred;
    const output = inferred.output;
    if (!isTensor(output)) return unreachable(`${op.name} makes no tensor`);
    const result = evaluate(inputs, attributes, { types, output, name: op.name, kernel });
    return isMismatch(result) ? result : { output: result };
  });
}

/** The operands' types with the shapes of their data. */
function dataTypes<Specs extends ValueSpecs>(
  operands: Slots<Specs, ValueId>,
  inputs: Slots<Specs, RuntimeValue>,
  context: KernelContext,
): Slots<Specs, Type> {
  const typeOfData = (id: ValueId, { shape }: RuntimeValue): Type => {
    const type = context.typeOf(id);
    return isTensor(type) ? { ...type, shape } : type;
  };
  const slots = Object.entries<ValueId | readonly ValueId[] | undefined>(operands).map(([slot, ids]) => {
    const data: unknown = inputs[slot];
    if (ids === undefined) return [slot, undefined];
    // Ids and data stand in the same slots, which a mapped type over an open set of names cannot say.
    if (typeof ids === "number") return [slot, typeOfData(ids, data as RuntimeValue)];
    return [slot, ids.map((id, place) => typeOfData(id, (data as readonly RuntimeValue[])[place]!))];
  });
  return Object.fromEntries(slots) as Slots<Specs, Type>;
}
