import type { Registry } from "../define/dialect.ts";
import { hasTrait } from "../define/op.ts";
import type { Module, Op, ValueId } from "../ir/module.ts";
import { forEachOperand, forEachResult, walk } from "../ir/module.ts";
import { Editor } from "./editor.ts";

/** Erases pure ops whose results nobody needs; the same module when there are none. */
export function eraseDeadOps(module: Module, registry: Registry): Module {
  const editor = new Editor(module);
  const live = new Set<ValueId>();
  const isPure = (op: Op) => {
    const definition = registry.op(op.name);
    return definition !== undefined && hasTrait(definition, "pure");
  };
  for (const op of [...walk(module)].reverse()) {
    let needed = false;
    forEachResult(op, (value) => {
      needed ||= live.has(value);
    });
    if (!needed && isPure(op)) editor.erase(op.id);
    else
      forEachOperand(op, (value) => {
        live.add(value);
      });
  }
  return editor.commit();
}
