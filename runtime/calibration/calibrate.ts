import { error, fail, ok, type Result } from "../../compiler/diagnostics/diagnostic.ts";
import type { Tensor } from "../../compiler/numeric/tensor.ts";
import type { Executable } from "../backend.ts";
import type { StatisticsBySymbol, StatisticsCollector } from "./statistics.ts";

/** A text that a calibration run was made from. */
export interface TextSource {
  /** SHA-256 of the text, in hexadecimal. */
  readonly text: string;
  /** Tokens fed at a time; no context is carried from one window to the next. */
  readonly window: number;
  /** Tokens from the start of one window to the start of the next. */
  readonly stride: number;
  /** Windows that were fed; the text may hold fewer than were asked for. */
  readonly windows: number;
  /** Tokens that were fed, BOS included. */
  readonly tokens: number;
}

/** An array [N, …] of examples that a calibration run was made from. */
export interface ExampleSource {
  /** SHA-256 of the file, in hexadecimal. */
  readonly inputs: string;
  /** Examples fed at a time, at most. */
  readonly window: number;
  /** Batches that were fed. */
  readonly windows: number;
  /** Examples that were fed. */
  readonly examples: number;
}

/** What a calibration run was made from. */
export type CalibrationSource = TextSource | ExampleSource;

export interface Calibration {
  readonly source: CalibrationSource;
  readonly statistics: StatisticsBySymbol;
}

/** What a program's one input is given, one after another, and where it comes from. */
export interface CalibrationData<Source extends CalibrationSource = CalibrationSource> {
  readonly inputs: readonly Tensor[];
  readonly source: Source;
}

/**
 * Feeds data to a function of a program whose executable reports to `collector`. Codes: `calibration-nothing`,
 * `calibration-input`, and those of the program.
 */
export async function calibrate(
  { executable, main }: { readonly executable: Executable; readonly main: string },
  { inputs, source }: CalibrationData,
  collector: StatisticsCollector,
  progress?: (done: number, total: number) => void,
): Promise<Result<Calibration>> {
  for (const [i, input] of inputs.entries()) {
    progress?.(i, inputs.length);
    const outputs = await executable.run(main, [input]);
    if (!outputs.ok) return outputs;
  }
  progress?.(inputs.length, inputs.length);
  const statistics = collector.finish();
  if (!statistics.ok) return statistics;
  if (statistics.value.size === 0)
    return fail(
      error("calibration-nothing", `@${main} ran no linear op whose weight is a parameter`, {
        hint: "weights must come from lowp.get; observe-values has other values looked at",
      }),
    );
  return ok({ source, statistics: statistics.value });
}
