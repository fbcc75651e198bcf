import type { Type } from "../../compiler/ir/types.ts";
import { table } from "./element-types.ts";

/** What the bytes of a component are for. */
export const componentRoles = ["codes", "scales", "zeros", "shifts", "indices", "tables", "values"] as const;
export type ComponentRole = (typeof componentRoles)[number];

const roles: Readonly<Record<string, ComponentRole>> = {
  scale: "scales",
  zero: "zeros",
  shift: "shifts",
  indices: "indices",
  mask: "indices",
  offsets: "indices",
  columns: "indices",
};

/** The role of a component by its path: the codes of a scale are scales; numbers that are no codes are values. */
export function roleOf(path: string): ComponentRole {
  const names = path.split(".");
  const [role] = names.flatMap((name) => roles[name] ?? []);
  return role ?? (names.at(-1) === "codes" ? "codes" : "values");
}

/** The parameters that a type takes its tables from, by name. */
export function tablesOf(type: Type): readonly string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if (isType(value) && table.is(value)) found.add(value.parameters.values.join("::"));
    for (const part of Object.values(value)) visit(part);
  };
  visit(type);
  return [...found];
}

const isType = (value: object): value is Type => "kind" in value && value.kind === "dialect";
