import { defineOp } from "../../compiler/define/op.ts";
import { optional, symbolDefinition } from "../../compiler/schema/schema.ts";

/** Holds functions and parameters; its discardable attributes describe the whole program. */
export const module = defineOp("builtin.module", {
  summary: "Holds the functions and parameters of a program.",
  operands: {},
  attributes: { sym_name: optional(symbolDefinition) },
  results: {},
  regions: ["body"],
  traits: ["symbol-table", "isolated"],
  form: "container",
  keyword: "module",
});
