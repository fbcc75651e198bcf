import type { Registry } from "../define/dialect.ts";
import { parentOf, parents } from "../ir/analysis.ts";
import {
  attributesOf,
  type Block,
  blockAt,
  type Module,
  type Op,
  type OpId,
  opAt,
  walk,
} from "../ir/module.ts";
import type { FunctionType } from "../ir/types.ts";

/** An op whose first block has as arguments what its `function_type` says. */
export interface FunctionOp {
  readonly op: Op;
  readonly type: FunctionType;
  readonly entry: Block;
}

/** What an op is as a function with a body, if it is one. */
export function functionOf(module: Module, op: Op, registry: Registry): FunctionOp | undefined {
  const { function_type: type } = attributesOf(op) as { readonly function_type?: FunctionType };
  const entry = op.regions[0]?.[0];
  const isFunction = registry.op(op.name)?.spec.form === "function" && type !== undefined;
  return isFunction && entry !== undefined ? { op, type, entry: blockAt(module, entry) } : undefined;
}

/** The functions of a module that have a body, in order. */
export const functionsOf = (module: Module, registry: Registry): readonly FunctionOp[] =>
  walk(module).flatMap((op) => functionOf(module, op, registry) ?? []);

/** The innermost function an op is in. */
export function functionAround(module: Module, op: OpId, registry: Registry): FunctionOp | undefined {
  for (let around = parentOf(module, op); around; around = parentOf(module, around.id)) {
    const found = functionOf(module, around, registry);
    if (found) return found;
  }
  return undefined;
}

/** The ops directly in the blocks of a function that end it. */
export function endsOf(module: Module, { op }: FunctionOp): readonly Op[] {
  return op.regions.flat().flatMap((id) => {
    const last = blockAt(module, id).ops.at(-1);
    return last === undefined ? [] : [opAt(module, last)];
  });
}

/** A function op of another type; what is said of single arguments and results goes with them. */
export function retyped(
  op: Op,
  type: FunctionType,
  kept: { readonly inputs?: readonly boolean[]; readonly results?: readonly boolean[] } = {},
): Op {
  const filtered = (list: unknown, keep: readonly boolean[] | undefined) =>
    Array.isArray(list) && keep ? list.filter((_, i) => keep[i] !== false) : list;
  const { arg_attrs: ofInputs, res_attrs: ofResults } = attributesOf(op);
  const attributes = {
    ...op.attributes,
    function_type: type,
    ...(ofInputs !== undefined && { arg_attrs: filtered(ofInputs, kept.inputs) }),
    ...(ofResults !== undefined && { res_attrs: filtered(ofResults, kept.results) }),
  };
  return { ...op, attributes };
}

/** Whether an op is in a block that an op without symbols, such as a function, owns. */
export function isInside(module: Module, op: OpId): boolean {
  const block = parents(module).blockOf.get(op);
  const owner = block === undefined ? undefined : parents(module).ownerOf.get(block);
  return owner !== undefined && owner !== module.root;
}
