import type { RuntimeValue } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch, type OpOf } from "../../compiler/define/op.ts";
import type { Attribute } from "../../compiler/ir/attributes.ts";
import type { ConstantStore, ResourceOrigin } from "../../compiler/ir/constants.ts";
import type { Op } from "../../compiler/ir/module.ts";
import type { FloatType, IntegerType, TensorType } from "../../compiler/ir/types.ts";
import { readConstant } from "../nn/kernels/read-constant.ts";
import { unpackDense } from "./dense.ts";
import type { param } from "./ops.ts";
import { unpackValue } from "./pack.ts";
import { componentsOf } from "./storage.ts";

export type ParamOp = OpOf<typeof param>;

/** Keys of the resources a parameter's bytes are in, by component path; a dense value is the path `value`. */
export function resourceKeys(value: Attribute | undefined): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  if (value?.kind === "resource") keys.set("value", value.key);
  if (value?.kind === "dictionary")
    for (const [path, entry] of Object.entries(value.entries))
      if (entry.kind === "resource") keys.set(path, entry.key);
  return keys;
}

/** The value of a parameter; `read` gives the bytes of a resource, or says why it cannot. */
export function readParam(
  op: ParamOp,
  read: (key: string) => Uint8Array | Mismatch,
): RuntimeValue | Mismatch {
  const { sym_name: name, type, value } = op.attributes;
  if (value === undefined)
    return mismatch("param-undefined", `@${name} has no value`, {
      hint: "import the model with its weights",
    });
  const { element, shape } = type as TensorType;
  if (value.kind === "dense") return readConstant(value, "f32");
  const keys = resourceKeys(value);
  const bytes = new Map<string, Uint8Array>();
  for (const { path } of componentsOf(element, shape)) {
    const key = keys.get(path);
    const found =
      key === undefined ? mismatch("param-value", `@${name} does not say where its ${path} is`) : read(key);
    if (isMismatch(found)) return { ...found, message: `@${name}: ${found.message}` };
    bytes.set(path, found);
  }
  const at = (path: string) => bytes.get(path)!;
  return element.kind === "dialect"
    ? unpackValue(element, shape, at)
    : unpackDense(at("value"), element as FloatType | IntegerType, shape);
}

/** A parameter rewritten to hold the bytes of a value's components: its new record, and where they are now. */
export function rewriteParam(
  op: ParamOp,
  type: TensorType,
  bytes: Readonly<Record<string, Uint8Array>>,
  prov: Attribute,
  constants: ConstantStore,
): { readonly op: Op; readonly resources: Readonly<Record<string, ResourceOrigin>> } {
  const resources: Record<string, ResourceOrigin> = {};
  const entries: Record<string, Attribute> = {};
  for (const component of componentsOf(type.element, type.shape)) {
    const key = `${op.attributes.sym_name}.${component.path}`;
    resources[key] = constants.add(bytes[component.path]!);
    entries[component.path] = { kind: "resource", key, type: component.type };
  }
  const value = { kind: "dictionary", entries } as const;
  // The plan is carried out.
  const plan = { allocated: undefined, solver: undefined };
  const attributes = { ...op.attributes, type, value, prov, ...plan };
  return { op: { ...op, attributes }, resources };
}
