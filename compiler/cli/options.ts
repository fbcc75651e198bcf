import { InvalidArgumentError, Option } from "commander";

/** A whole number of at least one. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError("expected a whole number of at least 1.");
  return value;
}

/** Gathers the values of an option that may be repeated. */
export const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

/** How many threads solve weights; a command has it where it runs passes. */
export const workersOption = (): Option =>
  new Option(
    "--workers <count>",
    "solve weights on so many cores; 1 uses no threads (default: all)",
  ).argParser(positiveInteger);
