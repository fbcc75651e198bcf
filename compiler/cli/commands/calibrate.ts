import { type Calibration, calibrate } from "../../../runtime/calibration/calibrate.ts";
import { EVERYTHING } from "../../../runtime/calibration/statistics.ts";
import { saveCalibration } from "../../../runtime/calibration/store.ts";
import { Interpreter } from "../../../runtime/interpreter/interpreter.ts";
import { languageModel, windowFor } from "../../../runtime/text/language-model.ts";
import type { Result } from "../../diagnostics/diagnostic.ts";
import { readWholeFile } from "../../import/open-file.ts";
import { collectorOf, sitesOf } from "../calibration.ts";
import type { AddCommand, Session } from "../command.ts";
import { FAILED, OK, report, resolvePath, shownPath } from "../io.ts";
import { loadModule } from "../load.ts";
import { positiveInteger } from "../options.ts";
import { progressOn } from "../progress.ts";

interface CalibrateOptions {
  readonly text: string;
  readonly window?: number;
  readonly stride?: number;
  readonly windows?: number;
  readonly output: string;
}

export const calibrateCommand: AddCommand = (program, { session, finish }) => {
  program
    .command("calibrate")
    .description("measure the inputs of a model's layers on a text")
    .argument("<model>", "module with @main(tensor<?xi32>) -> tensor<?xVxf32>")
    .requiredOption("--text <file>", "text to feed")
    .option("--window <tokens>", "tokens fed at a time (default: the model's context)", positiveInteger)
    .option("--stride <tokens>", "from one window's start to the next (default: the window)", positiveInteger)
    .option("--windows <count>", "feed at most this many windows", positiveInteger)
    .requiredOption("-o, --output <file>", "safetensors file to write the statistics into")
    .action(async (path: string, options: CalibrateOptions) =>
      finish(await calibrateModel(session(), path, options)),
    );
};

async function calibrateModel(session: Session, path: string, options: CalibrateOptions): Promise<number> {
  const { io } = session;
  const sources = new Map<string, string>();
  const result = await calibrateFile(session, path, options, sources);
  const output = resolvePath(io, options.output);
  const written = result.ok ? saveCalibration(output, result.value) : result;
  if (!result.ok || !written.ok) {
    report(io, written.ok ? [] : written.diagnostics, sources);
    return FAILED;
  }
  const { source, statistics } = result.value;
  io.err(`wrote ${shownPath(io, output)}: ${statistics.size} weights, ${source.tokens} tokens\n`);
  return OK;
}

async function calibrateFile(
  { io, registry }: Session,
  path: string,
  options: CalibrateOptions,
  sources: Map<string, string>,
): Promise<Result<Calibration>> {
  const loaded = loadModule(io, path, registry, sources);
  if (!loaded.ok) return loaded;
  const { module, constants, folder } = loaded.value;
  const collector = collectorOf(sitesOf(module), EVERYTHING);
  const interpreter = new Interpreter(module, registry, constants, {
    precision: "f32",
    observe: (_entry, op, inputs) => collector.observe(op, inputs),
  });
  const model = languageModel(module, interpreter, folder);
  if (!model.ok) return model;
  const text = readWholeFile(resolvePath(io, options.text));
  if (!text.ok) return text;
  const progress = progressOn(io, "calibrate");
  const result = await calibrate(model.value, text.value, collector, {
    window: windowFor(model.value, options.window),
    stride: options.stride,
    windows: options.windows,
    progress: (done, total) => progress.show(done, total, "windows"),
  });
  progress.end();
  return result;
}
