import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import type { InputStatistics } from "../../../compiler/define/solver.ts";
import { error, fail, ok, type Result, unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import type { DialectType, TensorType } from "../../../compiler/ir/types.ts";
import { dequantize } from "../dequantize.ts";
import { unpackValue } from "../pack.ts";
import type { ParamOp } from "../params.ts";
import type { BoundSolver } from "../passes/solver-choice.ts";
import { weightJob } from "../passes/weight-job.ts";
import { errorsOf } from "../solvers/losses.ts";
import { solveInLine } from "../solvers/solve-in-line.ts";
import { storedShape } from "../stored-shape.ts";
import { problemsInShape } from "../types.ts";
import type { SolvedWeight } from "./weight-change.ts";

/** Why a type does not fit the shape of a weight, if it does not. */
export function misfit({ attributes }: ParamOp, type: DialectType): Mismatch | undefined {
  const { shape } = attributes.type as TensorType;
  return problemsInShape(type, storedShape(type, shape))[0];
}

/** Puts a weight into a type without changing the module. Codes: those of the solver and of reading the weight. */
export async function solveFormat(
  module: Module,
  op: ParamOp,
  { type, solver }: { readonly type: DialectType; readonly solver: BoundSolver },
  statistics: InputStatistics | undefined,
  context: PassContext,
): Promise<Result<SolvedWeight>> {
  const { shape } = op.attributes.type as TensorType;
  const goal = { type, shape: storedShape(type, shape), solver, statistics, seed: undefined };
  const job = weightJob(op, goal, context, (key) => module.resources[key]);
  const solution = context.solvers ? await context.solvers.solve(job) : solveInLine(job);
  if (!solution.ok) return solution;
  if (isMismatch(solution.value)) return refused(op, solution.value);
  const { components, type: solved } = solution.value;
  const value = unpackValue(solved as DialectType, goal.shape, (path) => components[path]!);
  if (isMismatch(value)) return refused(op, value);
  const opened = job.open();
  if (!opened.ok) return opened;
  const weight = opened.value({ start: 0, end: goal.shape[0] ?? 1 });
  const errors = errorsOf(weight, value);
  if (isMismatch(errors)) return refused(op, errors);
  const numbers = dequantize(value, "f32");
  if (isMismatch(numbers)) return unreachable("numbers that errors were taken of");
  return ok({
    bytes: Object.values(components).reduce((total, { byteLength }) => total + byteLength, 0),
    weight,
    errors,
    numbers: { shape, data: numbers.data },
  });
}

const refused = ({ attributes, span }: ParamOp, { code, message, hint }: Mismatch): Result<never> =>
  fail(error(code, `@${attributes.sym_name}: ${message}`, { span, ...(hint !== undefined && { hint }) }));
