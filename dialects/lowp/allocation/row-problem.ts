import type { AllocationItem } from "../../../compiler/allocation/problem.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import type { DialectType } from "../../../compiler/ir/types.ts";
import type { ParamOp } from "../params.ts";
import type { Metric } from "../solvers/low-rank-term.ts";
import { formatChoices } from "./choices.ts";
import type { Candidate } from "./measure.ts";
import { itemsOf, type ModuleProblem } from "./module-problem.ts";
import { type RowChoice, type RowRanking, rowChoices } from "./row-choices.ts";
import { type Sensitivity, sensitivities } from "./sensitivity.ts";
import { solveCandidates } from "./solve-candidates.ts";
import { misfit } from "./solved-weight.ts";

/** Sensitivities whose figures can be shared out among rows. */
export const rowSensitivities = ["weight-error", "hessian", "layer-output", "divergence"] as const;
type RowSensitivity = (typeof rowSensitivities)[number];

/** What errors of rows are measured by. */
const metrics: Readonly<Record<RowSensitivity, Metric>> = {
  "weight-error": "weight",
  hessian: "output",
  "layer-output": "output",
  divergence: "output",
};

/** What is to be decided about the rows of some weights. */
export interface RowRequest extends Omit<RowRanking, "metric"> {
  readonly sensitivity: RowSensitivity;
}

/**
 * A problem whose items are weights and whose choices are how many of their rows get the high type, the most salient
 * first; they cost `bytes`, `rows` and what the target says. Runs of the program, where the sensitivity needs them: one for each weight.
 * Codes: `type-misfit`, those of `formatChoices` and of measuring.
 */
export async function rowProblem(
  module: Module,
  weights: readonly ParamOp[],
  request: RowRequest,
  context: PassContext,
): Promise<Result<ModuleProblem>> {
  const { high, low, solver } = request;
  const formats = formatChoices([high, low], solver ? [solver] : [], context.registry);
  if (!formats.ok) return formats;
  const misfits = weights.flatMap((weight) => [high, low].flatMap((type) => misfitOf(weight, type)));
  if (misfits.length > 0) return fail(...misfits);
  const candidates = weights.map((weight): Candidate => ({ weight, choices: formats.value }));
  const ranking: RowRanking = { ...request, metric: metrics[request.sensitivity] };
  const sensitivity = rowwise(request.sensitivity, ranking.metric);
  const found = new Map<ParamOp, readonly RowChoice[]>();
  for await (const solved of solveCandidates(module, candidates, sensitivity, context)) {
    if (!solved.ok) return solved;
    const { candidate, choices, statistics } = solved.value;
    const symbol = candidate.weight.attributes.sym_name;
    context.progress(found.size, weights.length, `${symbol} (${sensitivity.name})`);
    const all = choices.map((choice) => choice.solved);
    const loss = await sensitivity.measure({ module, symbol, solved: all[1]!, all, statistics }, context);
    if (!loss.ok) return loss;
    const ranked = rowChoices(solved.value, loss.value, ranking, context);
    if (!ranked.ok) return ranked;
    found.set(candidate.weight, ranked.value);
  }
  const rows = weights.map((weight) => ({ weight, choices: found.get(weight)! }));
  const items = itemsOf(rows, context.costs);
  if (!items.ok) return items;
  return ok({
    problem: { items: items.value.map((item, i) => withRows(item, rows[i]!.choices)) },
    weights: rows,
  });
}

/** The sensitivity; where it runs the program, inputs are looked at besides, to tell rows apart. */
function rowwise(name: RowSensitivity, metric: Metric): Sensitivity {
  const sensitivity = sensitivities.find((each) => each.name === name)!;
  return metric === "output" ? { ...sensitivity, needs: ["secondMoment"] } : sensitivity;
}

function misfitOf(weight: ParamOp, type: DialectType) {
  const problem = misfit(weight, type);
  if (!problem) return [];
  const { attributes, span } = weight;
  const message = `a type does not fit @${attributes.sym_name}: ${problem.message}`;
  return [error("type-misfit", message, { span, hint: "take another type, or skip the weight" })];
}

/** The item, whose choices cost rows of the high type as well. */
const withRows = (item: AllocationItem, rows: readonly RowChoice[]): AllocationItem => ({
  ...item,
  choices: item.choices.map((choice, i) => ({ ...choice, cost: { ...choice.cost, rows: rows[i]!.rows } })),
});
