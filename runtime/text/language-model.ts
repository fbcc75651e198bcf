import { error, fail, ok, type Result } from "../../compiler/diagnostics/diagnostic.ts";
import type { Attribute } from "../../compiler/ir/attributes.ts";
import { type Module, opAt } from "../../compiler/ir/module.ts";
import { DYNAMIC, type FunctionType } from "../../compiler/ir/types.ts";
import type { Executable } from "../backend.ts";
import { loadTokenizer } from "./load-tokenizer.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** A program that predicts tokens, with the vocabulary its tokens come from. */
export interface LanguageModel {
  readonly executable: Executable;
  readonly tokenizer: Tokenizer;
  /** Token fed before the first one, if the model was trained with it. */
  readonly bos: number | undefined;
  /** Longest sequence the model was trained on, if the module says so. */
  readonly context: number | undefined;
  /** `(tokens: tensor<?xi32>) -> tensor<?xVxf32>` */
  readonly main: string;
}

/** Discardable attributes of the module that describe a language model. */
export const TOKENIZER = "nn.tokenizer";
export const BOS = "nn.bos";
export const CONTEXT = "nn.context";

/** Reads what the module says about its tokens; `folder` is where its file is. */
export function languageModel(module: Module, executable: Executable, folder: string): Result<LanguageModel> {
  const { extra, span } = opAt(module, module.root);
  const spec = textOf(extra[TOKENIZER]);
  if (spec === undefined)
    return fail(
      error("no-tokenizer", `the module does not say what its tokens are`, {
        span,
        hint: `give it one: module attributes {${TOKENIZER} = "bytes"} { … }`,
      }),
    );
  const type = executable.entries.get("main");
  if (!type || !predictsTokens(type))
    return fail(
      error("no-language-model", "the module has no function @main(tensor<?xi32>) -> tensor<?xVxf32>", {
        hint: `functions: ${[...executable.entries.keys()].map((name) => `@${name}`).join(", ") || "none"}`,
      }),
    );
  const tokenizer = loadTokenizer(spec, folder);
  if (!tokenizer.ok) return tokenizer;
  const bos = numberOf(extra[BOS]) ?? tokenizer.value.bos;
  return ok({ executable, tokenizer: tokenizer.value, bos, context: numberOf(extra[CONTEXT]), main: "main" });
}

const DEFAULT_WINDOW = 256;

/** Tokens per window: as chosen, else the context the model was trained on, else 256. */
export const windowFor = ({ context }: Pick<LanguageModel, "context">, chosen: number | undefined): number =>
  chosen ?? context ?? DEFAULT_WINDOW;

/** A copy of the window to feed: with BOS, BOS and the window's tokens but the last. */
export const feedOf = (window: Int32Array, bos: number | undefined): Int32Array =>
  bos === undefined ? window.slice() : Int32Array.of(bos, ...window.subarray(0, -1));

function predictsTokens({ inputs, results }: FunctionType): boolean {
  const [tokens, ...rest] = inputs;
  const [logits, ...others] = results;
  return (
    rest.length === 0 &&
    others.length === 0 &&
    tokens?.kind === "tensor" &&
    tokens.element.kind === "integer" &&
    tokens.shape.length === 1 &&
    tokens.shape[0] === DYNAMIC &&
    logits?.kind === "tensor" &&
    logits.shape.length === 2
  );
}

const textOf = (attribute: Attribute | undefined): string | undefined =>
  attribute?.kind === "string" ? attribute.value : undefined;
const numberOf = (attribute: Attribute | undefined): number | undefined =>
  attribute?.kind === "integer" ? Number(attribute.value) : undefined;
