import { type Diagnostic, error } from "../diagnostics/diagnostic.ts";
import { byteLengthOf } from "../ir/constants.ts";
import { attributesOf, type Module, type Op, walk } from "../ir/module.ts";
import { floatBits, type Type } from "../ir/types.ts";

/** Checks that each resource has as many bytes as the builtin type beside it needs. */
export function verifyResources(module: Module): readonly Diagnostic[] {
  if (Object.keys(module.resources).length === 0) return [];
  return [...walk(module)].flatMap((op) =>
    [...Object.values(attributesOf(op)), ...Object.values(op.extra)].flatMap((value) =>
      check(value, op, module),
    ),
  );
}

/** Resources stand in attributes of any depth; decoded attributes that are no attribute data are skipped. */
function check(value: unknown, op: Op, module: Module): readonly Diagnostic[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => check(item, op, module));
  const attribute = value as {
    readonly kind?: string;
    readonly key?: string;
    readonly type?: Type;
    readonly entries?: object;
  };
  if (attribute.kind === "dictionary")
    return Object.values(attribute.entries ?? {}).flatMap((item) => check(item, op, module));
  if (attribute.kind === "array") return check((value as { readonly items: unknown }).items, op, module);
  if (attribute.kind !== "resource" || attribute.key === undefined || !attribute.type) return [];
  const origin = module.resources[attribute.key];
  const expected = packedBytes(attribute.type);
  if (!origin || expected === undefined || byteLengthOf(origin) === expected) return [];
  return [
    error(
      "resource-length",
      `dense_resource<${attribute.key}> has ${byteLengthOf(origin)} bytes, but its type needs ${expected}`,
      {
        span: op.span,
        hint: "the bytes are those of another tensor, or were cut; write the resource again",
      },
    ),
  ];
}

/** Bytes of a static tensor of builtin elements, packed without gaps; undefined for other types. */
export function packedBytes(type: Type): number | undefined {
  if (type.kind !== "tensor" || type.shape.some((size) => size < 0)) return undefined;
  const { element, shape } = type;
  const bits =
    element.kind === "float"
      ? floatBits[element.name]
      : element.kind === "integer"
        ? element.width
        : element.kind === "index"
          ? 64
          : undefined;
  return bits === undefined
    ? undefined
    : Math.ceil((bits * shape.reduce((product, size) => product * size, 1)) / 8);
}
