import type { Attribute } from "../ir/attributes.ts";
import { builtinType } from "../ir/types.ts";
import { unquote } from "./quote.ts";

/** What a bare word means where an attribute is expected. */
export function wordAttribute(text: string): Attribute {
  if (text === "true" || text === "false") return { kind: "bool", value: text === "true" };
  if (text === "unit") return { kind: "unit" };
  const type = builtinType(text);
  return type ? { kind: "type", type } : { kind: "word", text };
}

/** The key between the brackets of `dense_resource<…>`, which is quoted where it is no word. */
export const resourceKey = (text: string): string => (text.startsWith('"') ? unquote(text) : text);
