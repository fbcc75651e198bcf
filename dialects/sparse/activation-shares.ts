import { isMismatch } from "../../compiler/define/op.ts";
import type { PassContext } from "../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../compiler/ir/module.ts";
import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import { dequantize as toNumbers } from "../lowp/dequantize.ts";
import type { ParamOp } from "../lowp/params.ts";
import { readStored } from "../lowp/passes/dense-params.ts";
import { measureInputs } from "../lowp/passes/input-statistics.ts";
import { dropErrors, dropLevels } from "./drop-errors.ts";
import { type DropCurve, greedyDrops } from "./greedy-drops.ts";
import { problemOf } from "./stored-weights.ts";

/** How inputs are chosen. */
export interface InputChoice {
  /** Share of the numbers of all weights that inputs of 0 are to spare, on average. */
  readonly sparsity: number;
  readonly score: "weight" | "magnitude";
}

/**
 * How many inputs the ops on each of these weights keep, by symbol: the errors of their outputs on a sample of inputs,
 * relative to the outputs, decide where the zeros go. Codes: `sparsity` where that leaves too few, `not-finite`, and
 * those of calibration and of reading the weights.
 */
export async function greedyCounts(
  module: Module,
  weights: readonly ParamOp[],
  choice: InputChoice,
  context: PassContext,
): Promise<Result<ReadonlyMap<string, number>>> {
  const symbols = weights.map(({ attributes }) => attributes.sym_name);
  const request = { needs: ["sample"], asker: "sparsify-activations by shares = greedy" } as const;
  const statistics = await measureInputs(module, symbols, request, context);
  if (!statistics.ok) return statistics;
  const curves: DropCurve[] = [];
  for (const [index, weight] of weights.entries()) {
    context.progress(index, weights.length, symbols[index]!);
    const curve = curveOf(module, weight, statistics.value.get(symbols[index]!)!.sample!, choice, context);
    if (!curve.ok) return curve;
    curves.push(curve.value);
  }
  const drops = greedyDrops(curves, choice.sparsity);
  if (!drops) {
    const most = averageOf(curves, ({ dropped }) => dropped.at(-1)!);
    return fail(
      error(
        "sparsity",
        `a sparsity of ${choice.sparsity} is more than the ${most.toFixed(4)} that leave each op some inputs`,
        {
          hint: "ask for less, such as 0.5",
        },
      ),
    );
  }
  context.report(remarkOf(symbols, curves, drops));
  return ok(new Map(symbols.map((symbol, i) => [symbol, curves[i]!.columns - drops[i]!])));
}

function curveOf(
  module: Module,
  weight: ParamOp,
  sample: FloatTensor,
  { score }: InputChoice,
  context: PassContext,
): Result<DropCurve> {
  const numbers = readNumbers(module, weight, context);
  if (!numbers.ok) return numbers;
  const [rows, columns] = [numbers.value.shape[0]!, numbers.value.shape[1]!];
  const norms = score === "weight" ? columnNorms(numbers.value) : undefined;
  const dropped = dropLevels(columns);
  const errors = dropErrors(numbers.value, sample, norms, dropped);
  return errors.some(Number.isNaN)
    ? fail(problemOf(weight, "not-finite", "its outputs are not finite on the calibration data"))
    : ok({ rows, columns, dropped, errors });
}

/** The numbers of a weight, whatever it is stored in, as f64[N, K]. */
export function readNumbers(
  module: Module,
  weight: ParamOp,
  { constants }: Pick<PassContext, "constants">,
): Result<FloatTensor> {
  const read = readStored(weight, constants, (key) => module.resources[key]);
  if (!read.ok) return read;
  const numbers = toNumbers(read.value, "f64");
  return isMismatch(numbers) ? fail(problemOf(weight, numbers.code, numbers.message)) : ok(numbers);
}

/** The root of the sum of squares of every column, f32[K]. */
export function columnNorms({ shape, data }: FloatTensor): Float32Array<ArrayBuffer> {
  const columns = shape.at(-1)!;
  const squares = new Float64Array(columns);
  for (const [at, x] of data.entries()) squares[at % columns] = squares[at % columns]! + x * x;
  return Float32Array.from(squares, Math.sqrt);
}

/** The share of inputs that are dropped, weighted by the numbers of the weights. */
function averageOf(curves: readonly DropCurve[], dropped: (curve: DropCurve, at: number) => number): number {
  const total = (of: (curve: DropCurve, at: number) => number) =>
    curves.reduce((sum, curve, at) => sum + curve.rows * of(curve, at), 0);
  return total(dropped) / total(({ columns }) => columns);
}

/** What was decided, and a line for each weight. Code: `sparsify-activations`. */
function remarkOf(
  symbols: readonly string[],
  curves: readonly DropCurve[],
  drops: readonly number[],
): Diagnostic {
  const share = averageOf(curves, (_, at) => drops[at]!);
  return {
    severity: "remark",
    code: "sparsify-activations",
    message: `${symbols.length} weights meet ${(100 * share).toFixed(2)} % zeros on average, weighted by their numbers`,
    span: undefined,
    notes: symbols.map((symbol, i) => {
      const { columns } = curves[i]!;
      const zeros = ((100 * drops[i]!) / columns).toFixed(2);
      return {
        message: `@${symbol}: ${columns - drops[i]!} of ${columns} inputs, ${zeros} % zero`,
        span: undefined,
      };
    }),
  };
}
