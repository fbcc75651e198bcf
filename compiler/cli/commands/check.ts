import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { error } from "../../diagnostics/diagnostic.ts";
import { checkFile } from "../check-file.ts";
import type { AddCommand, CommandContext } from "../command.ts";
import { FAILED, type Io, OK, report, resolvePath } from "../io.ts";

export const checkCommand: AddCommand = (program, { io, finish, runLine }) => {
  program
    .command("check")
    .description("run golden tests: RUN and CHECK lines, and more")
    .argument("<paths...>", "test files, or folders of .mlir files")
    .option("--update", "rewrite the golden files from what the runs print")
    .action(async (paths: readonly string[], { update = false }: { readonly update?: boolean }) =>
      finish(await check(io, paths, update, runLine)),
    );
};

async function check(
  io: Io,
  paths: readonly string[],
  update: boolean,
  runLine: CommandContext["runLine"],
): Promise<number> {
  const missing = paths.filter((path) => !statSync(resolvePath(io, path), { throwIfNoEntry: false }));
  const files = paths.filter((path) => !missing.includes(path)).flatMap((path) => testFiles(io, path));
  report(
    io,
    missing.map((path) => error("file-not-found", `${path} does not exist`)),
    new Map(),
  );
  if (files.length === 0) {
    if (missing.length === 0)
      report(io, [error("no-tests", `no .mlir test files in ${paths.join(", ")}`)], new Map());
    return FAILED;
  }
  let failed = 0;
  for (const file of files) {
    const problems = await checkFile(file, { io, runLine, update });
    if (problems.length > 0) {
      failed++;
      report(io, problems, new Map([[file, readFileSync(resolvePath(io, file), "utf8")]]));
    }
  }
  io.out(`${files.length - failed} passed, ${failed} failed\n`);
  return failed + missing.length > 0 ? FAILED : OK;
}

/** The test files under a path, sorted; golden files are not tests. */
export function testFiles(io: Io, path: string): readonly string[] {
  if (!statSync(resolvePath(io, path)).isDirectory()) return [path];
  return readdirSync(resolvePath(io, path), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".mlir") && !file.includes(".expected."))
    .toSorted()
    .map((file) => join(path, file));
}
