import { param } from "../../dialects/lowp/ops.ts";
import { loadCalibration, statisticsFor } from "../../runtime/calibration/store.ts";
import type { InputStatistics } from "../define/solver.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import type { Module } from "../ir/module.ts";
import { topLevelSymbol } from "../ir/symbols.ts";
import type { TrackedCalibration } from "./calibration.ts";
import { sha256 } from "./constant-host.ts";

/**
 * Whether bytes are a safetensors file rather than text: a JSON object follows a length of eight bytes, of which a
 * real one leaves the last zero, and no text has a zero there.
 */
export const isStatisticsFile = (bytes: Uint8Array): boolean => bytes[7] === 0 && bytes[8] === 0x7b;

/**
 * Calibration data for passes that `narrow calibrate` has measured. They are those of the model it ran: where
 * weights are quantized one after another, later ones do not see what the earlier ones have become. Codes: those of
 * `loadCalibration` and, when a pass asks, `calibration-missing` and `calibration-shape`.
 */
export function calibrationFromStatistics(path: string, content: Uint8Array): Result<TrackedCalibration> {
  const calibration = loadCalibration(path);
  if (!calibration.ok) return calibration;
  let used = false;
  return ok({
    sha256: sha256(content),
    wasUsed: () => used,
    lossesUsed: () => false,
    statistics(module, symbols) {
      used = true;
      const found = new Map<string, InputStatistics>();
      const problems: Diagnostic[] = [];
      for (const symbol of symbols) {
        const statistics = statisticsFor(calibration.value, symbol, channelsOf(module, symbol));
        if (statistics.ok) found.set(symbol, withOwnCross(statistics.value));
        else problems.push(...statistics.diagnostics);
      }
      return problems.length > 0 ? fail(...problems) : ok(found);
    },
  });
}

/** Of one and the same program the cross moment is the second moment. */
const withOwnCross = (statistics: InputStatistics): InputStatistics =>
  statistics.secondMoment ? { ...statistics, crossMoment: statistics.secondMoment } : statistics;

/** Options that say how to read a text have no effect on what was measured before. */
export function windowOptionsProblem(given: {
  readonly window: number | undefined;
  readonly windows: number | undefined;
}): Diagnostic | undefined {
  const option = given.window === undefined ? "--calibration-windows" : "--calibration-window";
  if (given.window === undefined && given.windows === undefined) return undefined;
  return error("calibration-window", `${option} says how to read a text, but statistics are given`, {
    hint: `leave ${option} out; narrow calibrate has one of its own`,
  });
}

/** Inputs of a weight [N, K] or kernel [O, C, KH, KW]: the numbers of a row. */
function channelsOf(module: Module, symbol: string): number {
  const op = topLevelSymbol(module, symbol);
  const type = op && param.is(op) ? op.attributes.type : undefined;
  return type?.kind === "tensor" ? type.shape.slice(1).reduce((product, size) => product * size, 1) : 0;
}
