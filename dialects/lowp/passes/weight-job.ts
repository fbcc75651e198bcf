import { isDense } from "../../../compiler/define/kernel.ts";
import { isMismatch } from "../../../compiler/define/op.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import type { InputStatistics } from "../../../compiler/define/solver.ts";
import type { RowRange, SolverJob } from "../../../compiler/define/solver-host.ts";
import { error, fail, ok, type Result, unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { ResourceOrigin } from "../../../compiler/ir/constants.ts";
import { type DialectType, type FloatType, floatBits, type TensorType } from "../../../compiler/ir/types.ts";
import { elementCount, type FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { unpackDense } from "../dense.ts";
import { type ParamOp, readParam, resourceKeys } from "../params.ts";
import { joinRows, rowParts } from "../solvers/row-parts.ts";
import { solveTask } from "../solvers/solve-task.ts";
import type { BoundSolver } from "./solver-choice.ts";

/** What a weight is to become, and by what. */
export interface WeightGoal {
  readonly type: DialectType;
  /** Rows first; that of the parameter, or of its rows as a matrix. */
  readonly shape: readonly number[];
  readonly solver: BoundSolver;
  readonly statistics: InputStatistics | undefined;
  /** Of stochastic rounding; undefined where nothing is random. */
  readonly seed: number | undefined;
}

/** The job of solving a dense parameter, in rows where solver and type allow it. */
export function weightJob(
  op: ParamOp,
  { type, shape, solver, statistics, seed }: WeightGoal,
  { registry, constants }: PassContext,
  originOf: (key: string) => ResourceOrigin | undefined,
): SolverJob {
  const dense = op.attributes.type as TensorType;
  const { choice } = solver;
  return {
    name: op.attributes.sym_name,
    identity: {
      weight: { type: dense, bytes: bytesIdentity(op, originOf) },
      type,
      solver: choice.name,
      options: choice.options,
      seed,
    },
    statistics,
    shape,
    parts: solver.solver.rowByRow ? rowParts(type, shape) : [{ start: 0, end: shape[0] ?? 1 }],
    open: () => openWeight(op, shape, constants, originOf),
    task: (weight) => ({ solver: choice.name, options: choice.options, weight, type, statistics, seed }),
    solve: (task) => solveTask(task, registry),
    join: joinRows,
  };
}

/** What tells the numbers of a weight apart from others: digests, hexadecimal digits, or the literal. */
function bytesIdentity(op: ParamOp, originOf: (key: string) => ResourceOrigin | undefined): unknown {
  const keys = [...resourceKeys(op.attributes.value).values()];
  if (keys.length === 0) return op.attributes.value;
  return keys.map((key) => {
    const origin = originOf(key);
    return origin?.kind === "inline" ? origin.hex : origin?.sha256;
  });
}

function openWeight(
  op: ParamOp,
  shape: readonly number[],
  constants: PassContext["constants"],
  originOf: (key: string) => ResourceOrigin | undefined,
): Result<(rows: RowRange) => FloatTensor> {
  const { type, value } = op.attributes;
  const { element } = type as TensorType;
  const [key] = resourceKeys(value).values();
  if (key === undefined) return openLiteral(op, shape);
  const read = constants.read(key, originOf(key));
  if (!read.ok)
    return fail(...read.diagnostics.map((problem) => ({ ...problem, span: problem.span ?? op.span })));
  const bits = floatBits[(element as FloatType).name] * elementCount(shape.slice(1));
  return ok(({ start, end }) => {
    const bytes = read.value.subarray((start * bits) / 8, Math.ceil((end * bits) / 8));
    const part = shape.length === 0 ? [] : [end - start, ...shape.slice(1)];
    return unpackDense(bytes, element as FloatType, part) as FloatTensor;
  });
}

/** A weight written into the text as `dense<…>`, or without any value. */
function openLiteral(op: ParamOp, shape: readonly number[]): Result<(rows: RowRange) => FloatTensor> {
  const value = readParam(op, (key) => unreachable(`a literal has no resource ${key}`));
  if (isMismatch(value)) return fail(error(value.code, value.message, { span: op.span }));
  if (!isDense(value)) return unreachable("dense parameters were chosen");
  const { data } = value as FloatTensor;
  const columns = elementCount(shape.slice(1));
  return ok(({ start, end }) => ({
    shape: shape.length === 0 ? [] : [end - start, ...shape.slice(1)],
    data: data.slice(start * columns, end * columns),
  }));
}
