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

/** Windows of a calibration text where the user does not say. */
export const DEFAULT_WINDOWS = 32;

/** What passes may learn from; a command has it where it runs them. */
export const calibrationOption = (): Option =>
  new Option(
    "--calibration <file>",
    "what solvers and passes learn the inputs of the weights from: a text, a .npy file of examples, or what narrow calibrate wrote",
  );

/** How much of it is fed at a time. */
export const calibrationWindowOption = (): Option =>
  new Option(
    "--calibration-window <count>",
    "tokens or examples fed at a time (default: the model's context, or 32)",
  ).argParser(positiveInteger);

/** How often. */
export const calibrationWindowsOption = (): Option =>
  new Option(
    "--calibration-windows <count>",
    `pieces fed, spread evenly over a text (default: ${DEFAULT_WINDOWS})`,
  ).argParser(positiveInteger);
