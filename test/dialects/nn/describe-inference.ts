import { type AnyOp, isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { describeType } from "../../../compiler/ir/describe.ts";
import { builtinType, DYNAMIC, type TensorType, type Type, tensorType } from "../../../compiler/ir/types.ts";
import { complete } from "../../../compiler/schema/schema.ts";
import { ops } from "../../../dialects/nn/ops.ts";

/** `2x?xf32` as a tensor type. */
export function tensor(text: string): TensorType {
  const parts = text.split("x");
  const shape = parts.slice(0, -1).map((size) => (size === "?" ? DYNAMIC : Number(size)));
  return tensorType(shape, builtinType(parts.at(-1)!)!);
}

export const opNamed = (name: string): AnyOp => {
  const found = ops.find((op) => op.name === `nn.${name}`);
  if (!found) throw new Error(`no op nn.${name}`);
  return found;
};

export type TypeSlots = Readonly<Record<string, string | Type | readonly (string | Type)[]>>;

/** The inferred result type, or what is wrong. */
export function inferType(
  name: string,
  operands: TypeSlots,
  attributes: Readonly<Record<string, unknown>> = {},
): Type | Mismatch {
  const { spec } = opNamed(name);
  const read = (type: string | Type): Type => (typeof type === "string" ? tensor(type) : type);
  const types = Object.fromEntries(
    Object.entries(operands).map(([slot, type]) => [
      slot,
      Array.isArray(type) ? type.map(read) : read(type as Type),
    ]),
  );
  const inferred = spec.infer!(types, complete(spec.attributes, attributes));
  return isMismatch(inferred) ? inferred : (inferred.output as Type);
}

/** `2x?xf32`, or `code: message`. */
export function describeInference(...question: Parameters<typeof inferType>): string {
  const found = inferType(...question);
  if (isMismatch(found)) return `${found.code}: ${found.message}`;
  return describeType(found).replace(/^tensor<(.*)>$/, "$1");
}
