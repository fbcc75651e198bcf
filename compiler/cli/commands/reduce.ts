import { type Diagnostic, error } from "../../diagnostics/diagnostic.ts";
import { encodeHex } from "../../ir/constants.ts";
import { PIPELINE, parsePipeline } from "../../passes/bind.ts";
import { opCount, type Reduced, reduceModule } from "../../reduce/reduce.ts";
import { printModule } from "../../text/print.ts";
import { type CalibrationOptions, calibrationOf } from "../calibration-choice.ts";
import type { AddCommand, Session } from "../command.ts";
import { describeFailure, type Failure, failureOf, isSameFailure, type Trial } from "../failure.ts";
import { FAILED, OK, report, resolvePath } from "../io.ts";
import { type Loaded, loadModule } from "../load.ts";
import { calibrationOption, calibrationWindowOption, calibrationWindowsOption } from "../options.ts";
import { progressOn } from "../progress.ts";
import { inlineSmall, saveModule } from "../save.ts";

interface ReduceOptions extends CalibrationOptions {
  readonly pipeline: string;
  readonly keep?: string;
  readonly output?: string;
  readonly allowUnregisteredDialect?: boolean;
}

export const reduceCommand: AddCommand = (program, { session, finish }) => {
  program
    .command("reduce")
    .description("the smallest module on which passes still fail")
    .argument("<file>", "module on which the pipeline fails; - is standard input")
    .requiredOption("--pipeline <passes>", "passes that fail, as narrow opt takes them")
    .option(
      "--keep <failure>",
      "what must stay: the code of a diagnostic, contract (a promise that is broken) or crash (default: what happens first)",
    )
    .addOption(calibrationOption())
    .addOption(calibrationWindowOption())
    .addOption(calibrationWindowsOption())
    .option("-o, --output <file>", "write the module here instead of printing it")
    .option("--allow-unregistered-dialect", "let ops and types of unknown dialects through")
    .action(async (file: string, options: ReduceOptions) => finish(await reduce(session(), file, options)));
};

async function reduce(session: Session, path: string, options: ReduceOptions): Promise<number> {
  const { io, registry } = session;
  const sources = new Map([[PIPELINE, options.pipeline]]);
  const say = (diagnostics: readonly Diagnostic[]): number => {
    report(io, diagnostics, sources);
    return FAILED;
  };
  const passes = parsePipeline(options.pipeline, registry);
  if (!passes.ok) return say(passes.diagnostics);
  const allowUnregistered = options.allowUnregisteredDialect ?? false;
  const loaded = loadModule(io, path, registry, sources, { allowUnregistered });
  if (!loaded.ok) return say(loaded.diagnostics);
  const { module, constants } = loaded.value;
  const calibration = calibrationOf(session, loaded.value, options);
  if (!calibration.ok) return say(calibration.diagnostics);
  const trial: Trial = {
    passes: passes.value,
    context: { registry, constants, calibration: calibration.value, report: () => {}, progress: () => {} },
    allowUnregistered,
    checkContracts: options.keep === "contract",
  };
  const found = await failureOf(module, trial);
  const wanted = found && wantedFailure(found, options.keep);
  if (!wanted) return say([found ? otherFailure(found, options.keep!) : noFailure(options.keep)]);
  const progress = progressOn(io, "reduce");
  const reduced = await reduceModule(module, {
    registry,
    constants,
    allowUnregistered,
    keeps: async (candidate) => {
      const failure = await failureOf(candidate, trial);
      return failure !== undefined && isSameFailure(failure, wanted);
    },
    progress: (tried, ops, what) => progress.show(tried, tried, `tried; ${ops} ops; dropping ${what}`),
  });
  progress.end();
  const left = (await failureOf(reduced.module, trial)) ?? wanted;
  return finishWith(session, loaded.value, reduced, left, options);
}

const wantedFailure = (found: Failure, keep: string | undefined): Failure | undefined =>
  keep === undefined || keep === found.kind
    ? found
    : found.kind === "diagnostic" && found.codes.includes(keep)
      ? { ...found, codes: [keep] }
      : undefined;

const noFailure = (keep: string | undefined): Diagnostic =>
  error("nothing-to-reduce", "the pipeline does not fail on this module", {
    hint:
      keep === "contract"
        ? "every pass keeps its promise on the seeded inputs of --check-contracts"
        : "--keep contract also runs the functions before and after each pass and compares",
  });

const otherFailure = (found: Failure, keep: string): Diagnostic =>
  error("other-failure", `the pipeline does not fail with ${keep}: ${describeFailure(found)}`, {
    hint: "leave --keep out to keep what happens, or name one of its codes",
  });

function finishWith(
  { io, registry }: Session,
  { module, constants, folder }: Loaded,
  { module: reduced, tried }: Reduced,
  failure: Failure,
  { pipeline, output }: ReduceOptions,
): number {
  io.err(
    `reduced ${opCount(module)} ops to ${opCount(reduced)}, trying ${tried} modules; ${describeFailure(failure)}\n`,
  );
  const small = inlineSmall(reduced, constants, encodeHex);
  const header = runLine(pipeline, failure);
  if (output === undefined) {
    io.out(`${header}${printModule(small, registry)}`);
    return OK;
  }
  const path = resolvePath(io, output);
  const saved = saveModule(path, { module: small, constants, folder, registry, header });
  if (!saved.ok) report(io, saved.diagnostics, new Map());
  return saved.ok ? OK : FAILED;
}

/** How a golden test runs the module: an error is expected; a crash or a broken promise must be mended. */
function runLine(pipeline: string, { kind }: Failure): string {
  const quoted = pipeline.includes('"') ? `'${pipeline}'` : `"${pipeline}"`;
  const not = kind === "diagnostic" ? "not " : "";
  return `// RUN: ${not}narrow opt %s --pipeline ${quoted}${kind === "contract" ? " --check-contracts" : ""}\n\n`;
}
