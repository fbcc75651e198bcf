import { applied, refused, siteOf } from "../../../compiler/define/explanation.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Module, type OpId, opAt } from "../../../compiler/ir/module.ts";
import type { NoisePredictor, RotatedWeight } from "./predict-noise.ts";
import type { TransformNames } from "./transform-names.ts";

/** What every kind of rotation is done with. */
export interface Rotation {
  readonly names: TransformNames;
  readonly context: PassContext;
  /** Where formats are given and rotations are not forced. */
  readonly predictor: NoisePredictor | undefined;
  /** Second moments of inputs by weight, where bases are to go by them. */
  readonly moments: ReadonlyMap<string, Float64Array> | undefined;
}

/**
 * The sum of the second moments of all inputs that meet weights, each value once; undefined where bases are not to go
 * by them. Fails where calibration saw none, as it sees no input of a weight that is mapped as the program runs.
 */
export function momentOf(
  { moments }: Rotation,
  weights: readonly RotatedWeight[],
  channels: number,
): Result<Float64Array | undefined> {
  if (!moments) return ok(undefined);
  const found = weights.flatMap(({ symbol, isContracted }) =>
    isContracted ? (moments.get(symbol) ?? []) : [],
  );
  if (found.length > 0) return ok(sumOfMoments(found, channels));
  const names = weights.map(({ symbol }) => `@${symbol}`).join(", ");
  return fail(
    error("calibration-missing", `klt needs to know the inputs of ${names}, which calibration cannot see`, {
      hint: "run fuse-rotations after an earlier rotate, or leave klt out",
    }),
  );
}

/** The sum of second moments f64[channels, channels], each once: weights that meet one input have the same. */
export const sumOfMoments = (moments: readonly Float64Array[], channels: number): Float64Array =>
  [...new Set(moments)].reduce(
    (sum, moment) => sum.map((value, at) => value + moment[at]!),
    new Float64Array(channels ** 2),
  );

/** Whether to rotate weights, and what meets them; with the figures it was decided by, where any were asked for. */
export interface Worth {
  readonly isBetter: boolean;
  readonly figures?: string;
}

/** Weighs a rotation by its prediction; where that says that it hurts, a remark says so, and where it does not. */
export function worthOf(
  { names, context, predictor }: Pick<Rotation, "names" | "context" | "predictor">,
  { kind, transform, weights }: { kind: string; transform: string; weights: readonly RotatedWeight[] },
): Result<Worth> {
  if (!predictor) return ok({ isBetter: true });
  const prediction = predictor.predict(weights, names.transformOf(transform));
  if (!prediction.ok) return prediction;
  if (!prediction.value) return ok({ isBetter: true });
  const { plain, rotated } = prediction.value;
  const isBetter = rotated >= plain;
  const figures = `${rotated.toFixed(2)} dB rotated, ${plain.toFixed(2)} dB as it is`;
  context.report({
    severity: "remark",
    code: isBetter ? "rotated" : "rotation-declined",
    message: `${kind} ${isBetter ? "rotates" : "leaves"} ${describeWeights(weights)}: ${figures}`,
    span: undefined,
    ...(!isBetter && { hint: "force = true rotates it all the same" }),
  });
  return ok({ isBetter, figures });
}

function describeWeights(weights: readonly RotatedWeight[]): string {
  const names = [...new Set(weights.map(({ symbol }) => `@${symbol}`))];
  return names.length > 3 ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more` : names.join(", ");
}

/** What became of a rotation that was weighed, where `--explain` asks: the transform and its weights, or why not. */
export function explainRotation(
  module: Module,
  op: OpId,
  { kind, transform, weights }: { kind: string; transform: string; weights: readonly RotatedWeight[] },
  { isBetter, figures }: Worth,
  { explain }: PassContext,
): void {
  const why = figures === undefined ? "" : `, ${figures}`;
  const met = weights.length > 0 ? `, with ${describeWeights(weights)}` : "";
  const outcome = isBetter
    ? applied(`by @${transform}${met}${why}`)
    : refused(`a prediction declines it: ${figures}`);
  explain?.({ ...siteOf(module, opAt(module, op)), rule: kind, outcome });
}
