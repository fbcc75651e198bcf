import { type Calibration, type CalibrationData, calibrate } from "../../../runtime/calibration/calibrate.ts";
import { EVERYTHING } from "../../../runtime/calibration/statistics.ts";
import { saveCalibration } from "../../../runtime/calibration/store.ts";
import { Interpreter } from "../../../runtime/interpreter/interpreter.ts";
import { languageModel } from "../../../runtime/text/language-model.ts";
import { error, fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { readWholeFile } from "../../import/open-file.ts";
import { collectorOf, observedSites, sitesOf } from "../calibration.ts";
import { batchesOf, readExamples, windowsOf } from "../calibration-data.ts";
import type { AddCommand, Session } from "../command.ts";
import { FAILED, OK, report, resolvePath, shownPath } from "../io.ts";
import { type Loaded, loadModule } from "../load.ts";
import { positiveInteger } from "../options.ts";
import { progressOn } from "../progress.ts";

interface CalibrateOptions {
  readonly text?: string;
  readonly inputs?: string;
  readonly window?: number;
  readonly stride?: number;
  readonly windows?: number;
  readonly output: string;
}

export const calibrateCommand: AddCommand = (program, { session, finish }) => {
  program
    .command("calibrate")
    .description("measure the inputs of a model's layers on data")
    .argument("<model>", "module with @main: tokens to logits, or any function of one tensor of examples")
    .option("--text <file>", "text to feed a language model")
    .option("--inputs <file>", "examples to feed another program: a .npy file, [N, ...]")
    .option(
      "--window <count>",
      "tokens or examples fed at a time (default: the model's context, 32 examples)",
      positiveInteger,
    )
    .option("--stride <tokens>", "from one window's start to the next (default: the window)", positiveInteger)
    .option("--windows <count>", "feed at most this many windows", positiveInteger)
    .requiredOption("-o, --output <file>", "safetensors file to write the statistics into")
    .action(async (path: string, options: CalibrateOptions) =>
      finish(await calibrateModel(session(), path, options)),
    );
};

/** What was measured: of how many weights, and of how many values that are observed. */
interface Measured {
  readonly calibration: Calibration;
  readonly weights: number;
  readonly values: number;
}

async function calibrateModel(session: Session, path: string, options: CalibrateOptions): Promise<number> {
  const { io } = session;
  const sources = new Map<string, string>();
  const result = await calibrateFile(session, path, options, sources);
  const output = resolvePath(io, options.output);
  const written = result.ok ? saveCalibration(output, result.value.calibration) : result;
  if (!result.ok || !written.ok) {
    report(io, written.ok ? [] : written.diagnostics, sources);
    return FAILED;
  }
  const { calibration, weights, values } = result.value;
  const { source } = calibration;
  const fed = "text" in source ? `${source.tokens} tokens` : `${source.examples} examples`;
  const observed = values === 0 ? "" : `, ${values} values`;
  io.err(`wrote ${shownPath(io, output)}: ${weights} weights${observed}, ${fed}\n`);
  return OK;
}

async function calibrateFile(
  session: Session,
  path: string,
  options: CalibrateOptions,
  sources: Map<string, string>,
): Promise<Result<Measured>> {
  const { io, registry } = session;
  const chosen = dataOf(options);
  if (!chosen.ok) return chosen;
  const loaded = loadModule(io, path, registry, sources);
  if (!loaded.ok) return loaded;
  const { module, constants } = loaded.value;
  const observed = observedSites(module);
  if (!observed.ok) return observed;
  const collector = collectorOf(sitesOf(module), EVERYTHING, observed.value);
  const executable = new Interpreter(module, registry, constants, {
    precision: "f32",
    observe: (_entry, op, inputs) => collector.observe(op, inputs),
  });
  const data = readData(session, loaded.value, executable, { ...options, ...chosen.value });
  if (!data.ok) return data;
  const progress = progressOn(io, "calibrate");
  const calibration = await calibrate({ executable, main: "main" }, data.value, collector, (done, total) =>
    progress.show(done, total, "windows"),
  );
  progress.end();
  if (!calibration.ok) return calibration;
  const names = [...calibration.value.statistics.keys()];
  const sites = new Set([...observed.value.values()].map(({ symbol }) => symbol));
  const values = names.filter((name) => sites.has(name)).length;
  return ok({ calibration: calibration.value, values, weights: names.length - values });
}

type Data = { readonly text: string } | { readonly inputs: string };

/** A text, or examples; what goes with the other one is refused. Codes: `calibrate-data`. */
function dataOf({ text, inputs, stride }: CalibrateOptions): Result<Data> {
  const refuse = (message: string) =>
    fail(
      error("calibrate-data", message, {
        hint: "give --text FILE for a language model, or --inputs X.npy for another program",
      }),
    );
  if (text !== undefined)
    return inputs === undefined ? ok({ text }) : refuse("--inputs says nothing about a text");
  if (inputs === undefined) return refuse("there is nothing to feed");
  return stride === undefined ? ok({ inputs }) : refuse("--stride says nothing about examples");
}

function readData(
  { io }: Session,
  { module, folder }: Loaded,
  executable: Interpreter,
  options: Omit<CalibrateOptions, "text" | "inputs"> & Data,
): Result<CalibrationData> {
  if ("inputs" in options) {
    const examples = readExamples(resolvePath(io, options.inputs));
    return examples.ok ? batchesOf(examples.value, options) : examples;
  }
  const model = languageModel(module, executable, folder);
  if (!model.ok) return model;
  const text = readWholeFile(resolvePath(io, options.text));
  return text.ok ? windowsOf(model.value, text.value, options) : text;
}
