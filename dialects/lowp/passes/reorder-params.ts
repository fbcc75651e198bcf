import type { PassContext } from "../../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Attribute } from "../../../compiler/ir/attributes.ts";
import type { ResourceOrigin } from "../../../compiler/ir/constants.ts";
import { type Module, type Op, walk } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import { i32, type TensorType, tensorType } from "../../../compiler/ir/types.ts";
import type { Editor } from "../../../compiler/rewrite/editor.ts";
import { packDense } from "../dense.ts";
import { get, param } from "../ops.ts";
import { type ParamOp, resourceKeys, rewriteParam } from "../params.ts";
import type { Permutation } from "../permutation.ts";
import { type AxisMove, permutedBytes } from "./permute-param.ts";
import { withoutOld } from "./quantize-params.ts";

/** An order to be recorded beside a parameter; undefined where a recorded one is to go. */
export interface RecordedOrder {
  readonly beside: string;
  readonly perm: Permutation | undefined;
}

/** Parameters in another order, as they come about in one sweep of an editor. */
export interface Reordering {
  /** By symbol. */
  readonly moves: ReadonlyMap<string, readonly AxisMove[]>;
  /** By the name of the record. */
  readonly orders: ReadonlyMap<string, RecordedOrder>;
  /** How a parameter came about, from how it came about before. */
  prov(symbol: string, before: Attribute | undefined): Attribute | undefined;
}

/**
 * Gives parameters their bytes in another order, in the types they have, and records the orders. All problems are
 * reported. Codes: `reorder-type`, `resource-taken`, `symbol-taken`, those of reading.
 */
export function reorderParams(editor: Editor, reordering: Reordering, context: PassContext): Result<void> {
  const { module } = editor;
  const problems: Diagnostic[] = [];
  let resources = module.resources;
  for (const [symbol, moves] of reordering.moves) {
    const op = topLevelSymbol(module, symbol);
    if (!op || !param.is(op)) continue;
    const bytes = permutedBytes(op, moves, module, context);
    if (!bytes.ok) {
      problems.push(...bytes.diagnostics);
      continue;
    }
    const rewritten = withBytes(op, bytes.value, reordering, context);
    const taken = Object.keys(rewritten.resources).find((key) => isTaken(module, op, key));
    if (taken !== undefined) problems.push(resourceTaken(taken, op));
    editor.update(rewritten.op);
    resources = { ...resources, ...rewritten.resources };
  }
  for (const [name, { beside, perm }] of reordering.orders) {
    const old = topLevelSymbol(module, name);
    if (old && !(param.is(old) && isOrder(old, perm) && !isRead(module, name)))
      problems.push(symbolTaken(name, old));
    const key = `${name}.value`;
    const type = tensorType(perm?.shape ?? [], i32);
    if (perm) {
      resources = { ...resources, [key]: context.constants.add(packDense(perm.data, i32)) };
      const value = { kind: "resource", key, type } as const;
      const prov = reordering.prov(name, undefined);
      const attributes = { sym_name: name, type, value, prov };
      if (old) editor.update({ ...old, attributes });
      else editor.insertBefore(topLevelSymbol(module, beside)!, param, {}, attributes);
    } else if (old) editor.erase(old.id);
  }
  if (problems.length > 0) return fail(...problems);
  const undone = [...reordering.orders].flatMap(([name, { perm }]) => (perm ? [] : [name]));
  const fresh = new Set(Object.keys(resources).filter((key) => resources[key] !== module.resources[key]));
  const kept = withoutOld(module.resources, module, new Set([...reordering.moves.keys(), ...undone]));
  const added = Object.entries(resources).filter(([key]) => fresh.has(key));
  editor.setResources({ ...kept, ...Object.fromEntries(added) });
  return ok(undefined);
}

function withBytes(
  op: ParamOp,
  bytes: Readonly<Record<string, Uint8Array>>,
  { prov: provOf }: Reordering,
  { constants }: PassContext,
): { readonly op: Op; readonly resources: Readonly<Record<string, ResourceOrigin>> } {
  const { sym_name: name, prov: before } = op.attributes;
  const type = op.attributes.type as TensorType;
  const prov = provOf(name, before);
  if (type.element.kind === "dialect") {
    const rewritten = rewriteParam(op, type, bytes, prov ?? { kind: "unit" }, constants);
    return { ...rewritten, op: { ...rewritten.op, attributes: { ...rewritten.op.attributes, prov } } };
  }
  const key = `${name}.value`;
  const value = { kind: "resource", key, type } as const;
  return {
    op: { ...op, attributes: { ...op.attributes, value, prov } },
    resources: { [key]: constants.add(bytes.value!) },
  };
}

/** Whether a key names bytes of something else than a parameter, or of others too. */
function isTaken(module: Module, { attributes }: ParamOp, key: string): boolean {
  if (!(key in module.resources)) return false;
  const owners = walk(module).filter(
    (op) => param.is(op) && [...resourceKeys(op.attributes.value).values()].includes(key),
  );
  return (
    !owners.every((op) => param.is(op) && op.attributes.sym_name === attributes.sym_name) ||
    owners.length === 0
  );
}

const isRead = (module: Module, name: string): boolean =>
  walk(module).some((op) => get.is(op) && op.attributes.param.join("::") === name);

/** Whether a parameter is an order of as many channels. */
const isOrder = ({ attributes: { type } }: ParamOp, perm: Permutation | undefined): boolean =>
  type.kind === "tensor" &&
  type.element.kind === "integer" &&
  type.shape.length === 1 &&
  (perm === undefined || type.shape[0] === perm.data.length);

const resourceTaken = (key: string, { span }: ParamOp): Diagnostic =>
  error("resource-taken", `dense_resource<${key}> already names other bytes`, {
    span,
    hint: `rename dense_resource<${key}>`,
  });

const symbolTaken = (name: string, { span }: Op): Diagnostic =>
  error("symbol-taken", `@${name} is defined already, and is no order of these channels`, {
    span,
    hint: `rename @${name}`,
  });
