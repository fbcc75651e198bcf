import Table from "cli-table3";
import { InvalidArgumentError, Option } from "commander";
import { error, fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { readWholeFile } from "../../import/open-file.ts";
import { PIPELINE, parsePipeline } from "../../passes/bind.ts";
import { bisect, type Culprit, type Trial } from "../bisect/bisect.ts";
import { type Gauge, lossGauge, noiseGauge } from "../bisect/gauge.ts";
import { type CalibrationOptions, calibrationOf, unusedCalibration } from "../calibration-choice.ts";
import type { AddCommand, Session } from "../command.ts";
import { FAILED, OK, report, resolvePath } from "../io.ts";
import { paramsOf } from "../layers.ts";
import { type Loaded, loadModule } from "../load.ts";
import { calibrationOption, positiveInteger } from "../options.ts";
import { runPasses } from "../run-passes.ts";
import { plainTable } from "../table.ts";

interface BisectOptions extends CalibrationOptions {
  readonly pipeline: string;
  readonly metric: Gauge["name"];
  readonly threshold: number;
  readonly text?: string;
  readonly window?: number;
  readonly limit?: number;
}

export const bisectCommand: AddCommand = (program, { session, finish }) => {
  program
    .command("bisect")
    .description("find the pass and the layers that spoil it")
    .argument("<file>", "module as it is before the passes")
    .requiredOption("--pipeline <passes>", "passes, as narrow opt takes them")
    .addOption(
      new Option(
        "--metric <name>",
        "sqnr: outputs on seeded inputs, in dB; loss: on a text, in nats per token",
      )
        .choices(["sqnr", "loss"])
        .makeOptionMandatory(),
    )
    .requiredOption("--threshold <number>", "the worst that is good: least sqnr or largest loss", number)
    .option("--text <file>", "text to score, for --metric loss")
    .option("--window <tokens>", "scored tokens per window (default: the model's context)", positiveInteger)
    .option("--limit <tokens>", "score at most this many tokens", positiveInteger)
    .addOption(calibrationOption())
    .action(async (path: string, options: BisectOptions) =>
      finish(await bisectFile(session(), path, options)),
    );
};

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("expected a number.");
  return value;
}

async function bisectFile(session: Session, path: string, options: BisectOptions): Promise<number> {
  const { io } = session;
  const sources = new Map<string, string>([[PIPELINE, options.pipeline]]);
  const found = await search(session, path, options, sources);
  if (!found.ok) {
    report(io, found.diagnostics, sources);
    return FAILED;
  }
  io.out(describe(found.value));
  return OK;
}

interface Found extends Culprit {
  readonly gauge: Gauge;
}

async function search(
  session: Session,
  path: string,
  options: BisectOptions,
  sources: Map<string, string>,
): Promise<Result<Found>> {
  const { io, registry } = session;
  const passes = parsePipeline(options.pipeline, registry);
  if (!passes.ok) return passes;
  const loaded = loadModule(io, path, registry, sources);
  if (!loaded.ok) return loaded;
  const calibration = calibrationOf(session, loaded.value, options);
  if (!calibration.ok) return calibration;
  const gauge = gaugeOf(session, loaded.value, options);
  if (!gauge.ok) return gauge;
  const { module, constants } = loaded.value;
  const names = new Map(passes.value.map(({ text, name }) => [text, name]));
  const culprit = await bisect(module, {
    gauge: gauge.value,
    passes: passes.value.map(({ text }) => text),
    // Remarks of passes belong to runs for their own sake; here each runs many times.
    run: (current, pass) =>
      runPasses(
        session,
        current,
        pass,
        constants,
        { verifyEach: true, allowUnregistered: false, calibration: calibration.value },
        sources,
        () => {},
      ),
    namesIn: (current) => [...paramsOf(current).keys()],
    hasOnly: (pass) => {
      const definition = registry.passes.find(({ name }) => name === names.get(pass));
      return definition !== undefined && "only" in definition.options;
    },
  });
  if (!culprit.ok) return culprit;
  if (calibration.value && !calibration.value.wasUsed()) return fail(unusedCalibration(options.calibration!));
  return ok({ ...culprit.value, gauge: gauge.value });
}

/** Code: `bisect-text`. */
function gaugeOf(session: Session, loaded: Loaded, options: BisectOptions): Result<Gauge> {
  const { metric, threshold, text, window, limit } = options;
  const refuse = (message: string, hint: string) => fail(error("bisect-text", message, { hint }));
  if (metric === "sqnr") {
    const extra = Object.entries({ "--text": text, "--window": window, "--limit": limit }).find(
      ([, value]) => value !== undefined,
    );
    if (extra)
      return refuse(`${extra[0]} says nothing about --metric sqnr`, "use --metric loss, or leave it out");
    return noiseGauge(session, loaded, threshold);
  }
  if (text === undefined)
    return refuse("--metric loss needs a text", "add --text FILE, or use --metric sqnr");
  const bytes = readWholeFile(resolvePath(session.io, text));
  return bytes.ok ? ok(lossGauge(session, loaded, threshold, { text: bytes.value, window, limit })) : bytes;
}

function describe({ gauge, passes, pass, layers, together }: Found): string {
  const bad = layers.filter(({ isBad }) => isBad);
  const turning = together.find(({ isBad }) => isBad);
  const verdict = [
    `first pass past the threshold: ${pass}`,
    `${gauge.name} ${gauge.show(passes.at(-2)!.figure)} before it, ${gauge.show(passes.at(-1)!.figure)} after it`,
    ...(bad.length > 0 ? [`layers that are enough alone: ${bad.map(({ what }) => what).join(", ")}`] : []),
    ...(bad.length === 0 && layers.length > 0 ? ["no layer is enough alone"] : []),
    ...(turning
      ? [`with the layers before it, past the threshold at ${turning.what}, found by halving`]
      : []),
  ];
  return [
    table(gauge, "after", passes),
    ...(layers.length > 0 ? [table(gauge, "layer alone", layers)] : []),
    ...(together.length > 0 ? [table(gauge, "layers up to", together)] : []),
    `${verdict.join("\n")}\n`,
  ].join("\n");
}

function table(gauge: Gauge, head: string, trials: readonly Trial[]): string {
  const rows = new Table({
    ...plainTable,
    head: [head, gauge.name, ""],
    colAligns: ["left", "right", "left"],
  });
  for (const { what, figure, isBad } of trials)
    rows.push([what, gauge.show(figure), isBad ? "past the threshold" : ""]);
  return `${rows.toString().replace(/ +$/gm, "")}\n`;
}
