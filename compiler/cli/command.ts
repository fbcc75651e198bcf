import type { Command } from "commander";
import type { Registry } from "../define/dialect.ts";
import type { Io } from "./io.ts";

/** What a command works with: where it writes, and every dialect it knows. */
export interface Session {
  readonly io: Io;
  readonly registry: Registry;
  /** Absolute paths of the modules given with --load, so that other threads can load them too. */
  readonly loaded?: readonly string[];
}

/** What a sub-command gets from the program it is part of. */
export interface CommandContext {
  readonly io: Io;
  /** Asked when the command runs, as the dialects given with --load are known only then. */
  session(): Session;
  /** Says how the command ended; the program exits with it. */
  finish(status: number): void;
  /** Runs another command line, as golden tests do. */
  runLine(args: readonly string[], io: Io): Promise<number>;
}

/** A sub-command: adds itself to the program. */
export type AddCommand = (program: Command, context: CommandContext) => void;
