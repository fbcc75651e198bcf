import { createRegistry } from "../../../compiler/define/dialect.ts";
import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Attribute } from "../../../compiler/ir/attributes.ts";
import type { DialectType, TensorType, Type } from "../../../compiler/ir/types.ts";
import { parsePiece } from "../../../compiler/text/parse.ts";
import { AttributePrinter } from "../../../compiler/text/print-attributes.ts";
import { AttributeResolver } from "../../../compiler/text/resolve-attributes.ts";
import { lowpAttributes } from "../../../dialects/lowp/attributes.ts";
import { lowpTypes } from "../../../dialects/lowp/types.ts";

const dialect = {
  name: "lowp",
  summary: "The types and attributes alone.",
  types: lowpTypes,
  attributes: lowpAttributes,
};
export const registry = createRegistry([dialect], []);

/** A type and what its text was found to break. */
export function readType(text: string): { readonly type: Type; readonly diagnostics: readonly Diagnostic[] } {
  const resolver = new AttributeResolver(registry, "test.mlir", { allowUnregistered: true });
  const syntax = parsePiece((grammar) => grammar.typeRule, text, "test.mlir", 0);
  if (!syntax.ok) throw new Error(syntax.diagnostics.map(({ message }) => message).join("; "));
  return { type: resolver.type(syntax.value), diagnostics: resolver.diagnostics };
}

/** A lowp type whose text must be right. */
export function lowpType(text: string): DialectType {
  const { type, diagnostics } = readType(text);
  if (diagnostics.length > 0 || type.kind !== "dialect")
    throw new Error(`${text}: ${diagnostics.map(({ message }) => message).join("; ")}`);
  return type;
}

export const printType = (type: Type): string => new AttributePrinter(registry, "pretty", []).type(type);
export const printAttribute = (attribute: Attribute): string =>
  new AttributePrinter(registry, "pretty", []).attribute(attribute);

export const isTensor = (type: Type): type is TensorType => type.kind === "tensor";
