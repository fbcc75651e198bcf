import { analysis, parentOf } from "./analysis.ts";
import { attributesOf, blockAt, type Module, type Op, type OpId, opAt, walk } from "./module.ts";

/** The name an op defines: by convention of the whole IR, its attribute `sym_name`. */
export function symbolNameOf(op: Op): string | undefined {
  const name = attributesOf(op).sym_name;
  if (typeof name === "string") return name;
  const raw = name as { readonly kind?: string; readonly value?: unknown } | undefined;
  return raw?.kind === "string" && typeof raw.value === "string" ? raw.value : undefined;
}

/** For each op that holds symbols: its symbols by name. A name defined twice keeps its first op. */
export const symbolTables = analysis((module) => {
  const tables = new Map<OpId, Map<string, OpId>>();
  for (const op of walk(module))
    for (const region of op.regions)
      for (const block of region)
        for (const id of blockAt(module, block).ops) {
          const name = symbolNameOf(opAt(module, id));
          if (name === undefined) continue;
          const table = tables.get(op.id) ?? new Map<string, OpId>();
          if (!table.has(name)) table.set(name, id);
          tables.set(op.id, table);
        }
  return tables;
});

/** The op a symbol path names, seen from inside `from`: the nearest enclosing table that has its head. */
export function lookupSymbol(module: Module, from: OpId, path: readonly string[]): Op | undefined {
  const tables = symbolTables(module);
  const [head = "", ...rest] = path;
  for (let op = parentOf(module, from); op; op = parentOf(module, op.id)) {
    const found = tables.get(op.id)?.get(head);
    if (found === undefined) continue;
    return rest.reduce<Op | undefined>(
      (at, name) => {
        const next = at && tables.get(at.id)?.get(name);
        return next === undefined ? undefined : opAt(module, next);
      },
      opAt(module, found),
    );
  }
  return undefined;
}

/** A symbol of the outermost op. */
export function topLevelSymbol(module: Module, name: string): Op | undefined {
  const id = symbolTables(module).get(module.root)?.get(name);
  return id === undefined ? undefined : opAt(module, id);
}
