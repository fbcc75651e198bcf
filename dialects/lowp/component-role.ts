/** What the bytes of a component are for. */
export const componentRoles = ["codes", "scales", "zeros", "shifts", "indices", "tables", "values"] as const;
export type ComponentRole = (typeof componentRoles)[number];

const roles: Readonly<Record<string, ComponentRole>> = {
  scale: "scales",
  zero: "zeros",
  shift: "shifts",
  indices: "indices",
  metadata: "indices",
  mask: "indices",
  offsets: "indices",
  columns: "indices",
  selector: "indices",
  table: "tables",
};

/** The role of a component by its path: the codes of a scale are scales; numbers that are no codes are values. */
export function roleOf(path: string): ComponentRole {
  const names = path.split(".");
  const [role] = names.flatMap((name) => roles[name] ?? []);
  return role ?? (names.at(-1) === "codes" ? "codes" : "values");
}
