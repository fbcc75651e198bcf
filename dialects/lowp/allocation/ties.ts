import { type Module, opAt, type ValueId, valueAt, walk } from "../../../compiler/ir/module.ts";
import { add } from "../../nn/ops/binary.ts";
import { joinGroups } from "../join-groups.ts";
import { linearSites, weightUses } from "../linear-sites.ts";

/** Which weights must have one type: none, those that see one input, or those whose outputs are added. */
export const tieKinds = ["none", "inputs", "residual"] as const;
export type TieKind = (typeof tieKinds)[number];

/**
 * Groups of two or more of these parameters that must have one type, in the order of the file; names play no part.
 * inputs: their ops see the same rows of the same values, such as q, k and v. residual: one nn.add takes what their
 * ops give, directly, such as the two branches into a residual sum.
 */
export function tieGroups(
  module: Module,
  names: ReadonlySet<string>,
  kind: TieKind,
): readonly (readonly string[])[] {
  if (kind === "none") return [];
  const groups =
    kind === "inputs"
      ? [...linearSites(module).values()].map(({ symbol, aliases }) => [symbol, ...aliases])
      : residualPairs(module);
  return joinGroups(groups.map((group) => group.filter((name) => names.has(name)))).filter(
    (group) => group.length > 1,
  );
}

/** The weights on both sides of each sum. */
function residualPairs(module: Module): readonly (readonly string[])[] {
  const symbols = new Map(weightUses(module).map(({ op, symbol }) => [op, symbol]));
  const maker = (value: ValueId) => {
    const { definedBy } = valueAt(module, value);
    return definedBy === undefined ? undefined : symbols.get(opAt(module, definedBy).id);
  };
  return walk(module).flatMap((op) => {
    if (!add.is(op)) return [];
    const [left, right] = [maker(op.operands.left), maker(op.operands.right)];
    return left !== undefined && right !== undefined ? [[left, right]] : [];
  });
}
