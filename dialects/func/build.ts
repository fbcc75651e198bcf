import type { ValueId } from "../../compiler/ir/module.ts";
import type { Type } from "../../compiler/ir/types.ts";
import type { ModuleBuilder } from "../../compiler/rewrite/module-builder.ts";
import { func, returnOp } from "./ops.ts";

export interface FunctionToBuild {
  readonly name: string;
  readonly arguments: readonly { readonly name: string; readonly type: Type }[];
  readonly visibility?: "private";
  /** Builds the body from the arguments and gives the results. */
  body(values: readonly ValueId[]): readonly ValueId[];
}

/** Writes a function; its result types are those of the values it returns. */
export function buildFunction(
  builder: ModuleBuilder,
  { name, arguments: list, visibility, body }: FunctionToBuild,
): void {
  let results: readonly Type[] = [];
  const block = builder.block(list, (values) => {
    const returned = body(values);
    results = returned.map((value) => builder.typeOf(value));
    builder.build(returnOp, { values: returned }, {});
  });
  builder.build(
    func,
    {},
    {
      sym_name: name,
      function_type: { kind: "function", inputs: list.map(({ type }) => type), results },
      ...(visibility && { sym_visibility: visibility }),
    },
    { regions: [[block]] },
  );
}
