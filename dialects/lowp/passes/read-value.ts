import type { RuntimeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch } from "../../../compiler/define/op.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import { fail, ok, type Result, unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { type ParamOp, readParam, resourceKeys } from "../params.ts";

type Store = Pick<PassContext, "constants">;

/** The bytes of a parameter by resource key, as they are stored; problems point at the parameter. */
export function readBytes(
  op: ParamOp,
  { resources }: Module,
  { constants }: Store,
): Result<ReadonlyMap<string, Uint8Array>> {
  const bytes = new Map<string, Uint8Array>();
  for (const key of resourceKeys(op.attributes.value).values()) {
    const read = constants.read(key, resources[key]);
    if (!read.ok) return fail(...read.diagnostics.map((each) => ({ ...each, span: each.span ?? op.span })));
    bytes.set(key, read.value);
  }
  return ok(bytes);
}

/** The value of a parameter of any type. Codes: those of readParam. */
export function readValue(op: ParamOp, module: Module, store: Store): Result<RuntimeValue> {
  const bytes = readBytes(op, module, store);
  if (!bytes.ok) return bytes;
  const value = readParam(op, (key) => bytes.value.get(key) ?? unreachable(`${key} was read`));
  if (!isMismatch(value)) return ok(value);
  const { blames: _, ...problem } = value;
  return fail({ severity: "error", span: op.span, ...problem });
}
