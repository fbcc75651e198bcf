import { NoiseRatio } from "../../../runtime/analysis/noise-ratio.ts";
import { seededOutputs } from "../../../runtime/interpreter/contracts.ts";
import { evaluate } from "../../../runtime/text/evaluate.ts";
import { windowFor } from "../../../runtime/text/language-model.ts";
import { error, fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Module } from "../../ir/module.ts";
import type { FloatData } from "../../numeric/tensor.ts";
import type { Session } from "../command.ts";
import { asLanguageModel } from "../commands/eval.ts";
import type { Loaded } from "../load.ts";

/** Says how good a module is, and whether that is too bad. */
export interface Gauge {
  readonly name: "sqnr" | "loss";
  measure(module: Module): Promise<Result<number>>;
  isBad(figure: number): boolean;
  show(figure: number): string;
}

/**
 * Signal-to-noise ratio of all floats that the public functions give, against what the first module gives on the same
 * seeded inputs, in dB; below the threshold is bad. Codes: `bisect-outputs`, and those of running.
 */
export function noiseGauge(
  { registry }: Session,
  { module: original, constants }: Loaded,
  threshold: number,
): Result<Gauge> {
  const exact = seededOutputs(original, registry, constants);
  if (!exact.ok) return exact;
  return ok({
    name: "sqnr",
    isBad: (decibels) => !(decibels >= threshold),
    show: (decibels) => (decibels === Infinity ? "exact" : `${decibels.toFixed(2)} dB`),
    async measure(module) {
      const outputs = seededOutputs(module, registry, constants);
      if (!outputs.ok) return outputs;
      const ratio = new NoiseRatio();
      for (const [name, tensors] of exact.value)
        for (const [place, { data }] of tensors.entries()) {
          const other = outputs.value.get(name)?.[place]?.data;
          if (!isFloat(data)) continue;
          if (!other || !isFloat(other) || other.length !== data.length)
            return fail(
              error("bisect-outputs", `output ${place} of @${name} is no longer what it was`, {
                hint: "a pass changed its shape or type; bisect the passes before it",
              }),
            );
          ratio.add(data, other);
        }
      return ok(ratio.decibels());
    },
  });
}

const isFloat = (data: unknown): data is FloatData =>
  data instanceof Float32Array || data instanceof Float64Array;

/** Loss on a text in nats per token; above the threshold is bad. */
export const lossGauge = (
  session: Session,
  loaded: Loaded,
  threshold: number,
  scored: {
    readonly text: Uint8Array;
    readonly window: number | undefined;
    readonly limit: number | undefined;
  },
): Gauge => ({
  name: "loss",
  isBad: (loss) => !(loss <= threshold),
  show: (loss) => loss.toFixed(6),
  async measure(module) {
    const model = asLanguageModel(session, { ...loaded, module });
    if (!model.ok) return model;
    const window = windowFor(model.value, scored.window);
    const evaluation = await evaluate(model.value, scored.text, { window, limit: scored.limit });
    return evaluation.ok ? ok(evaluation.value.loss) : evaluation;
  },
});
