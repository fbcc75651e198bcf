import { type Command, Option } from "commander";
import { parseExpectations } from "../../check/expectations.ts";
import { matchDiagnostics } from "../../check/match-diagnostics.ts";
import { splitInput } from "../../check/split-input.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { error, fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { isStream } from "../../export/write-aside.ts";
import { ConstantStore, encodeHex } from "../../ir/constants.ts";
import type { Module } from "../../ir/module.ts";
import { printModule } from "../../text/print.ts";
import type { PrintForm } from "../../text/print-attributes.ts";
import { parseModule } from "../../text/resolve.ts";
import { verify } from "../../verify/verify.ts";
import { ALLOCATION_PROBLEM, writeProblem } from "../allocation/problem-file.ts";
import { lossBackendOption } from "../backend.ts";
import { type CalibrationOptions, calibrationOf, unusedData } from "../calibration-choice.ts";
import type { AddCommand, Session } from "../command.ts";
import { constantHost } from "../constant-host.ts";
import { readCostTable, unusedCosts } from "../cost-table.ts";
import { REPRODUCER } from "../crash.ts";
import { explainOption } from "../explain.ts";
import { type DiagnosticFormat, FAILED, type Io, OK, report, resolvePath, USAGE } from "../io.ts";
import { readText } from "../load.ts";
import {
  calibrationOption,
  calibrationWindowOption,
  calibrationWindowsOption,
  workersOption,
} from "../options.ts";
import { runPasses } from "../run-passes.ts";
import { inlineSmall, saveModule } from "../save.ts";
import { openUnfinished } from "../solving/unfinished.ts";

export interface OptOptions extends CalibrationOptions {
  readonly pipeline?: string;
  readonly costs?: string;
  readonly problem?: string;
  readonly output?: string;
  readonly emit: PrintForm;
  readonly printIr?: "after-all" | "after-change";
  readonly timing?: boolean;
  readonly verifyEach: boolean;
  readonly checkContracts?: boolean;
  readonly explain: readonly string[];
  readonly workers?: number;
  readonly allowUnregisteredDialect?: boolean;
  readonly diagnostics: DiagnosticFormat;
  readonly verifyDiagnostics?: boolean;
  readonly splitInputFile?: boolean;
  readonly runReproducer?: boolean;
}

export const optCommand: AddCommand = (program: Command, { session, finish }) => {
  program
    .command("opt")
    .description("parse, verify, run passes, print")
    .argument("<file>", "module to read; - is standard input")
    .option("--pipeline <passes>", 'passes to run, such as "canonicalize,quantize-weights{type=!lowp.q<…>}"')
    .addOption(calibrationOption())
    .addOption(calibrationWindowOption())
    .addOption(calibrationWindowsOption())
    .option("--losses <file>", "keeps the losses that passes measure, so that none is measured twice")
    .addOption(lossBackendOption())
    .option("--costs <file>", "what weights cost a target in each type, for allocate-bits{budgets=…}")
    .option(
      "--problem <file>",
      "write what allocate-bits or another such pass had to decide as JSON, for narrow allocate",
    )
    .option("-o, --output <file>", "write the module here (and new weights beside it) instead of printing it")
    .addOption(new Option("--emit <form>", "text form").choices(["pretty", "generic"]).default("pretty"))
    .addOption(
      new Option("--print-ir <when>", "print the module after passes").choices(["after-all", "after-change"]),
    )
    .option(...explainOption)
    .option("--timing", "print the time each pass took")
    .option("--no-verify-each", "do not verify after each pass")
    .addOption(workersOption())
    .option("--check-contracts", "run the functions before and after each pass and compare what it promises")
    .option("--allow-unregistered-dialect", "let ops and types of unknown dialects through")
    .addOption(
      new Option("--diagnostics <format>", "how problems are written")
        .choices(["text", "json"])
        .default("text"),
    )
    .option(
      "--verify-diagnostics",
      "expect exactly the problems that `// expected-error {{…}}` lines announce",
    )
    .option("--split-input-file", "treat pieces between `// -----` lines as files of their own")
    .option("--run-reproducer", "run the pipeline recorded in the file by a crash")
    .action(async (file: string, options: OptOptions) => finish(await opt(session(), file, options)));
};

/** One piece of input: its text, and the name and folder of its file. */
interface Piece {
  readonly text: string;
  readonly file: string;
  readonly folder: string;
}

async function opt(session: Session, path: string, options: OptOptions): Promise<number> {
  const { io } = session;
  const read = readText(io, path);
  if (!read.ok) {
    report(io, read.diagnostics, new Map(), options.diagnostics);
    return FAILED;
  }
  if (options.runReproducer && options.pipeline !== undefined) {
    io.err("--run-reproducer runs the pipeline in the file; leave --pipeline out\n");
    return USAGE;
  }
  const pieces = options.splitInputFile
    ? splitInput(read.value.text)
    : [{ text: read.value.text, startOffset: 0 }];
  if (options.output !== undefined && pieces.length > 1) {
    io.err("-o takes one module; leave --split-input-file out\n");
    return USAGE;
  }
  const statuses: number[] = [];
  for (const piece of pieces) {
    if (statuses.length > 0 && !options.verifyDiagnostics) io.out("// -----\n");
    // Offsets of later pieces are kept by standing the piece at its place in blank text.
    const text = blankBefore(read.value.text, piece.startOffset) + piece.text;
    statuses.push(await onePiece(session, { ...read.value, text }, options));
  }
  return Math.max(...statuses);
}

