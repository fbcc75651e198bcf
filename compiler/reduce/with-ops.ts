import type { Module, Op, OpId } from "../ir/module.ts";

/** The module with other records for ops it has. */
export const withOps = (module: Module, ops: readonly Op[]): Module => {
  const changed: Readonly<Record<OpId, Op>> = Object.fromEntries(ops.map((op) => [op.id, op]));
  return { ...module, ops: { ...module.ops, ...changed } };
};
