import type { Attribute } from "../../compiler/ir/attributes.ts";
import { byteLengthOf as bytesAt } from "../../compiler/ir/constants.ts";
import { type Module, walk } from "../../compiler/ir/module.ts";
import type { TensorType, Type } from "../../compiler/ir/types.ts";
import { elementCount } from "../../compiler/numeric/tensor.ts";
import { param } from "./ops.ts";
import { resourceKeys } from "./params.ts";
import { byteLengthOf } from "./storage.ts";

/** What one parameter takes in storage. */
export interface ParamSize {
  readonly name: string;
  readonly element: Type;
  readonly elements: number;
  /**
   * All components: codes, scales, zero points, indices. Where the data decide, as with csr, those of the resources;
   * undefined where these are not there.
   */
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
        bytes: byteLengthOf(element, shape) ?? storedBytes(module, op.attributes.value),
      },
    ];
  });
}

function storedBytes(module: Module, value: Attribute | undefined): number | undefined {
  const origins = [...resourceKeys(value).values()].map((key) => module.resources[key]);
  if (origins.length === 0) return undefined;
  return origins.reduce<number | undefined>(
    (total, origin) => (origin && total !== undefined ? total + bytesAt(origin) : undefined),
    0,
  );
}
