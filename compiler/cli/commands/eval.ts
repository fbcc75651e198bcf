import { Option } from "commander";
import { Interpreter } from "../../../runtime/interpreter/interpreter.ts";
import { type Evaluation, evaluate } from "../../../runtime/text/evaluate.ts";
import { type LanguageModel, languageModel, windowFor } from "../../../runtime/text/language-model.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { readWholeFile } from "../../import/open-file.ts";
import type { AddCommand, Session } from "../command.ts";
import { FAILED, OK, report, resolvePath } from "../io.ts";
import { loadModule } from "../load.ts";
import { positiveInteger } from "../options.ts";
import { progressOn } from "../progress.ts";

interface EvalOptions {
  readonly text: string;
  readonly window?: number;
  readonly limit?: number;
  readonly reference?: string;
  readonly backend: "interpreter";
  readonly json?: boolean;
}

export const evalCommand: AddCommand = (program, { session, finish }) => {
  program
    .command("eval")
    .description("loss and perplexity of a language model on a text")
    .argument("<model>", "module with @main(tensor<?xi32>) -> tensor<?xVxf32>")
    .requiredOption("--text <file>", "text to score")
    .option(
      "--window <tokens>",
      "scored tokens per window; no context is carried over (default: the model's context)",
      positiveInteger,
    )
    .option("--limit <tokens>", "score at most this many tokens", positiveInteger)
    .option("--reference <model>", "also compare with this model: KL divergence, top-1 agreement")
    .addOption(
      new Option("--backend <name>", "what runs the model").choices(["interpreter"]).default("interpreter"),
    )
    .option("--json", "print one JSON object")
    .action(async (path: string, options: EvalOptions) => finish(await evalModel(session(), path, options)));
};

async function evalModel(session: Session, path: string, options: EvalOptions): Promise<number> {
  const { io } = session;
  const sources = new Map<string, string>();
  const result = await evaluateFile(session, path, options, sources);
  if (!result.ok) {
    report(io, result.diagnostics, sources);
    return FAILED;
  }
  io.out(options.json ? `${JSON.stringify(result.value)}\n` : describe(result.value));
  return OK;
}

async function evaluateFile(
  session: Session,
  path: string,
  options: EvalOptions,
  sources: Map<string, string>,
): Promise<Result<Evaluation>> {
  const { io } = session;
  const model = loadLanguageModel(session, path, sources);
  if (!model.ok) return model;
  const reference =
    options.reference === undefined ? ok(undefined) : loadLanguageModel(session, options.reference, sources);
  if (!reference.ok) return reference;
  const text = readWholeFile(resolvePath(io, options.text));
  if (!text.ok) return text;
  const progress = progressOn(io, "eval");
  const result = await evaluate(model.value, text.value, {
    window: windowFor(model.value, options.window),
    limit: options.limit,
    reference: reference.value,
    progress: (done, total) => progress.show(done, total, "windows"),
  });
  progress.end();
  return result;
}

/** A module as a language model that the interpreter runs. */
export function loadLanguageModel(
  { io, registry }: Session,
  path: string,
  sources: Map<string, string>,
): Result<LanguageModel> {
  const loaded = loadModule(io, path, registry, sources);
  if (!loaded.ok) return loaded;
  const { module, constants, folder } = loaded.value;
  return languageModel(module, new Interpreter(module, registry, constants), folder);
}

function describe({ loss, ppl, bitsPerByte, tokens, seconds, kl, agreement }: Evaluation): string {
  const lines = [
    ["loss", `${loss.toFixed(6)} nats per token`],
    ["perplexity", ppl.toFixed(4)],
    ["bits per byte", bitsPerByte.toFixed(4)],
    ["tokens", String(tokens)],
    ["seconds", seconds.toFixed(1)],
    ...(kl === undefined ? [] : [["KL to reference", `${kl.toFixed(6)} nats`]]),
    ...(agreement === undefined ? [] : [["top-1 agreement", `${(100 * agreement).toFixed(2)} %`]]),
  ];
  return lines.map(([name, value]) => `${name!.padEnd(16)} ${value}\n`).join("");
}
