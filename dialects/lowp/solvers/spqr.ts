import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { defineSolver, type WeightProblem } from "../../../compiler/define/solver.ts";
import type { DialectType } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { oneOf, real, withDefault } from "../../../compiler/schema/schema.ts";
import { blockGrid } from "../block-grid.ts";
import { codebooksOf } from "../codebooks.ts";
import { elementsPerCode, hasCodebook } from "../elements.ts";
import { quantize, store } from "../quantize.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";
import { sameKind } from "../regions.ts";
import { quantized } from "../types.ts";
import { integersOf } from "../values.ts";
import { type BlockFit, placesOf, readFit, writeFit } from "./block-fit.ts";
import { makeCodecs } from "./codec.ts";
import { sparseTerm } from "./dense-and-sparse.ts";
import { makeFitRanges } from "./fit-ranges.ts";
import { describeFound, type LastTerm, readLastTerm, withLastTerm } from "./last-term.ts";
import { settle, statisticMissing, vectorsRefused, wrongMoment } from "./losses.ts";
import { type ColumnOrder, deadColumns, prepareMoment } from "./second-moment.ts";
import { fitWithoutOutliers, type GroupFitting } from "./spqr-groups.ts";
import { sweepWithOutliers } from "./spqr-sweep.ts";

/**
 * Rounds column by column like gptq, on small groups whose own scales and zeros are quantized, and keeps the weights
 * that would cost too much in a sparse term. (Dettmers et al., SpQR, arXiv 2306.03078)
 */
export const spqr = defineSolver({
  name: "spqr",
  summary:
    "Round column by column, keeping the weights that would cost most in a last term !lowp.sparse<csr, …>.",
  options: {
    /** A weight is an outlier whose error (e / U_jj)² is above this many times the mean of Var(W_j) / U_jj². */
    threshold: withDefault(real({ above: 0 }), 0.2),
    /** In units of the mean of the diagonal of H. */
    damping: withDefault(real({ above: 0 }), 1),
    /** activation: by falling diagonal of H; groups then keep the scales of the original weights. */
    order: withDefault(oneOf("natural", "activation"), "natural"),
  },
  needs: ["secondMoment"],
  solve(problem, options) {
    const value = findOutliersAndCodes(problem, options);
    return isMismatch(value) ? value : settle("spqr", "output", value, problem);
  },
});

interface SpqrOptions {
  readonly threshold: number;
  readonly damping: number;
  readonly order: ColumnOrder;
}

function findOutliersAndCodes(problem: WeightProblem, options: SpqrOptions): CompositeValue | Mismatch {
  const task = readTask(problem);
  if (isMismatch(task)) return task;
  const { terms, dense, weight, rows, columns, secondMoment } = task;
  const prepared = prepareMoment(secondMoment, columns, options);
  if (isMismatch(prepared)) return prepared;
  const { order, factor } = prepared;
  const pivots = new Float64Array(columns);
  for (const [position, column] of order.entries()) pivots[column] = factor[position * (columns + 1)]!;
  const threshold = options.threshold * outlierUnit(weight, pivots);

  // Scales of scales from weights without their outliers.
  const work = Float64Array.from(weight.data);
  const first = fitterOf(weight, dense, pivots, threshold);
  if (isMismatch(first)) return first;
  const trimmed = work.slice();
  const groups = groupsOf(rows, columns, first.group, work);
  for (const group of groups) fitWithoutOutliers(group, first.fitting, trimmed);
  const calm = { ...weight, data: sameKind(weight.data, work.length) };
  calm.data.set(trimmed);
  const second = fitterOf(calm, dense, pivots, threshold);
  if (isMismatch(second)) return second;

  const swept = sweepWithOutliers({
    ...prepared,
    work,
    rows,
    columns,
    groups,
    fit: second.fit,
    fitting: second.fitting,
    refits: options.order === "natural",
  });
  const codes = integersOf(second.value, "codes").data.slice();
  const { code } = placesOf(weight.shape, dense.parameters);
  for (const [at, found] of swept.codes.entries()) codes[code[at]!] = found;
  const rest = { ...weight, data: sameKind(weight.data, work.length) };
  rest.data.set(swept.rest);
  const outliers = store(rest, terms.last);
  if (isMismatch(outliers)) return outliers;
  return withLastTerm(terms, writeFit(second.value, codes, second.fit), outliers);
}

