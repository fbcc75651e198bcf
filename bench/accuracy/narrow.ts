import type { Io } from "../../compiler/cli/io.ts";
import { runCli } from "../../compiler/cli/main.ts";

/** Writes messages to standard error and keeps what was printed in `out`. */
export function quietIo(out: string[] = []): Io {
  return {
    folder: process.cwd(),
    terminal: false,
    out: (text) => void out.push(text),
    err: (text) => void (text.startsWith("wrote ") || process.stderr.write(text)),
  };
}

/** Standard output of a command line that must end well. */
export async function narrow(...args: readonly string[]): Promise<string> {
  const out: string[] = [];
  const status = await runCli(args, quietIo(out));
  if (status !== 0) throw new Error(`narrow ${args.join(" ")} ended with ${status}`);
  return out.join("");
}