const blankBefore = (text: string, end: number): string => text.slice(0, end).replace(/[^\n]/g, " ");

async function onePiece(session: Session, piece: Piece, options: OptOptions): Promise<number> {
  const { io } = session;
  const sources = new Map([[piece.file, piece.text]]);
  const constants = new ConstantStore(constantHost(piece.folder));
  const output = options.output === undefined ? undefined : resolvePath(io, options.output);
  const unfinished =
    output === undefined || isStream(output) ? ok(undefined) : openUnfinished(output, { resume: false });
  if (!unfinished.ok) {
    report(io, unfinished.diagnostics, sources, options.diagnostics);
    return FAILED;
  }
  if (unfinished.value) constants.spillTo(unfinished.value.blobs);
  const status = await transformTo(session, piece, options, constants, output);
  unfinished.value?.remove();
  return status;
}

/** Transforms a piece and prints it, or writes it to `output`. */
async function transformTo(
  session: Session,
  piece: Piece,
  options: OptOptions,
  constants: ConstantStore,
  output: string | undefined,
): Promise<number> {
  const { io, registry } = session;
  const sources = new Map([[piece.file, piece.text]]);
  const remarks: Diagnostic[] = [];
  const result = await transform(session, piece, options, constants, sources, (diagnostic) =>
    remarks.push(diagnostic),
  );
  const diagnostics = [...remarks, ...(result.ok ? [] : result.diagnostics)];
  if (options.verifyDiagnostics) return checkExpected(io, piece, diagnostics, sources, options.diagnostics);
  report(io, diagnostics, sources, options.diagnostics);
  if (!result.ok) return FAILED;
  if (output === undefined) {
    io.out(printModule(inlineSmall(result.value, constants, encodeHex), registry, options.emit));
    return OK;
  }
  const saving = { module: result.value, constants, folder: piece.folder, registry, form: options.emit };
  const saved = saveModule(output, saving);
  if (!saved.ok) report(io, saved.diagnostics, sources, options.diagnostics);
  return saved.ok ? OK : FAILED;
}

async function transform(
  session: Session,
  { text, file, folder }: Piece,
  options: OptOptions,
  constants: ConstantStore,
  sources: Map<string, string>,
  remark: (diagnostic: Diagnostic) => void,
): Promise<Result<Module>> {
  const { registry } = session;
  const allowUnregistered = options.allowUnregisteredDialect ?? false;
  const parsed = parseModule(text, file, registry, { allowUnregistered });
  if (!parsed.ok) return parsed;
  const problems = verify(parsed.value, registry, { allowUnregistered });
  if (problems.length > 0) return fail(...problems);
  const pipeline = options.runReproducer ? reproducedPipeline(parsed.value, file) : ok(options.pipeline);
  if (!pipeline.ok) return pipeline;
  const calibration = calibrationOf(session, { module: parsed.value, constants, sources, folder }, options);
  if (!calibration.ok) return calibration;
  const { value: data } = calibration;
  const table =
    options.costs === undefined
      ? ok(undefined)
      : readCostTable({ path: resolvePath(session.io, options.costs), name: options.costs }, registry);
  if (!table.ok) return table;
  const posed: unknown[] = [];
  const keep = (kind: string, data: unknown) => void (kind === ALLOCATION_PROBLEM && posed.push(data));
  const [unasked] = options.explain;
  if (pipeline.value === undefined && unasked !== undefined)
    return fail(
      error("explain-not-run", `--explain: there is no pipeline that runs ${unasked}`, {
        hint: `run it with --pipeline ${unasked}`,
      }),
    );
  const result =
    pipeline.value === undefined
      ? ok(parsed.value)
      : await runPasses(
          session,
          parsed.value,
          pipeline.value,
          constants,
          {
            ...options,
            allowUnregistered,
            calibration: data,
            costs: table.value,
            keep,
            explainAs: options.verifyDiagnostics || options.diagnostics === "json" ? "remarks" : "table",
          },
          sources,
          remark,
        );
  if (!result.ok) return result;
  const { problem } = options;
  const written =
    problem === undefined ? ok(undefined) : writeProblem(resolvePath(session.io, problem), posed);
  if (!written.ok) return written;
  const idle = data && unusedData(data, options);
  if (idle) return fail(idle);
  return table.value && !table.value.wasUsed() ? fail(unusedCosts(table.value)) : result;
}

function reproducedPipeline(module: Module, file: string): Result<string> {
  const pipeline = module.metadata[REPRODUCER]?.pipeline;
  return typeof pipeline === "string"
    ? ok(pipeline)
    : fail(
        error("no-reproducer", `${file} records no pipeline`, {
          hint: `a reproducer has external_resources: { ${REPRODUCER}: { pipeline: "…" } }`,
        }),
      );
}

function checkExpected(
  io: Io,
  { text, file }: Piece,
  diagnostics: readonly Diagnostic[],
  sources: Map<string, string>,
  format: DiagnosticFormat,
): number {
  const expectations = parseExpectations(text, file);
  const problems = expectations.ok
    ? matchDiagnostics(expectations.value, diagnostics, text)
    : expectations.diagnostics;
  report(io, problems, sources, format);
  return problems.length === 0 ? OK : FAILED;
}
