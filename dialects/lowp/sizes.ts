import { type Module, walk } from "../../compiler/ir/module.ts";
import type { TensorType, Type } from "../../compiler/ir/types.ts";
import { elementCount } from "../../compiler/numeric/tensor.ts";
import { param } from "./ops.ts";
import { byteLengthOf } from "./storage.ts";

/** What one parameter takes in storage. */
export interface ParamSize {
  readonly name: string;
  readonly element: Type;
  readonly elements: number;
  /** All components: codes, scales, zero points, indices. Undefined where the data decide. */
  readonly bytes: number | undefined;
}

/** The parameters of a module with their sizes, in the order of the file. */
export function paramSizes(module: Module): readonly ParamSize[] {
  return [...walk(module)].flatMap((op): ParamSize[] => {
    if (!param.is(op)) return [];
    const { element, shape } = op.attributes.type as TensorType;
    return [
      {
        name: op.attributes.sym_name,
        element,
        elements: elementCount(shape),
        bytes: byteLengthOf(element, shape),
      },
    ];
  });
}
