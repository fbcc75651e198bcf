import { createHash } from "node:crypto";
import { error, fail, ok, type Result } from "../../compiler/diagnostics/diagnostic.ts";
import { feedOf, type LanguageModel } from "../text/language-model.ts";
import type { StatisticsBySymbol, StatisticsCollector } from "./statistics.ts";

export interface CalibrationOptions {
  /** Tokens fed at a time; no context is carried from one window to the next. */
  readonly window: number;
  /** Tokens from the start of one window to the start of the next: at least `window`, which it is by default. */
  readonly stride?: number | undefined;
  /** Windows in all, at most. */
  readonly windows?: number | undefined;
  progress?(done: number, total: number): void;
}

/** What a calibration run was made from. */
export interface CalibrationSource {
  /** SHA-256 of the text, in hexadecimal. */
  readonly text: string;
  readonly window: number;
  readonly stride: number;
  /** Windows that were fed; the text may hold fewer than were asked for. */
  readonly windows: number;
  /** Tokens that were fed, BOS included. */
  readonly tokens: number;
}

export interface Calibration {
  readonly source: CalibrationSource;
  readonly statistics: StatisticsBySymbol;
}

/**
 * Feeds windows of a text to a model whose executable reports to `collector`. Window i starts at token
 * i · stride; with BOS it is BOS and the window's first tokens but the last, as in `evaluate`. Codes:
 * `calibration-stride`, `text-too-short`, `calibration-nothing`, `calibration-input`.
 */
export async function calibrate(
  model: Pick<LanguageModel, "executable" | "tokenizer" | "bos" | "main">,
  text: Uint8Array,
  collector: StatisticsCollector,
  options: CalibrationOptions,
): Promise<Result<Calibration>> {
  const { window, stride = window } = options;
  if (stride < window)
    return fail(
      error("calibration-stride", `windows of ${window} tokens overlap with a stride of ${stride}`, {
        hint: `the stride must be at least ${window}`,
      }),
    );
  const tokens = model.tokenizer.encode(text);
  const windows = Math.min(options.windows ?? Infinity, Math.floor((tokens.length - window) / stride) + 1);
  if (windows < 1)
    return fail(
      error("text-too-short", `the text has ${tokens.length} tokens, but a window takes ${window}`, {
        hint: "give a longer text, or a smaller --window",
      }),
    );
  for (let i = 0; i < windows; i++) {
    options.progress?.(i, windows);
    const fed = feedOf(tokens.subarray(i * stride, i * stride + window), model.bos);
    const outputs = await model.executable.run(model.main, [{ shape: [window], data: fed }]);
    if (!outputs.ok) return outputs;
  }
  options.progress?.(windows, windows);
  const statistics = collector.finish();
  if (!statistics.ok) return statistics;
  if (statistics.value.size === 0)
    return fail(
      error("calibration-nothing", `@${model.main} ran no linear op whose weight is a parameter`, {
        hint: "weights must come from lowp.get",
      }),
    );
  const digest = createHash("sha256").update(text).digest("hex");
  const source = { text: digest, window, stride, windows, tokens: windows * window };
  return ok({ source, statistics: statistics.value });
}
