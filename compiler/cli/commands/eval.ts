import Table from "cli-table3";
import { Option } from "commander";
import { Interpreter, type InterpreterOptions } from "../../../runtime/interpreter/interpreter.ts";
import { type Evaluation, evaluate } from "../../../runtime/text/evaluate.ts";
import { type LanguageModel, languageModel, windowFor } from "../../../runtime/text/language-model.ts";
import { error, fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { readWholeFile } from "../../import/open-file.ts";
import type { AddCommand, Session } from "../command.ts";
import { FAILED, OK, report, resolvePath } from "../io.ts";
import { type LayerNoise, type LayerStudy, studyLayers } from "../layers.ts";
import { type Loaded, loadModule } from "../load.ts";
import { positiveInteger } from "../options.ts";
import { progressOn } from "../progress.ts";
import { plainTable } from "../table.ts";

/** What was measured, and the layers if they were asked for. */
type LayeredEvaluation = Evaluation & { readonly layers?: readonly LayerNoise[] };

interface EvalOptions {
  readonly text: string;
  readonly window?: number;
  readonly limit?: number;
  readonly reference?: string;
  readonly layers?: boolean;
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
    .option("--layers", "also say how far each layer is from the reference's: signal-to-noise ratios in dB")
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
  // JSON has no infinity: a ratio without noise is null there.
  io.out(options.json ? `${JSON.stringify(result.value)}\n` : describe(result.value));
  return OK;
}

async function evaluateFile(
  session: Session,
  path: string,
  options: EvalOptions,
  sources: Map<string, string>,
): Promise<Result<LayeredEvaluation>> {
  const { io, registry } = session;
  const loaded = loadModule(io, path, registry, sources);
  if (!loaded.ok) return loaded;
  const other =
    options.reference === undefined ? ok(undefined) : loadModule(io, options.reference, registry, sources);
  if (!other.ok) return other;
  const study = options.layers ? layersOf(loaded.value, other.value) : ok(undefined);
  if (!study.ok) return study;
  const model = asLanguageModel(session, loaded.value, study.value?.model.hooks);
  if (!model.ok) return model;
  const reference = other.value
    ? asLanguageModel(session, other.value, study.value?.reference.hooks)
    : ok(undefined);
  if (!reference.ok) return reference;
  const text = readWholeFile(resolvePath(io, options.text));
  if (!text.ok) return text;
  const progress = progressOn(io, "eval");
  const result = await evaluate(model.value, text.value, {
    window: windowFor(model.value, options.window),
    limit: options.limit,
    reference: reference.value,
    progress: (done, total) => progress.show(done, total, "windows"),
    ...(study.value && { afterWindow: () => study.value!.compare() }),
  });
  progress.end();
  if (!result.ok) return result;
  return ok({ ...result.value, ...(study.value && { layers: study.value.finish() }) });
}

const layersOf = (model: Loaded, reference: Loaded | undefined): Result<LayerStudy> =>
  reference
    ? studyLayers(model, reference)
    : fail(
        error("layers-reference", "--layers compares with another model, but none is given", {
          hint: "add --reference MODEL, the module that was quantized",
        }),
      );

/** A module as a language model that the interpreter runs. */
export function loadLanguageModel(
  session: Session,
  path: string,
  sources: Map<string, string>,
): Result<LanguageModel> {
  const loaded = loadModule(session.io, path, session.registry, sources);
  return loaded.ok ? asLanguageModel(session, loaded.value) : loaded;
}

/** The same of a module that is loaded, with whoever wants to watch it run. */
export const asLanguageModel = (
  { registry }: Session,
  { module, constants, folder }: Loaded,
  hooks: Omit<InterpreterOptions, "precision"> = {},
): Result<LanguageModel> =>
  languageModel(module, new Interpreter(module, registry, constants, { precision: "f32", ...hooks }), folder);

function describe({
  loss,
  ppl,
  bitsPerByte,
  tokens,
  seconds,
  referenceLoss,
  kl,
  agreement,
  layers,
}: LayeredEvaluation): string {
  const lines = [
    ["loss", `${loss.toFixed(6)} nats per token`],
    ["perplexity", ppl.toFixed(4)],
    ["bits per byte", bitsPerByte.toFixed(4)],
    ["tokens", String(tokens)],
    ["seconds", seconds.toFixed(1)],
    ...(referenceLoss === undefined ? [] : [["reference loss", referenceLoss.toFixed(6)]]),
    ...(kl === undefined ? [] : [["KL to reference", `${kl.toFixed(6)} nats`]]),
    ...(agreement === undefined ? [] : [["top-1 agreement", `${(100 * agreement).toFixed(2)} %`]]),
  ];
  const figures = lines.map(([name, value]) => `${name!.padEnd(16)} ${value}\n`).join("");
  return layers ? `${figures}\n${layerTable(layers)}\n` : figures;
}

/** Ratios in dB, by layer. */
function layerTable(layers: readonly LayerNoise[]): string {
  const table = new Table({
    ...plainTable,
    head: ["layer", "weight dB", "local dB", "cumulative dB"],
    colAligns: ["left", "right", "right", "right"],
  });
  for (const { name, weight, local, cumulative } of layers)
    table.push([name, ...[weight, local, cumulative].map(decibelText)]);
  return table.toString();
}

/** A ratio for people; without noise nothing differs. */
export const decibelText = (decibels: number): string =>
  decibels === Infinity ? "exact" : decibels.toFixed(2);
