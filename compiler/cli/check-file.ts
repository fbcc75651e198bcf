import { existsSync, readFileSync, rmSync } from "node:fs";
import { createTwoFilesPatch } from "diff";
import { parseDirectives } from "../check/directives.ts";
import { checkOutput } from "../check/match.ts";
import { parseRunLines, type RunLine } from "../check/run-lines.ts";
import { validateTestFile } from "../check/test-file.ts";
import { type Diagnostic, error } from "../diagnostics/diagnostic.ts";
import { writeAll, writeAside } from "../export/write-aside.ts";
import { printModule } from "../text/print.ts";
import { parseModule } from "../text/resolve.ts";
import { verify } from "../verify/verify.ts";
import type { CommandContext } from "./command.ts";
import { type Io, OK, resolvePath } from "./io.ts";
import { loadDialects } from "./load-dialects.ts";

/** What checking one file needs. */
export interface Checking {
  readonly io: Io;
  readonly runLine: CommandContext["runLine"];
  /** Write the outputs into the golden files instead of comparing. */
  readonly update: boolean;
}

/**
 * Runs a golden test file: each RUN line, its CHECK lines or the golden file beside it, and for
 * modules the laws of printing. `path` is as the user wrote it, and `%s` becomes it.
 */
export async function checkFile(path: string, checking: Checking): Promise<readonly Diagnostic[]> {
  const text = readFileSync(resolvePath(checking.io, path), "utf8");
  const invalid = validateTestFile(text, path);
  if (invalid.length > 0) return invalid;
  const runs = parseRunLines(text, path);
  if (!runs.ok) return runs.diagnostics;
  const diagnostics: Diagnostic[] = [];
  for (const run of runs.value) diagnostics.push(...(await checkRun(run, path, text, checking)));
  return diagnostics;
}

async function checkRun(
  run: RunLine,
  path: string,
  text: string,
  checking: Checking,
): Promise<readonly Diagnostic[]> {
  const output: string[] = [];
  const messages: string[] = [];
  const captured: Io = {
    ...checking.io,
    terminal: false,
    out: (piece) => output.push(piece),
    err: (piece) => messages.push(piece),
  };
  const args = run.arguments.map((argument) => argument.replaceAll("%s", path));
  const status = await checking.runLine(args, captured);
  const [out, err] = [output.join(""), messages.join("")];
  if ((status !== OK) !== run.expectFailure)
    return [
      error(
        "run-status",
        `narrow ${args[0]} ended with status ${status}, expected ${run.expectFailure ? "a failure" : "0"}`,
        {
          span: run.span,
          ...(err !== "" && { hint: `it said:\n${err.trimEnd()}` }),
        },
      ),
    ];
  // A command that fails without a diagnostic, as diff does, says in its output why.
  const checked = run.expectFailure && err !== "" ? err : out;
  const lawful = run.expectFailure ? [] : await printingLaws(out, path, args, run, checking.io);
  const directives = parseDirectives(text, path, run.prefix);
  if (!directives.ok) return directives.diagnostics;
  if (directives.value.length > 0) return [...checkOutput(directives.value, checked), ...lawful];
  if (args.includes("--verify-diagnostics")) return [];
  return [...compareGolden(goldenPath(path, run, args), checked, run, checking), ...lawful];
}

/** `x.mlir` has its golden in `x.expected.mlir`, and that of `RUN[NAME]` in `x.NAME.expected.mlir`; text that is no module ends in .txt. */
function goldenPath(path: string, run: RunLine, args: readonly string[]): string {
  const stem = path.replace(/\.mlir$/, "");
  const name = run.prefix === "CHECK" ? "" : `.${run.prefix}`;
  const isModule = args[0] === "opt" && !run.expectFailure;
  return `${stem}${name}.expected.${isModule ? "mlir" : "txt"}`;
}

function compareGolden(
  path: string,
  found: string,
  run: RunLine,
  { io, update }: Checking,
): readonly Diagnostic[] {
  const absolute = resolvePath(io, path);
  if (update) {
    if (found === "") rmSync(absolute, { force: true });
    const written = writeAside(absolute, (file) => writeAll(file, new TextEncoder().encode(found)));
    return written.ok ? [] : written.diagnostics;
  }
  if (!existsSync(absolute))
    return [
      error("golden-missing", `this run has no CHECK lines and no golden file ${path}`, {
        span: run.span,
        hint: "narrow check --update writes it; review it like code",
      }),
    ];
  const expected = readFileSync(absolute, "utf8");
  if (expected === found) return [];
  const patch = createTwoFilesPatch(path, "this run", expected, found, undefined, undefined, { context: 2 });
  return [
    error("golden-differs", `the output is not the one in ${path}`, {
      span: run.span,
      hint: `narrow check --update rewrites it, if the change is meant:\n${patch.split("\n").slice(1).join("\n").trimEnd()}`,
    }),
  ];
}

/** What `opt` prints must read back, verify, and print the same again. */
async function printingLaws(
  output: string,
  path: string,
  args: readonly string[],
  run: RunLine,
  io: Io,
): Promise<readonly Diagnostic[]> {
  if (
    args[0] !== "opt" ||
    args.includes("--split-input-file") ||
    args.includes("--verify-diagnostics") ||
    args.includes("-o")
  )
    return [];
  const allowUnregistered = args.includes("--allow-unregistered-dialect");
  const form = args.includes("generic") ? "generic" : "pretty";
  const complain = (what: string) => [
    error("printing-law", `the output of this run ${what}`, { span: run.span }),
  ];
  const loaded = await loadDialects(
    io,
    args.filter((_, i) => args[i - 1] === "--load"),
  );
  if (!loaded.ok) return loaded.diagnostics;
  const registry = loaded.value;
  const parsed = parseModule(output, path, registry, { allowUnregistered });
  if (!parsed.ok) return complain(`does not parse: ${parsed.diagnostics[0]?.message}`);
  const problems = verify(parsed.value, registry, { allowUnregistered });
  if (problems.length > 0) return complain(`does not verify: ${problems[0]?.message}`);
  return printModule(parsed.value, registry, form) === output
    ? []
    : complain("prints differently when read back");
}
