import type { Command } from "commander";
import type { Io } from "./io.ts";

/** What a sub-command gets from the program it is part of. */
export interface CommandContext {
  readonly io: Io;
  /** Says how the command ended; the program exits with it. */
  finish(status: number): void;
  /** Runs another command line, as golden tests do. */
  runLine(args: readonly string[], io: Io): Promise<number>;
}

/** A sub-command: adds itself to the program. */
export type AddCommand = (program: Command, context: CommandContext) => void;
