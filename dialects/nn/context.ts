import { type Module, opAt } from "../../compiler/ir/module.ts";

/** The attribute of a module that says how many tokens its model was trained to see at once. */
export const CONTEXT = "nn.context";

/** Longest sequence that a model was trained on, in tokens, if the module says so. */
export function contextOf(module: Module): number | undefined {
  const found = opAt(module, module.root).extra[CONTEXT];
  return found?.kind === "integer" ? Number(found.value) : undefined;
}
