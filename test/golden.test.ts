import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkFile } from "../compiler/cli/check-file.ts";
import type { Io } from "../compiler/cli/io.ts";
import { runCli } from "../compiler/cli/main.ts";
import { renderAll } from "../compiler/diagnostics/render.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const io: Io = { folder: root, out: () => {}, err: () => {}, terminal: false };
const readText = (path: string): string => readFileSync(join(root, path), "utf8");

describe("the golden file", () => {
  it.each(["test", "examples"].flatMap(goldenFiles))("%s", async (path) => {
    const problems = await checkFile(path, { io, runLine: runCli, update: false });
    expect(renderAll(problems, new Map([[path, readText(path)]]))).toBe("");
  });
});

/** Paths from the root of the repository, so that messages do not depend on where it stands. */
function goldenFiles(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".mlir") && !path.includes(".expected.") && isGolden(path))
    .toSorted();
}

/** Models among the examples run nothing; the printer's fixtures are only read, some with another tool's RUN lines. */
function isGolden(path: string): boolean {
  const runsNarrow = /^\s*\/\/\s*RUN(?:\[[^\]]*\])?:\s*(?:not\s+)?narrow\b/m.test(readText(path));
  return runsNarrow || (path.startsWith("test/") && !path.startsWith("test/compiler/text/"));
}
