import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Says what the process held at most when it ends; worker threads, which load this too, say nothing. */
const announce = `data:text/javascript,${encodeURIComponent(
  `import { isMainThread } from "node:worker_threads";
   if (isMainThread) process.on("exit", () => console.error("peak " + process.resourceUsage().maxRSS));`,
)}`;

/** What a command line took. */
export interface Cost {
  /** Largest resident set, of all threads together. */
  readonly bytes: number;
  readonly seconds: number;
}

/** Runs `narrow` in a process of its own: `main` with the flags that Node needs for it. Throws where it fails. */
export function costOf(folder: string, main: readonly string[], args: readonly string[]): Cost {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["--import", announce, ...main, ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  const seconds = (performance.now() - start) / 1000;
  const peak = /peak (\d+)\n$/.exec(stderr);
  if (status !== 0 || !peak) throw new Error(`narrow ${args.join(" ")}\n${stderr}`);
  return { bytes: Number(peak[1]) * 1024, seconds };
}

/** The command as built, from the root of the repository. */
export const builtCommand = (root: string): readonly string[] => [join(root, "dist/compiler/cli/main.js")];
