import { type Module, type Op, opAt, type Value, type ValueId, valueAt } from "./module.ts";
import { DYNAMIC, type Type } from "./types.ts";

/** A type as error messages name it. Parameters of dialect types are left out: the source shows them. */
export function describeType(type: Type): string {
  switch (type.kind) {
    case "integer":
      return `${{ signless: "i", signed: "si", unsigned: "ui" }[type.signedness]}${type.width}`;
    case "index":
    case "none":
      return type.kind;
    case "float":
      return type.name;
    case "tensor": {
      const extents = type.shape.map((size) => `${size === DYNAMIC ? "?" : size}x`).join("");
      return `tensor<${extents}${describeType(type.element)}${type.encoding ? ", …" : ""}>`;
    }
    case "unranked":
      return `tensor<*x${describeType(type.element)}>`;
    case "tuple":
      return `tuple<${type.items.map(describeType).join(", ")}>`;
    case "function":
      return `(${type.inputs.map(describeType).join(", ")}) -> (${type.results.map(describeType).join(", ")})`;
    case "dialect":
      return `!${type.name}${Object.keys(type.parameters).length > 0 ? "<…>" : ""}`;
    case "opaque":
      return `!${type.name}${type.body === undefined ? "" : "<…>"}`;
    case "verbatim":
      return type.text;
  }
}

/** A value as explanations name it: `%w, made by nn.add`; `op` defines it, unless it is an argument. */
export function describeOrigin({ name }: Pick<Value, "name">, op: Op | undefined): string {
  const origin = op ? `made by ${op.name}` : "an argument";
  return name === undefined ? `a value ${origin}` : `%${name}, ${origin}`;
}

export function describeValue(module: Module, id: ValueId): string {
  const value = valueAt(module, id);
  return describeOrigin(value, value.definedBy === undefined ? undefined : opAt(module, value.definedBy));
}
