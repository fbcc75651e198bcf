import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import type { WeightProblem } from "../../../compiler/define/solver.ts";
import type { DialectType } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { elementsPerCode, hasCodebook } from "../elements.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";
import { quantized } from "../types.ts";
import { notSupportedHere } from "../values.ts";
import { statisticMissing, vectorsRefused, wrongMoment } from "./losses.ts";
import { outputTarget, type Target } from "./output-target.ts";
import { deadColumns } from "./second-moment.ts";

/** A problem that gptq can take. */
export interface Task {
  /** What the codes are to stand for: the weight, or what the target makes of it. */
  readonly aim: FloatTensor;
  /** The same, zero in dead columns: f[rows, columns]. */
  readonly weight: FloatTensor;
  /** 1 where a weight must stay zero, else 0; undefined where none must. */
  readonly pruned: FloatTensor | undefined;
  readonly rows: number;
  readonly columns: number;
  readonly type: DialectType & { readonly parameters: QuantizedParameters };
  readonly secondMoment: Float64Array;
}

/** Options that change what the codes are to stand for. */
export interface TaskOptions {
  readonly target: Target;
  readonly damping: number;
  /** keep: weights that are zero, as after pruning, stay zero, and others make up for it. */
  readonly zeros?: "round" | "keep";
}

/**
 * Takes a problem apart; codes: `gptq-matrix`, `gptq-block`, `solver-vectors`,
 * `statistics-missing`, `statistics-shape`.
 */
export function readTask(
  solver: string,
  { weight, type, statistics }: WeightProblem,
  { target, damping, zeros = "round" }: TaskOptions,
): Task | Mismatch {
  if (!quantized.is(type)) return notSupportedHere(solver, type);
  const [rows, columns] = weight.shape;
  if (weight.shape.length !== 2 || rows === undefined || columns === undefined)
    return mismatch("gptq-matrix", `${solver} needs a weight of rank 2, found rank ${weight.shape.length}`);
  const { block, element } = type.parameters;
  if (elementsPerCode(element) > 1) return vectorsRefused(solver);
  // Tables that are data are found before the sweep, so nothing is fitted on the way.
  const spansRows = block.length === 2 && block[0] !== 1;
  if (spansRows && !(block[0] === "*" && hasCodebook(element)))
    return mismatch("gptq-block", `a block spans ${block[0]} rows, ${solver} needs 1`, {
      hint: "use block = [1, *] or [1, size], or the solver mse-clip",
    });
  const secondMoment = statistics?.secondMoment;
  if (!secondMoment) return statisticMissing(solver, "secondMoment");
  if (secondMoment.length !== columns ** 2) return wrongMoment(secondMoment, columns);
  const aim = aimOf(solver, target, damping, { weight, type, statistics });
  if (isMismatch(aim)) return aim;
  const alive = withoutColumns(aim, deadColumns(secondMoment, columns));
  const pruned = zeros === "keep" ? zerosOf(weight) : undefined;
  return { aim, weight: alive, pruned, rows, columns, type, secondMoment };
}

function aimOf(
  solver: string,
  target: Target,
  damping: number,
  { weight, statistics }: WeightProblem,
): FloatTensor | Mismatch {
  if (target === "weight") return weight;
  const { secondMoment, crossMoment } = statistics ?? {};
  if (!secondMoment || !crossMoment) return statisticMissing(solver, "crossMoment");
  return crossMoment.length === secondMoment.length
    ? outputTarget(weight, crossMoment, secondMoment, damping)
    : wrongMoment(crossMoment, weight.shape[1]!);
}

const zerosOf = ({ shape, data }: FloatTensor): FloatTensor => ({
  shape,
  data: Float32Array.from(data, (value) => (value === 0 ? 1 : 0)),
});

/** The weight with zeros in some columns. */
function withoutColumns({ shape, data }: FloatTensor, dead: readonly number[]): FloatTensor {
  const kept = data.slice();
  for (const column of dead)
    for (let index = column; index < kept.length; index += shape[1]!) kept[index] = 0;
  return { shape, data: kept };
}
