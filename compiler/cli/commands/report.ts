import { linearSites } from "../../../dialects/lowp/linear-sites.ts";
import { evaluate } from "../../../runtime/text/evaluate.ts";
import { windowFor } from "../../../runtime/text/language-model.ts";
import { error, fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { writeAll, writeAside } from "../../export/write-aside.ts";
import { readWholeFile } from "../../import/open-file.ts";
import type { AddCommand, Session } from "../command.ts";
import { FAILED, OK, report, resolvePath, shownPath } from "../io.ts";
import { type LayerStudy, recorderFor, studyLayers } from "../layers.ts";
import { type Loaded, loadModule } from "../load.ts";
import { positiveInteger } from "../options.ts";
import { progressOn } from "../progress.ts";
import { describeModel, InputPictures, type Report, type Source, sourceOf } from "../report/gather.ts";
import { page } from "../report/page.ts";
import { asLanguageModel } from "./eval.ts";

interface ReportOptions {
  readonly reference?: string;
  readonly text?: string;
  readonly window?: number;
  readonly limit?: number;
  readonly output: string;
}

export const reportCommand: AddCommand = (program, { session, finish }) => {
  program
    .command("report")
    .description("a page on a model: sizes, noise, plots")
    .argument("<model>", "quantized module")
    .option("--reference <model>", "the module it was made from; adds noise, and more if there is a text")
    .option("--text <file>", "text to score, and to see the inputs of layers on")
    .option("--window <tokens>", "scored tokens per window (default: the model's context)", positiveInteger)
    .option("--limit <tokens>", "score at most this many tokens", positiveInteger)
    .requiredOption("-o, --output <file>", "HTML file to write; it needs nothing else")
    .action(async (path: string, options: ReportOptions) =>
      finish(await reportModel(session(), path, options)),
    );
};

async function reportModel(session: Session, path: string, options: ReportOptions): Promise<number> {
  const { io } = session;
  const sources = new Map<string, string>();
  const gathered = await gather(session, path, options, sources);
  const output = resolvePath(io, options.output);
  const written = gathered.ok ? await write(output, gathered.value) : gathered;
  if (!written.ok) {
    report(io, written.diagnostics, sources);
    return FAILED;
  }
  io.err(`wrote ${shownPath(io, output)}\n`);
  return OK;
}

async function write(path: string, gathered: Report): Promise<Result<void>> {
  const bytes = new TextEncoder().encode(await page(gathered));
  return writeAside(path, (file) => writeAll(file, bytes));
}

async function gather(
  session: Session,
  path: string,
  options: ReportOptions,
  sources: Map<string, string>,
): Promise<Result<Report>> {
  const { io, registry } = session;
  const { text: textPath, reference: referencePath, window, limit } = options;
  if (textPath === undefined && (window ?? limit) !== undefined)
    return fail(
      error("report-text", "--window and --limit say how to read a text, but none is given", {
        hint: "add --text FILE",
      }),
    );
  const model = loadModule(io, path, registry, sources);
  if (!model.ok) return model;
  const reference =
    referencePath === undefined ? ok(undefined) : loadModule(io, referencePath, registry, sources);
  if (!reference.ok) return reference;
  const study = reference.value ? studyLayers(model.value, reference.value) : ok(undefined);
  if (!study.ok) return study;
  const described = describeModel(session, path, model.value, reference.value);
  if (!described.ok) return described;
  const text = textPath === undefined ? ok(undefined) : readWholeFile(resolvePath(io, textPath));
  if (!text.ok) return text;
  const programs = { model: model.value, reference: reference.value, study: study.value };
  const measured = text.value ? await measure(session, programs, text.value, options) : ok(nothing);
  if (!measured.ok) return measured;
  const files = sourcesOf(session, [
    ["model", path],
    ["reference", referencePath],
    ["text", textPath],
  ]);
  if (!files.ok) return files;
  return ok({
    ...described.value,
    ...measured.value,
    sources: files.value,
    weightNoise: study.value?.weights,
  });
}

function sourcesOf(
  { io }: Session,
  named: readonly (readonly [string, string | undefined])[],
): Result<readonly Source[]> {
  const found: Source[] = [];
  for (const [role, name] of named) {
    if (name === undefined) continue;
    const bytes = readWholeFile(resolvePath(io, name));
    if (!bytes.ok) return bytes;
    found.push(sourceOf(role, name, bytes.value));
  }
  return ok(found);
}

type Measured = Pick<Report, "evaluation" | "layers" | "inputs">;
const nothing: Measured = { evaluation: undefined, layers: undefined, inputs: undefined };

interface Programs {
  readonly model: Loaded;
  readonly reference: Loaded | undefined;
  readonly study: LayerStudy | undefined;
}

/** What running the model, and the reference beside it, on a text tells. */
async function measure(
  session: Session,
  { model, reference, study }: Programs,
  text: Uint8Array,
  { window, limit }: ReportOptions,
): Promise<Result<Measured>> {
  const recorder = study?.model ?? recorderFor(model.module);
  const own = asLanguageModel(session, model, recorder.hooks);
  if (!own.ok) return own;
  const other = reference ? asLanguageModel(session, reference, study?.reference.hooks) : ok(undefined);
  if (!other.ok) return other;
  const pictures = new InputPictures(pictureNames(model));
  const progress = progressOn(session.io, "report");
  const tokens = windowFor(own.value, window);
  const evaluation = await evaluate(own.value, text, {
    window: tokens,
    limit,
    reference: other.value,
    progress: (done, total) => progress.show(done, total, "windows"),
    afterWindow: () => {
      const runs = recorder.take();
      for (const { symbol, input } of runs) if (input) pictures.add(symbol, input.data);
      return study ? study.compare(runs) : ok(undefined);
    },
  });
  progress.end();
  if (!evaluation.ok) return evaluation;
  return ok({
    evaluation: { ...evaluation.value, window: tokens },
    layers: study?.finish(),
    inputs: pictures.finish(),
  });
}

/** The names of all layers of a site, by the one it is kept under. */
const pictureNames = ({ module }: Loaded): ReadonlyMap<string, string> =>
  new Map(
    [...linearSites(module).values()].map(({ symbol, aliases }) => [
      symbol,
      [symbol, ...aliases.map((alias) => withoutSharedPath(symbol, alias))].join(", "),
    ]),
  );

/** `k_proj` for `layers.0.k_proj` beside `layers.0.q_proj`. */
function withoutSharedPath(name: string, alias: string): string {
  const parts = alias.split(".");
  const differs = parts.findIndex((part, i) => part !== name.split(".")[i]);
  return differs === -1 ? alias : parts.slice(differs).join(".");
}
