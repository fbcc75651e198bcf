import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Says what a process held at most, as its last line on standard error. */
const announce = `data:text/javascript,process.on("exit", () => console.error("peak " + process.resourceUsage().maxRSS))`;

/** What a command line took. */
export interface Cost {
  /** Largest resident set, of all threads together. */
  readonly bytes: number;
  readonly seconds: number;
  /** What it said on standard error. */
  readonly err: string;
}

/** Runs a command line of the built product in a process of its own. Throws where it fails. */
export function costOf(folder: string, ...args: readonly string[]): Cost {
  const main = fileURLToPath(new URL("../dist/compiler/cli/main.js", rootUrl()));
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["--import", announce, main, ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  const seconds = (performance.now() - start) / 1000;
  const peak = /peak (\d+)\n$/.exec(stderr);
  if (status !== 0 || !peak) throw new Error(`narrow ${args.join(" ")}\n${stderr}`);
  return { bytes: Number(peak[1]) * 1024, seconds, err: stderr.slice(0, peak.index) };
}

/** A folder of the repository, from source as from `dist/`. */
const rootUrl = (): URL =>
  import.meta.url.endsWith(".ts") ? new URL(import.meta.url) : new URL("..", import.meta.url);
