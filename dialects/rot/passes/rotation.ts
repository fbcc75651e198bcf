import type { PassContext } from "../../../compiler/define/pass.ts";
import { ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { NoisePredictor, RotatedWeight } from "./predict-noise.ts";
import type { TransformNames } from "./transform-names.ts";

/** What every kind of rotation is done with. */
export interface Rotation {
  readonly names: TransformNames;
  readonly context: PassContext;
  /** Where formats are given and rotations are not forced. */
  readonly predictor: NoisePredictor | undefined;
  /** Second moments of inputs by weight, where bases are to be theirs; none where they are not. */
  readonly moments: ReadonlyMap<string, Float64Array>;
}

/** The sum of what is known of the inputs that meet weights, each value once; undefined where nothing is. */
export function momentOf(
  { moments }: Rotation,
  weights: readonly RotatedWeight[],
  channels: number,
): Float64Array | undefined {
  const found = new Set(
    weights.flatMap(({ symbol, isContracted }) => (isContracted ? (moments.get(symbol) ?? []) : [])),
  );
  const fitting = [...found].filter(({ length }) => length === channels ** 2);
  if (fitting.length === 0) return undefined;
  return fitting.reduce(
    (sum, moment) => sum.map((value, at) => value + moment[at]!),
    new Float64Array(channels ** 2),
  );
}

/** Whether to rotate weights, and what meets them: where a prediction says that it hurts, a remark says so. */
export function isWorthwhile(
  { names, context, predictor }: Rotation,
  { kind, transform, weights }: { kind: string; transform: string; weights: readonly RotatedWeight[] },
): Result<boolean> {
  if (!predictor) return ok(true);
  const prediction = predictor.predict(weights, names.transformOf(transform));
  if (!prediction.ok) return prediction;
  if (!prediction.value) return ok(true);
  const { plain, rotated } = prediction.value;
  const isBetter = rotated >= plain;
  const names_ = [...new Set(weights.map(({ symbol }) => `@${symbol}`))];
  const what =
    names_.length > 3 ? `${names_.slice(0, 2).join(", ")} and ${names_.length - 2} more` : names_.join(", ");
  const figures = `${rotated.toFixed(2)} dB rotated, ${plain.toFixed(2)} dB as it is`;
  context.report({
    severity: "remark",
    code: isBetter ? "rotated" : "rotation-declined",
    message: `${kind} ${isBetter ? "rotates" : "leaves"} ${what}: ${figures}`,
    span: undefined,
    ...(!isBetter && { hint: "force = true rotates it all the same" }),
  });
  return ok(isBetter);
}
