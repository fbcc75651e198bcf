import Table from "cli-table3";
import type { ClassifierEvaluation } from "../../../runtime/classification/evaluate.ts";
import { Interpreter, type InterpreterOptions } from "../../../runtime/interpreter/interpreter.ts";
import { type Evaluation, evaluate } from "../../../runtime/text/evaluate.ts";
import { type LanguageModel, languageModel, windowFor } from "../../../runtime/text/language-model.ts";
import { error, fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { readWholeFile } from "../../import/open-file.ts";
import { type Backend, backendOption, executableOf } from "../backend.ts";
import { classify } from "../classify.ts";
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
  readonly text?: string;
  readonly window?: number;
  readonly inputs?: string;
  readonly labels?: string;
  readonly batch?: number;
  readonly limit?: number;
  readonly reference?: string;
  readonly layers?: boolean;
  readonly backend: Backend;
  readonly json?: boolean;
}

export const evalCommand: AddCommand = (program, { session, finish }) => {
  program
    .command("eval")
    .description("loss of a model on a text or on examples")
    .argument("<model>", "module with @main: tokens or examples to logits")
    .option("--text <file>", "text to score")
    .option(
      "--window <tokens>",
      "scored tokens per window; no context is carried over (default: the model's context)",
      positiveInteger,
    )
    .option("--inputs <file>", "examples to classify: a .npy file, [N, ...]")
    .option("--labels <file>", "their classes: a .npy file of N integers")
    .option("--batch <count>", "examples run at a time (default: 100)", positiveInteger)
    .option("--limit <count>", "score at most this many tokens or examples", positiveInteger)
    .option(
      "--reference <model>",
      "also compare with this model, run by the interpreter: KL divergence, top-1 agreement",
    )
    .option("--layers", "also say how far each layer is from the reference's: signal-to-noise ratios in dB")
    .addOption(backendOption())
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
): Promise<Result<LayeredEvaluation | ClassifierEvaluation>> {
  const data = dataOf(options);
  if (!data.ok) return data;
  return "text" in data.value
    ? evaluateText(session, path, { ...options, ...data.value }, sources)
    : classify(session, path, { ...options, batch: options.batch ?? DEFAULT_BATCH, ...data.value }, sources);
}

const DEFAULT_BATCH = 100;

type Data = { readonly text: string } | { readonly inputs: string; readonly labels: string };

/** A text, or inputs with labels; what goes with the other one is refused. */
function dataOf({ text, window, inputs, labels, batch, layers }: EvalOptions): Result<Data> {
  const forExamples = { "--inputs": inputs, "--labels": labels, "--batch": batch };
  const forText = { "--window": window, "--layers": layers };
  const refuse = (message: string) =>
    fail(
      error("eval-data", message, {
        hint: "give --text FILE for a language model, or --inputs X.npy --labels Y.npy for a classifier",
      }),
    );
  if (text !== undefined) {
    const extra = Object.entries(forExamples).find(([, value]) => value !== undefined);
    return extra ? refuse(`${extra[0]} says nothing about a text`) : ok({ text });
  }
  if (inputs === undefined || labels === undefined)
    return refuse(
      inputs === labels ? "there is nothing to score" : "inputs need labels, and labels need inputs",
    );
  const extra = Object.entries(forText).find(([, value]) => value !== undefined)?.[0];
  return extra === undefined
    ? ok({ inputs, labels })
    : fail(
        error("eval-data", `${extra} says nothing about examples`, {
          hint: `leave ${extra} out; it goes with --text`,
        }),
      );
}

async function evaluateText(
  session: Session,
  path: string,
  options: EvalOptions & { readonly text: string },
  sources: Map<string, string>,
): Promise<Result<LayeredEvaluation>> {
  const { io, registry } = session;
  const loaded = loadModule(io, path, registry, sources);
  if (!loaded.ok) return loaded;
  const other =
    options.reference === undefined ? ok(undefined) : loadModule(io, options.reference, registry, sources);
  if (!other.ok) return other;
  if (options.layers && options.backend !== "interpreter")
    return fail(
      error(
        "layers-backend",
        `--layers watches the interpreter, but the model is to run on ${options.backend}`,
        {
          hint: "leave --backend out",
        },
      ),
    );
  const study = options.layers ? layersOf(loaded.value, other.value) : ok(undefined);
  if (!study.ok) return study;
  const model = study.value
    ? asLanguageModel(session, loaded.value, study.value.model.hooks)
    : await runnableModel(session, loaded.value, options.backend);
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

/** A module as a language model, run by a backend. */
export async function loadLanguageModel(
  session: Session,
  path: string,
  backend: Backend,
  sources: Map<string, string>,
): Promise<Result<LanguageModel>> {
  const loaded = loadModule(session.io, path, session.registry, sources);
  return loaded.ok ? runnableModel(session, loaded.value, backend) : loaded;
}

async function runnableModel(
  session: Session,
  loaded: Loaded,
  backend: Backend,
): Promise<Result<LanguageModel>> {
  const executable = await executableOf(session, loaded, backend);
  return executable.ok ? languageModel(loaded.module, executable.value, loaded.folder) : executable;
}

/** A module as a language model that the interpreter runs, with whoever wants to watch it. */
export const asLanguageModel = (
  { registry }: Session,
  { module, constants, folder }: Loaded,
  hooks: Omit<InterpreterOptions, "precision"> = {},
): Result<LanguageModel> =>
  languageModel(module, new Interpreter(module, registry, constants, { precision: "f32", ...hooks }), folder);

function describe(evaluation: LayeredEvaluation | ClassifierEvaluation): string {
  const { loss, seconds, kl, agreement } = evaluation;
  const isText = "ppl" in evaluation;
  const own = isText
    ? [
        ["loss", `${loss.toFixed(6)} nats per token`],
        ["perplexity", evaluation.ppl.toFixed(4)],
        ["bits per byte", evaluation.bitsPerByte.toFixed(4)],
        ["tokens", String(evaluation.tokens)],
      ]
    : [
        ["accuracy", `${(100 * evaluation.accuracy).toFixed(2)} %`],
        ["cross-entropy", `${loss.toFixed(6)} nats`],
        ["examples", String(evaluation.examples)],
      ];
  const lines = [
    ...own,
    ["seconds", seconds.toFixed(1)],
    ...(isText && evaluation.referenceLoss !== undefined
      ? [["reference loss", evaluation.referenceLoss.toFixed(6)]]
      : []),
    ...(kl === undefined ? [] : [["KL to reference", `${kl.toFixed(6)} nats`]]),
    ...(agreement === undefined ? [] : [["top-1 agreement", `${(100 * agreement).toFixed(2)} %`]]),
  ];
  const figures = lines.map(([name, value]) => `${name!.padEnd(16)} ${value}\n`).join("");
  return isText && evaluation.layers ? `${figures}\n${layerTable(evaluation.layers)}\n` : figures;
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
