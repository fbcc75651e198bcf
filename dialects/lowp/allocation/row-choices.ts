import { isMismatch } from "../../../compiler/define/op.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { word } from "../../../compiler/ir/attributes.ts";
import type { DialectType, TensorType } from "../../../compiler/ir/types.ts";
import { bindSolver, type SolverChoice, solverChoice } from "../passes/solver-choice.ts";
import { loudestOrder } from "../permutation.ts";
import { rowLosses } from "../solvers/losses.ts";
import type { Metric } from "../solvers/low-rank-term.ts";
import { rowSalience, salientRows } from "../solvers/salient-rows.ts";
import { byteLengthOf } from "../storage.ts";
import { storedShape } from "../stored-shape.ts";
import { problemsInShape, split } from "../types.ts";
import { choiceOf, type FormatChoice } from "./choices.ts";
import type { MeasuredChoice } from "./measure.ts";
import type { SolvedCandidate } from "./solve-candidates.ts";

/** How many rows of a weight, the most salient first, are in the high type. */
export interface RowChoice extends MeasuredChoice {
  readonly rows: number;
}

export interface RowRanking {
  /** Of the rows that matter most, and of all others. */
  readonly high: DialectType;
  readonly low: DialectType;
  /** What fills both types; round to nearest where none is named. */
  readonly solver: SolverChoice | undefined;
  /** By what errors of rows are compared. */
  readonly metric: Metric;
  /** Rows in the high type are a multiple of this, or all. */
  readonly multiple: number;
}

/**
 * The choices of one weight that was put into the high type and the low one, in this order: no rows in the high type,
 * then more and more. `loss` is that of the weight in the low type; rows have their part of it as they have of the
 * squared errors. Ranks rows as `salient-rows` does, which fills the splits. Code: those of rounding.
 */
export function rowChoices(
  { candidate, choices: [high, low], statistics }: SolvedCandidate,
  loss: number,
  ranking: RowRanking,
  { registry }: PassContext,
): Result<readonly RowChoice[]> {
  const { weight } = candidate;
  const { high: highType, low: lowType } = ranking;
  const secondMoment = ranking.metric === "output" ? statistics?.secondMoment : undefined;
  const matrix = low!.solved.weight;
  const salience = rowSalience(matrix, [highType, lowType], ranking.metric, statistics);
  if (isMismatch(salience))
    return fail(
      error(salience.code, `@${weight.attributes.sym_name}: ${salience.message}`, { span: weight.span }),
    );
  const columns = matrix.shape.at(-1) ?? 1;
  const [fine, coarse] = [high!, low!].map(({ solved }) => rowLosses(solved.errors, columns, secondMoment));
  let sum = coarse!.reduce((total, each) => total + each, 0);
  const scale = sum === 0 ? 0 : loss / sum;
  const splitSolver = bindSolver(salientRowsBy(ranking), registry);
  if (!splitSolver.ok) return splitSolver;
  const { shape } = weight.attributes.type as TensorType;
  const total = salience.length;
  const choices: RowChoice[] = [{ ...measured(low!), loss, rows: 0 }];
  for (const [place, row] of loudestOrder(salience).entries()) {
    sum += fine![row]! - coarse![row]!;
    const rows = place + 1;
    if (rows === total) choices.push({ ...measured(high!), loss: scale * sum, rows });
    if (rows === total || rows % ranking.multiple !== 0) continue;
    const type = splitOf({ rows, total, highType, lowType });
    const bytes = byteLengthOf(type, storedShape(type, shape));
    if (bytes === undefined || problemsInShape(type, storedShape(type, shape)).length > 0) continue;
    choices.push({
      choice: choiceOf(type, splitSolver.value, true, registry),
      bytes,
      loss: scale * sum,
      rows,
    });
  }
  return ok(choices);
}

const measured = ({ choice, solved }: SolvedCandidate["choices"][number]) => ({
  choice,
  bytes: solved.bytes,
});

const splitOf = ({
  rows,
  total,
  highType,
  lowType,
}: {
  readonly rows: number;
  readonly total: number;
  readonly highType: DialectType;
  readonly lowType: DialectType;
}): FormatChoice["type"] =>
  split.of({
    axis: 0,
    parts: [
      { extent: rows, type: highType },
      { extent: total - rows, type: lowType },
    ],
    permuted: true,
  });

/** `salient-rows<solver = …, metric = …>`, without what it would do anyway. */
const salientRowsBy = ({ solver, metric }: RowRanking): SolverChoice => ({
  name: salientRows.name,
  options: {
    ...(solver && { solver: solverChoice.encode(solver) }),
    ...(metric === "output" && { metric: word(metric) }),
  },
});
