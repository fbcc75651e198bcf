import type { LossIncrease } from "../../../compiler/define/pass.ts";
import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";

/** What is read off runs of a program as it is and as it would be. */
export interface RunFigure {
  /** What it is a sum of, for reports. */
  readonly unit: string;
  /** Undefined where the data do not tell. */
  of(measured: LossIncrease): number | undefined;
}

/** KL divergence of the program's outputs from what they were, and the rise of the mean negative log-likelihood. */
export const runFigures = {
  divergence: { unit: "nats of divergence", of: ({ divergence }) => divergence },
  loss: { unit: "nats per token", of: ({ loss }) => loss },
} satisfies Readonly<Record<string, RunFigure>>;

export type RunFigureName = keyof typeof runFigures;

/**
 * The figure of a measurement, of `subject` for messages; undefined stands for statistics alone. Codes: those of the
 * run, `loss-missing`, `sensitivity-not-finite`.
 */
export function readFigure(
  name: RunFigureName,
  measured: Result<LossIncrease> | undefined,
  subject: string,
): Result<number> {
  if (!measured) return fail(statisticsAlone(name));
  if (!measured.ok) return measured;
  const { of }: RunFigure = runFigures[name];
  const value = of(measured.value);
  if (value === undefined) return fail(nothingFollows);
  return Number.isFinite(value)
    ? ok(value)
    : fail(
        error("sensitivity-not-finite", `sensitivity ${name} of ${subject} is ${value}`, {
          hint: "leave the choice out that makes it so",
        }),
      );
}

const statisticsAlone = (name: string) =>
  error("loss-missing", `sensitivity ${name} runs the program on data, but statistics alone were given`, {
    hint: "give the text itself with --calibration FILE, or for weights take sensitivity=hessian",
  });

const nothingFollows = error("loss-missing", "sensitivity loss needs data that say what comes next", {
  hint: "give a text, or take sensitivity=divergence",
});
