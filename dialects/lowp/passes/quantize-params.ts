import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import {
  type InputStatistics,
  type SolverReport,
  statisticsNeeded,
} from "../../../compiler/define/solver.ts";
import {
  type Diagnostic,
  error,
  fail,
  ok,
  type Result,
  unreachable,
} from "../../../compiler/diagnostics/diagnostic.ts";
import { type Attribute, integerAttribute, stringAttribute } from "../../../compiler/ir/attributes.ts";
import { type Module, type Op, type ValueId, valueAt, walk } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import { type DialectType, same, type TensorType, tensorType } from "../../../compiler/ir/types.ts";
import { derivedSeed } from "../../../compiler/numeric/random.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { reshape } from "../../nn/ops/shape.ts";
import { dequantize, get, param } from "../ops.ts";
import { type ParamOp, resourceKeys, rewriteParam } from "../params.ts";
import { solveInLine } from "../solvers/solve-in-line.ts";
import { isStochastic } from "../stochastic.ts";
import { storedShape } from "../stored-shape.ts";
import { problemsInShape } from "../types.ts";
import type { BoundSolver } from "./solver-choice.ts";
import { weightJob } from "./weight-job.ts";

/** What one weight is to become, and by what. */
export interface ParamGoal {
  readonly type: DialectType;
  readonly solver: BoundSolver;
}

/** What the weights of one stage are quantized with. */
export interface Quantization {
  /** By parameter symbol; all of the stage. */
  readonly goals: ReadonlyMap<string, ParamGoal>;
  /** By parameter symbol; those that a solver needs. */
  readonly statistics: ReadonlyMap<string, InputStatistics>;
  /** Where the type rounds stochastically; every parameter draws from a seed derived from it and its name. */
  readonly seed: number | undefined;
  /** Called as each weight is done. */
  finished(name: string): void;
}

/**
 * Rewrites parameters in a type; the ops see them dequantized. The host solves as many at a time as it can.
 * All problems are reported, in the order of the names.
 */
export async function quantizeParams(
  module: Module,
  names: readonly string[],
  quantization: Quantization,
  context: PassContext,
): Promise<Result<Module>> {
  const editor = new Editor(module);
  const problems: Diagnostic[] = [];
  let resources = module.resources;
  const types = new Map<string, TensorType>();
  const params = names.flatMap((name) => {
    const op = topLevelSymbol(module, name);
    return op && param.is(op) ? [op] : [];
  });
  const solved = await Promise.all(
    params.map((op) => quantizeParam(op, quantization, context, (key) => module.resources[key])),
  );
  for (const [i, rewritten] of solved.entries()) {
    const { attributes, span } = params[i]!;
    const name = attributes.sym_name;
    if (!rewritten.ok) {
      problems.push(...rewritten.diagnostics);
      continue;
    }
    const taken = Object.keys(rewritten.value.resources).find((key) => key in resources);
    if (taken !== undefined) {
      problems.push(
        error("resource-taken", `@${name}: dense_resource<${taken}> already names other bytes`, {
          span,
          hint: `rename dense_resource<${taken}>, or skip @${name}`,
        }),
      );
      continue;
    }
    if (rewritten.value.report.fellBack) context.report(fallback(name, params[i]!, rewritten.value.report));
    editor.update(rewritten.value.op);
    resources = { ...resources, ...rewritten.value.resources };
    types.set(name, rewritten.value.type);
  }
  if (problems.length > 0) return fail(...problems);
  dequantizeUses(module, editor, types);
  editor.setResources(withoutOld(resources, module, new Set(types.keys())));
  return ok(editor.commit());
}

/** Drops the bytes that only quantized parameters named; two parameters may share theirs. */
export function withoutOld(
  resources: Module["resources"],
  module: Module,
  quantized: ReadonlySet<string>,
): Module["resources"] {
  const params = [...walk(module)].filter((op) => param.is(op));
  const keysOf = (isQuantized: boolean) =>
    params
      .filter(({ attributes }) => quantized.has(attributes.sym_name) === isQuantized)
      .flatMap(({ attributes }) => [...resourceKeys(attributes.value).values()]);
  const kept = new Set(keysOf(false));
  const old = new Set(keysOf(true).filter((key) => !kept.has(key)));
  return Object.fromEntries(Object.entries(resources).filter(([key]) => !old.has(key)));
}

