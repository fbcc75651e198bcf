#!/usr/bin/env node
import { existsSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command, CommanderError } from "commander";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { AddCommand, Session } from "./command.ts";
import { allocateCommand } from "./commands/allocate.ts";
import { bisectCommand } from "./commands/bisect.ts";
import { calibrateCommand } from "./commands/calibrate.ts";
import { checkCommand } from "./commands/check.ts";
import { compileCommand } from "./commands/compile.ts";
import { diffCommand } from "./commands/diff.ts";
import { evalCommand } from "./commands/eval.ts";
import { generateCommand } from "./commands/generate.ts";
import { importCommand } from "./commands/import.ts";
import { listCommand } from "./commands/list.ts";
import { optCommand } from "./commands/opt.ts";
import { quantizeCommand } from "./commands/quantize.ts";
import { reduceCommand } from "./commands/reduce.ts";
import { reportCommand } from "./commands/report.ts";
import { runCommand } from "./commands/run.ts";
import { reportCrash } from "./crash.ts";
import { FAILED, type Io, OK, report, resolvePath, USAGE } from "./io.ts";
import { loadDialects } from "./load-dialects.ts";
import { collect } from "./options.ts";
import { registry } from "./toolchain.ts";
import { VERSION } from "./version.ts";

const commands: readonly AddCommand[] = [
  optCommand,
  runCommand,
  importCommand,
  calibrateCommand,
  quantizeCommand,
  evalCommand,
  reportCommand,
  allocateCommand,
  compileCommand,
  generateCommand,
  diffCommand,
  bisectCommand,
  reduceCommand,
  checkCommand,
  listCommand,
];

const examples = `
Examples:
  narrow import hf DIR -o model.mlir                   a model becomes text beside its weights
  narrow quantize model.mlir --recipe w4-g32 -o q.mlir`;

/** Stops a command line before its command runs. */
class UsageError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super("wrong usage");
    this.diagnostics = diagnostics;
  }
}

/** Runs one command line. 0: ok, 1: diagnostics or a failed check, 2: wrong usage. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  let status = OK;
  const program = new Command("narrow")
    .description("A compiler and typed IR for low-precision neural networks.")
    .helpCommand(false)
    .version(VERSION)
    .showHelpAfterError("(add --help for usage)")
    .addHelpText("after", examples)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });
  let session: Session = { io, registry };
  program.option("--load <module>", "load a dialect; repeatable", collect, []).hook("preAction", async () => {
    const paths = program.opts<{ readonly load: readonly string[] }>().load;
    if (paths.length === 0) return;
    const loaded = await loadDialects(io, paths);
    if (!loaded.ok) throw new UsageError(loaded.diagnostics);
    session = { io, registry: loaded.value, loaded: paths.map((path) => resolvePath(io, path)) };
  });
  for (const add of commands)
    add(program, {
      io,
      session: () => session,
      finish: (ended) => {
        status = ended;
      },
      runLine: runCli,
    });
  try {
    await program.parseAsync(args, { from: "user" });
    return status;
  } catch (problem) {
    if (problem instanceof UsageError) {
      report(io, problem.diagnostics, new Map());
      return FAILED;
    }
    if (problem instanceof CommanderError) return problem.exitCode === 0 ? OK : USAGE;
    return reportCrash(io, args, problem);
  }
}

/** Whether this module is the program: through a link too, as npm makes for commands. */
function isProgram(started: string | undefined): boolean {
  // What started the process need not be a file: `node - ARGUMENT` has an argument there.
  if (started === undefined || !existsSync(started)) return false;
  return realpathSync(started) === fileURLToPath(import.meta.url);
}

if (isProgram(process.argv[1])) {
  // A reader that closes the pipe early (`narrow … | head`) ends the program, not with an error.
  process.stdout.on("error", () => process.exit(OK));
  const io: Io = {
    folder: process.cwd(),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    terminal: process.stderr.isTTY === true,
  };
  runCli(process.argv.slice(2), io).then(
    (status) => {
      process.exitCode = status;
    },
    () => {
      process.exitCode = FAILED;
    },
  );
}
