import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { defineSolver } from "../../../compiler/define/solver.ts";
import type { Type } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { oneOf, withDefault } from "../../../compiler/schema/schema.ts";
import { codebooksOf } from "../codebooks.ts";
import { castDense } from "../dense.ts";
import { tableOf } from "../elements.ts";
import { quantize } from "../quantize.ts";
import type { TableParameters } from "../table-type.ts";
import { quantized } from "../types.ts";
import { componentOf, notSupportedHere } from "../values.ts";
import { type BlockFit, placesOf, readFit, writeFit } from "./block-fit.ts";
import { makeCodecs } from "./codec.ts";
import { settle, statisticMissing, wrongMoment } from "./losses.ts";
import { encodeAll, paddedBlocks } from "./mse-clip.ts";
import { optimalCentres } from "./optimal-centres.ts";

/** The codebook that suits the weights best, of a tensor or of each row. (SqueezeLLM, arXiv 2306.07629) */
export const codebook = defineSolver({
  name: "codebook",
  summary: "Choose the values of each codebook by exact weighted k-means.",
  options: {
    /** activation: each weight counts as much as the second moment of its input. */
    sensitivity: withDefault(oneOf("none", "activation"), "none"),
  },
  needs: [],
  scope: "term",
  needsFor: ({ sensitivity }) => (sensitivity === "activation" ? ["secondMoment"] : []),
  solve(problem, { sensitivity }) {
    const { weight, type, statistics } = problem;
    if (sensitivity === "none") {
      const value = solveCodebooks(weight, type, undefined);
      return isMismatch(value) ? value : settle("codebook", "weight", value, problem);
    }
    if (!statistics?.secondMoment) return statisticMissing("codebook", "secondMoment");
    const value = solveCodebooks(weight, type, statistics.secondMoment);
    return isMismatch(value) ? value : settle("codebook", "output", value, problem);
  },
});

/** Points times centres that the tables of the search may hold. */
const MAX_CELLS = 2 ** 26;

/**
 * The value of a `!lowp.q` with tables that are data, one number per code: scales as quantize has them, tables by
 * optimalCentres and then rounded to their type, codes nearest. A weight counts as the diagonal of the second moment
 * f64[K, K] at its column, as one where there is none.
 */
export function solveCodebooks(
  weight: FloatTensor,
  type: Type,
  secondMoment: Float64Array | undefined,
): CompositeValue | Mismatch {
  if (!quantized.is(type)) return notSupportedHere("a codebook", type);
  const { parameters } = type;
  const table = tableOf(parameters.element);
  if (table?.values.kind !== "data" || table.dim > 1)
    return mismatch("codebook-element", "codebook needs a table of numbers that are data", {
      hint: "such as !lowp.table<4, 1, f16, per = row>",
    });
  const columns = weight.shape.at(-1) ?? 1;
  if (secondMoment && secondMoment.length !== columns ** 2) return wrongMoment(secondMoment, columns);
  const size = table.per === "row" ? columns : weight.data.length;
  if (size * 2 ** table.bits > MAX_CELLS)
    return mismatch(
      "codebook-size",
      `a codebook of ${table.bits} bits is too large a search for one tensor`,
      {
        hint: "use per = row, or fewer bits",
      },
    );

  const initial = quantize(weight, type);
  if (isMismatch(initial)) return initial;
  const single = weight.data instanceof Float32Array;
  const fit = readFit(initial, single);
  if (isMismatch(fit)) return fit;
  const { block } = placesOf(weight.shape, parameters);
  const [rows] = componentOf(initial, "table").shape;
  const tables = centresOf({ weight, table, rows: rows!, size, block, fit, secondMoment });
  const value = { ...initial, components: { ...initial.components, table: tables } };
  const { data, grid } = paddedBlocks(weight, parameters);
  const codecs = makeCodecs(parameters, codebooksOf(parameters.element, value.components), { single });
  return writeFit(value, encodeAll(data, grid, codecs, fit), fit);
}

interface Clustering {
  readonly weight: FloatTensor;
  readonly table: TableParameters;
  /** Number of tables; rows that fill up the last block have one too. */
  readonly rows: number;
  /** Weights to a table. */
  readonly size: number;
  /** Block of each weight. */
  readonly block: Int32Array;
  readonly fit: BlockFit;
  readonly secondMoment: Float64Array | undefined;
}

/** The tables f[rows, 2^bits, 1] in their float type; weights are seen in steps of their scale. */
function centresOf({ weight, table, rows, size, block, fit, secondMoment }: Clustering): FloatTensor {
  const { data, shape } = weight;
  const columns = shape.at(-1) ?? 1;
  const entries = 2 ** table.bits;
  const centres = new Float64Array(rows * entries);
  for (let row = 0; row < rows && row * size < data.length; row++) {
    const [values, weights] = [new Float64Array(size), new Float64Array(size)];
    for (let index = 0; index < size; index++) {
      const at = row * size + index;
      const step = fit.scale.numbers[block[at]!]!;
      values[index] = step === 0 ? 0 : (data[at]! - fit.shift.numbers[block[at]!]!) / step;
      weights[index] = step * step * (secondMoment ? secondMoment[(at % columns) * (columns + 1)]! : 1);
    }
    centres.set(optimalCentres(values, weights, entries), row * entries);
  }
  const { values } = table;
  const tables = { shape: [rows, entries, 1], data: centres };
  return values.kind === "data" ? castDense(tables, values.type) : tables;
}
