import { uses } from "../ir/analysis.ts";
import type { Module, ValueId } from "../ir/module.ts";
import { type FunctionOp, functionsOf, retyped } from "./functions.ts";
import { defineReduction } from "./reduction.ts";
import { withOps } from "./with-ops.ts";

interface FunctionArgument {
  readonly of: FunctionOp;
  readonly value: ValueId;
}

/** Arguments of functions that nothing in them uses. */
export const dropArguments = defineReduction<FunctionArgument>({
  name: "arguments of functions",
  items: (module, { registry }) =>
    functionsOf(module, registry).flatMap((of) =>
      of.entry.arguments.filter((value) => !uses(module).has(value)).map((value) => ({ of, value })),
    ),
  without: (module, dropped) => {
    const values = new Set(dropped.map(({ value }) => value));
    const functions = [...new Map(dropped.map(({ of }) => [of.op.id, of])).values()];
    return [functions.reduce((current, of) => withoutArguments(current, of, values), module)];
  },
});

function withoutArguments(
  module: Module,
  { op, type, entry }: FunctionOp,
  dropped: ReadonlySet<ValueId>,
): Module {
  const keep = entry.arguments.map((value) => !dropped.has(value));
  const stays = <T>(list: readonly T[]): readonly T[] => list.filter((_, place) => keep[place]);
  const changed = retyped(op, { ...type, inputs: stays(type.inputs) }, { inputs: keep });
  const values = Object.fromEntries(
    Object.entries(module.values).filter(([id]) => !dropped.has(Number(id) as ValueId)),
  );
  return {
    ...withOps(module, [changed]),
    values: values as Module["values"],
    blocks: { ...module.blocks, [entry.id]: { ...entry, arguments: stays(entry.arguments) } },
  };
}
