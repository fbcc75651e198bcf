import { type Module, opAt, topLevel } from "../../../compiler/ir/module.ts";
import { symbolNameOf } from "../../../compiler/ir/symbols.ts";
import { BOS, CONTEXT, TOKENIZER } from "../../text/language-model.ts";
import type { LanguageModel } from "../artifact/program.ts";

const integerOf = (module: Module, name: string): number | undefined => {
  const attribute = opAt(module, module.root).extra[name];
  return attribute?.kind === "integer" ? Number(attribute.value) : undefined;
};

/** What the module says of itself as a language model: its attributes, and a function `main`. */
export function languageModelOf(module: Module): LanguageModel | undefined {
  const isModel = opAt(module, module.root).extra[TOKENIZER] !== undefined;
  const hasMain = topLevel(module).some((op) => symbolNameOf(op) === "main");
  if (!isModel || !hasMain) return undefined;
  const bos = integerOf(module, BOS);
  return { entry: "main", ...(bos !== undefined && { bos }) };
}

/** The longest sequence the module says it was trained on: the most of any open extent, unless the user says more. */
export const contextOf = (module: Module): number | undefined => integerOf(module, CONTEXT);