type DenseType = DialectType & { readonly parameters: QuantizedParameters };
interface Task {
  readonly terms: LastTerm<DialectType>;
  readonly dense: DenseType;
  /** Zero in dead columns. */
  readonly weight: FloatTensor;
  readonly rows: number;
  readonly columns: number;
  readonly secondMoment: Float64Array;
}

function readTask({ weight, type, statistics }: WeightProblem): Task | Mismatch {
  const terms = readLastTerm("spqr", type, sparseTerm);
  if (isMismatch(terms)) return terms;
  const dense = terms.before;
  const block = quantized.is(dense) ? dense.parameters.block : [];
  if (!quantized.is(dense) || block.length !== 2 || block[0] !== 1)
    return mismatch(
      "spqr-block",
      `spqr fills one !lowp.q with blocks of one row before the sparse term, found ${quantized.is(dense) ? `block = [${block.join(", ")}]` : describeFound(dense)}`,
      {
        hint: "use block = [1, 16]",
      },
    );
  const { element } = dense.parameters;
  if (elementsPerCode(element) > 1) return vectorsRefused("spqr");
  if (hasCodebook(element))
    return mismatch("spqr-element", "spqr fits ranges without outliers, and a table that is data has none", {
      hint: "use the solver dense-and-sparse with solver = codebook",
    });
  const [rows, columns] = [weight.shape[0]!, weight.shape[1]!];
  const secondMoment = statistics?.secondMoment;
  if (!secondMoment) return statisticMissing("spqr", "secondMoment");
  if (secondMoment.length !== columns ** 2) return wrongMoment(secondMoment, columns);
  const dead = new Set(deadColumns(secondMoment, columns));
  const alive = { ...weight, data: weight.data.map((x, at) => (dead.has(at % columns) ? 0 : x)) };
  return { terms, dense, weight: alive, rows, columns, secondMoment };
}

/** τ = mean over columns of Var(W_j) / U_jj²; of one row the squares; where nothing varies, nothing is an outlier. */
function outlierUnit({ shape, data }: FloatTensor, pivots: Float64Array): number {
  const [rows, columns] = [shape[0]!, shape[1]!];
  let total = 0;
  for (let column = 0; column < columns; column++) {
    let [sum, squares] = [0, 0];
    for (let row = 0; row < rows; row++) {
      const x = data[row * columns + column]!;
      sum += x;
      squares += x * x;
    }
    const mean = rows > 1 ? sum / rows : 0;
    const variance = Math.max(squares / rows - mean * mean, 0);
    total += variance / pivots[column]! ** 2;
  }
  return total === 0 ? Number.POSITIVE_INFINITY : total / columns;
}

interface Fitter {
  readonly value: CompositeValue;
  readonly fit: BlockFit;
  readonly fitting: GroupFitting;
  /** Columns of a group. */
  readonly group: number;
}

/** Scales as quantize gives them for a weight, and a way to fit single groups under their scales. */
function fitterOf(
  weight: FloatTensor,
  type: DenseType,
  pivots: Float64Array,
  threshold: number,
): Fitter | Mismatch {
  const value = quantize(weight, type);
  if (isMismatch(value)) return value;
  const single = weight.data instanceof Float32Array;
  const fit = readFit(value, single);
  if (isMismatch(fit)) return fit;
  const { parameters } = type;
  const fitRanges = makeFitRanges(value, parameters, single);
  if (isMismatch(fitRanges)) return fitRanges;
  const codecAt = makeCodecs(parameters, codebooksOf(parameters.element, value.components), {
    single: false,
  });
  const group = blockGrid(weight.shape, parameters.block).run;
  return { value, fit, fitting: { parameters, fitRanges, codecAt, pivots, threshold }, group };
}

function groupsOf(rows: number, columns: number, group: number, work: Float64Array) {
  const count = Math.ceil(columns / group);
  return Array.from({ length: count }, (_, index) => ({
    work,
    rows,
    columns,
    start: index * group,
    end: Math.min((index + 1) * group, columns),
    blocks: Int32Array.from({ length: rows }, (_, row) => row * count + index),
  }));
}
