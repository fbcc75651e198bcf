import { addComparison, logProbabilities } from "../../runtime/log-probabilities.ts";
import { isDense, type RuntimeValue } from "../define/kernel.ts";
import type { LossIncrease } from "../define/pass.ts";
import { error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import type { FloatData, Tensor } from "../numeric/tensor.ts";

/** Logits [rows, classes]. */
export type Logits = Tensor<FloatData>;

/** Sums over rows of the outputs of two programs. */
export interface Scores {
  rows: number;
  /** Rows whose next token is known. */
  scored: number;
  /** Rise of the negative log-likelihood over those, in nats. */
  loss: number;
  /** KL(as it was ‖ as it is) over all, in nats. */
  kl: number;
  agreed: number;
}

/** The first output of a run. Code: `loss-output`. */
export function logitsOf(main: string, outputs: Result<readonly RuntimeValue[]>): Result<Logits> {
  if (!outputs.ok) return outputs;
  const [first] = outputs.value;
  const isLogits =
    first !== undefined &&
    isDense(first) &&
    first.shape.length === 2 &&
    (first.data instanceof Float32Array || first.data instanceof Float64Array);
  return isLogits
    ? ok(first as Logits)
    : fail(
        error(
          "loss-output",
          `the first output of @${main} are no logits [rows, classes], which losses are taken of`,
          {
            hint: "take a sensitivity of the layers alone, such as hessian",
          },
        ),
      );
}

/** Nothing scored so far. */
export const noScores = (): Scores => ({ rows: 0, scored: 0, loss: 0, kl: 0, agreed: 0 });

/** Adds the rows of one input; `tokens` are those fed, where they say what comes next. Sums are f64, in order. */
export function addScores(
  scores: Scores,
  before: Logits,
  after: Logits,
  tokens: Int32Array | undefined,
): void {
  const rows = before.shape[0]!;
  for (let row = 0; row < rows; row++) {
    const [expected, predicted] = [logProbabilities(before, row), logProbabilities(after, row)];
    addComparison(scores, expected, predicted);
    const next = tokens?.[row + 1];
    if (next === undefined) continue;
    scores.loss += expected[next]! - predicted[next]!;
    scores.scored++;
  }
  scores.rows += rows;
}

/** Means over what was scored; no loss where the data do not say what comes next. */
export const meanScores = ({ rows, scored, loss, kl }: Scores, areTokens: boolean): LossIncrease => ({
  loss: areTokens ? loss / scored : undefined,
  divergence: kl / rows,
});
