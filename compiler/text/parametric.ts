import { type Mismatch, mismatch } from "../define/op.ts";
import type { AnyParametric } from "../define/type.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Literal } from "../ir/attributes.ts";
import { same } from "../ir/types.ts";
import { usage } from "./usage.ts";

/** Body items of `!d.t<…>` to parameters, by the definition's schemas. */
export function decodeParameters(
  definition: AnyParametric,
  items: readonly Literal[],
): Readonly<Record<string, unknown>> | Mismatch {
  if (definition.syntax)
    return definition.syntax.decode(items) as Readonly<Record<string, unknown>> | Mismatch;
  const { name, parameters, positional, variadic } = definition;
  const keyed = items.filter((item) => item.kind === "entry");
  const plain = items.filter((item) => item.kind !== "entry");
  const given = new Map<string, Literal>();
  positional.forEach((key, i) => {
    const last = variadic && i === positional.length - 1;
    const literal = last ? group(plain.slice(i)) : plain[i];
    if (literal) given.set(key, literal);
  });
  if (!variadic && plain.length > positional.length)
    return mismatch(
      "type-parameters",
      `${name} takes ${positional.length} values without a key, found ${plain.length}`,
      {
        hint: `write it as ${usage(definition)}`,
      },
    );
  for (const { key, value } of keyed) {
    if (!(key in parameters) || positional.includes(key))
      return mismatch("type-parameters", `${name} has no parameter ${key}`, {
        hint: didYouMean(
          key,
          Object.keys(parameters).filter((known) => !positional.includes(known)),
        ),
      });
    if (given.has(key)) return mismatch("type-parameters", `${name} is given ${key} twice`);
    given.set(key, value);
  }
  const decoded: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(parameters)) {
    const literal = given.get(key);
    const value = literal === undefined ? schema.fallback?.value : schema.decode(literal);
    if (value === undefined && !(literal === undefined && schema.fallback))
      return mismatch("type-parameters", `${name} needs ${key}: ${schema.describe}`, {
        hint: `write it as ${usage(definition)}`,
      });
    decoded[key] = value;
  }
  return decoded;
}

/** Parameters back to body items; what has its default value is left out. */
export function encodeParameters(
  definition: AnyParametric,
  parameters: Readonly<Record<string, unknown>>,
): readonly Literal[] {
  if (definition.syntax) return definition.syntax.encode(parameters);
  const { positional, variadic } = definition;
  return Object.entries(definition.parameters).flatMap(([key, schema]): Literal[] => {
    const value = parameters[key];
    const place = positional.indexOf(key);
    if (schema.fallback && same(value, schema.fallback.value)) return [];
    const literal = schema.encode(value);
    if (place === -1) return [{ kind: "entry", key, value: literal }];
    const last = variadic && place === positional.length - 1;
    return last && literal.kind === "array" ? [...literal.items] : [literal];
  });
}

const group = (items: readonly Literal[]): Literal => ({ kind: "group", open: "[", items });
