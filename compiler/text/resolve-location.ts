import { error } from "../diagnostics/diagnostic.ts";
import type { Attribute, Location } from "../ir/attributes.ts";
import type { AttributeResolver } from "./resolve-attributes.ts";
import type { LocationSyntax, Name } from "./syntax.ts";

/** Gives a spelled location its meaning. */
export function resolveLocation(syntax: LocationSyntax, resolver: AttributeResolver): Location {
  const inner = (each: LocationSyntax) => resolveLocation(each, resolver);
  switch (syntax.kind) {
    case "name":
      return { kind: "name", name: syntax.name, ...(syntax.child && { child: inner(syntax.child) }) };
    case "callsite":
      return { kind: "callsite", callee: inner(syntax.callee), caller: inner(syntax.caller) };
    case "fused": {
      const metadata = fusedMetadata(syntax.head, resolver);
      return { kind: "fused", items: syntax.items.map(inner), ...(metadata && { metadata }) };
    }
    case "alias":
      return aliasedLocation(syntax.name, resolver);
    default:
      return syntax;
  }
}

/** The attribute between the brackets of `fused<…>`. */
function fusedMetadata({ text, span }: Name, resolver: AttributeResolver): Attribute | undefined {
  const angle = text.indexOf("<") + 1;
  if (angle === 0) return undefined;
  const syntax = resolver.piece((grammar) => grammar.attribute, text.slice(angle, -1), span.start + angle);
  return syntax && resolver.attribute(syntax);
}

function aliasedLocation({ text, span }: Name, resolver: AttributeResolver): Location {
  const attribute = resolver.hash(text, span);
  if (attribute?.kind === "location") return attribute.location;
  if (attribute) resolver.report(error("unknown-alias", `${text} is not a location`, { span }));
  return { kind: "unknown" };
}
