import { applyEdits, noEdits } from "../ir/edit.ts";
import { type OpId, topLevel } from "../ir/module.ts";
import { defineReduction } from "./reduction.ts";

/** Functions, weights and all else at the top of the file; those that are still referred to stay, as the rest would be illegal. */
export const dropSymbols = defineReduction<OpId>({
  name: "functions and weights",
  items: (module) => topLevel(module).map(({ id }) => id),
  without: (module, ids) => [applyEdits(module, { ...noEdits(module), erased: new Set(ids) })],
});
