import { type Diagnostic, error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { isNpy } from "../import/npy/read.ts";
import { readWholeFile } from "../import/open-file.ts";
import type { Backend } from "./backend.ts";
import { calibrationFrom, type TrackedCalibration } from "./calibration.ts";
import { readExamples } from "./calibration-data.ts";
import { calibrationFromStatistics, isStatisticsFile, windowOptionsProblem } from "./calibration-file.ts";
import type { Session } from "./command.ts";
import { resolvePath } from "./io.ts";
import type { Loaded } from "./load.ts";
import { LossFile } from "./loss-file.ts";
import { DEFAULT_WINDOWS } from "./options.ts";

/** What commands that run passes take to measure programs with. */
export interface CalibrationOptions {
  readonly calibration?: string;
  readonly calibrationWindow?: number;
  readonly calibrationWindows?: number;
  readonly losses?: string;
  readonly backend?: Backend;
}

/** What the options say of calibration data; undefined where they say nothing. */
export function calibrationOf(
  session: Session,
  loaded: Loaded,
  { calibration, calibrationWindow, calibrationWindows, losses, backend }: CalibrationOptions,
): Result<TrackedCalibration | undefined> {
  const given = { window: calibrationWindow, windows: calibrationWindows };
  const onText =
    losses !== undefined
      ? "--losses keeps"
      : backend !== undefined
        ? `--backend ${backend} is for`
        : undefined;
  if (onText && calibration === undefined)
    return fail(
      error("calibration-missing", `${onText} what is measured on a text, but none is given`, {
        hint: "add --calibration FILE",
      }),
    );
  if (calibration !== undefined) {
    const path = resolvePath(session.io, calibration);
    const content = readWholeFile(path);
    if (!content.ok) return content;
    if (!isStatisticsFile(content.value)) {
      const data = isNpy(content.value) ? readExamples(path) : ok({ text: content.value });
      const windows = calibrationWindows ?? DEFAULT_WINDOWS;
      const file = losses === undefined ? ok(undefined) : LossFile.open(resolvePath(session.io, losses));
      if (!file.ok) return file;
      return data.ok
        ? calibrationFrom(
            session,
            loaded,
            { ...data.value, ...given, windows },
            { file: file.value, backend },
          )
        : data;
    }
    const idle = windowOptionsProblem(given) ?? unusedLosses({ losses, backend });
    return idle ? fail(idle) : calibrationFromStatistics(path, content.value);
  }
  const option = calibrationWindow === undefined ? "--calibration-windows" : "--calibration-window";
  return calibrationWindow === undefined && calibrationWindows === undefined
    ? ok(undefined)
    : fail(
        error("calibration-missing", `${option} says how to read a text, but none is given`, {
          hint: "add --calibration FILE",
        }),
      );
}

/** What data were given for, and no pass looked at. Codes: `calibration-unused`, `losses-unused`, `backend-unused`. */
export function unusedData(data: TrackedCalibration, options: CalibrationOptions): Diagnostic | undefined {
  if (!data.wasUsed()) return unusedCalibration(options.calibration!);
  return data.lossesUsed() ? undefined : unusedLosses(options);
}

/** What was to be done with losses, where none were measured. */
function unusedLosses({
  losses,
  backend,
}: {
  readonly losses?: string | undefined;
  readonly backend?: Backend | undefined;
}): Diagnostic | undefined {
  const how = "or run allocate-bits{sensitivity=divergence …} on a text";
  if (losses !== undefined)
    return error("losses-unused", `no loss was measured that ${losses} could keep`, {
      hint: `leave --losses out, ${how}`,
    });
  if (backend === undefined) return undefined;
  const message = `no loss was measured that ${backend} could have run the program for`;
  return error("backend-unused", message, { hint: `leave --backend out, ${how}` });
}

export const unusedCalibration = (file: string): Diagnostic =>
  error("calibration-unused", `nothing looked at the calibration data of ${file}`, {
    hint: "choose a solver, pass or recipe that does, such as gptq, or leave --calibration out",
  });