/** Solves one parameter; its bytes are in the store when this is done. */
async function quantizeParam(
  op: ParamOp,
  { goals, statistics, seed, finished }: Quantization,
  context: PassContext,
  originOf: (key: string) => Module["resources"][string] | undefined,
) {
  const { sym_name: name, type: dense } = op.attributes;
  const { type: element, solver } = goals.get(name) ?? unreachable(`@${name} has a goal`);
  const type = tensorType(storedShape(element, (dense as TensorType).shape), element);
  const refuse = (problems: readonly Mismatch[]) =>
    fail(
      ...problems.map(({ blames: _, ...problem }) => ({
        severity: "error" as const,
        span: op.span,
        ...problem,
        message: `@${name}: ${problem.message}`,
      })),
    );
  const laws = problemsInShape(element, type.shape);
  if (laws.length > 0) return refuse(laws);
  const goal = {
    type: element,
    shape: type.shape,
    solver,
    statistics: needsInputs(solver) ? statistics.get(name) : undefined,
    seed: seed === undefined || !isStochastic(element, type.shape) ? undefined : derivedSeed(seed, name),
  };
  const job = weightJob(op, goal, context, originOf);
  // Without a host nothing is waited for, so that weights are solved and stored one after another.
  const solution = context.solvers ? await context.solvers.solve(job) : solveInLine(job);
  if (!solution.ok) return solution;
  if (isMismatch(solution.value)) return refuse([solution.value]);
  const { components, report } = solution.value;
  const solved = tensorType(type.shape, solution.value.type);
  const prov = provenance(solver, goal.seed === undefined ? undefined : seed, context);
  const rewritten = rewriteParam(op, solved, components, prov, context.constants);
  finished(name);
  return ok({ ...rewritten, type: solved, report });
}

const fallback = (name: string, op: ParamOp, { solver, loss, baseline }: SolverReport): Diagnostic => ({
  severity: "remark",
  code: "solver-fallback",
  message: `@${name}: ${solver} would not have been better than round to nearest, which was taken (loss ${loss.toPrecision(4)}, round to nearest ${baseline.toPrecision(4)})`,
  span: op.span,
});

/** How the value came about: solver, its options where they were given, the seed, and the data it saw. */
const provenance = (
  bound: BoundSolver,
  seed: number | undefined,
  { calibration }: PassContext,
): Attribute => ({
  kind: "dictionary",
  entries: {
    algo: stringAttribute(bound.solver.name),
    pass: stringAttribute("quantize-weights"),
    ...(Object.keys(bound.given).length > 0 && { options: { kind: "dictionary", entries: bound.given } }),
    ...(seed !== undefined && { seed: integerAttribute(seed) }),
    ...(needsInputs(bound) && calibration && { calibration: stringAttribute(calibration.sha256) }),
  },
});

const needsInputs = ({ solver, options }: BoundSolver): boolean =>
  statisticsNeeded(solver, options).length > 0;

const reshaped = (editor: Editor, anchor: Op, input: ValueId, shape: readonly number[]): ValueId =>
  editor.insertBefore(anchor, reshape, { input }, { shape }).output;

/**
 * lowp.get(@w) : dense  →  lowp.dequantize(lowp.get(@w) : T), in the shape it had, for parameters that now have these
 * types of lowp; the stored value is named after the dense one with a suffix.
 */
export function dequantizeUses(
  module: Module,
  editor: Editor,
  types: ReadonlyMap<string, TensorType>,
  suffix = "q",
): void {
  for (const op of walk(module)) {
    const type = get.is(op) ? types.get(op.attributes.param.join("::")) : undefined;
    if (!type || !get.is(op)) continue;
    const { name } = valueAt(module, op.results.value);
    const stored = editor.insertBefore(
      op,
      get,
      {},
      { param: op.attributes.param },
      {
        resultTypes: { value: type },
        ...(name !== undefined && { names: { value: `${name}_${suffix}` } }),
      },
    );
    const { output } = editor.insertBefore(op, dequantize, { input: stored.value }, {});
    const { shape } = valueAt(module, op.results.value).type as TensorType;
    editor.replace(op.results.value, same(shape, type.shape) ? output : reshaped(editor, op, output, shape));
    editor.erase(op.id);
  }
}
