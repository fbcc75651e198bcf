import type { AnyOp } from "../define/op.ts";
import type { AnyParametric } from "../define/type.ts";

/** `nn.linear(%input, %weight, %bias?) {…}` */
export function example({ name, spec }: AnyOp): string {
  const symbols = Object.entries(spec.attributes).flatMap(([key, { role }]) => (role ? [`@${key}`] : []));
  const operands = Object.entries(spec.operands).map(([key, { arity }]) =>
    arity === "many" ? `[%${key}, …]` : arity === "optional" ? `%${key}?` : `%${key}`,
  );
  switch (spec.form ?? "uniform") {
    case "uniform":
      return `${spec.keyword ?? name}(${[...symbols, ...operands].join(", ")})`;
    case "container":
      return `${spec.keyword ?? name} @name attributes {…} { … }`;
    case "function":
      return `${spec.keyword ?? name} @name(%argument: type, …) -> type { … }`;
    case "terminator":
      return `${spec.keyword ?? name} %value, … : type, …`;
    case "definition":
      return `${spec.keyword ?? name} @name : type = attribute`;
  }
  return name;
}

/** `lowp.q<element, block = list, …>` */
export function usage({ name, parameters, positional, syntax }: AnyParametric): string {
  if (syntax) return `${name}<…>`;
  const parts = Object.entries(parameters).map(([key, { fallback }]) => {
    const text = positional.includes(key) ? key : `${key} = …`;
    return fallback ? `(${text})?` : text;
  });
  return `${name}<${parts.join(", ")}>`;
}
