import { isDense } from "../../../compiler/define/kernel.ts";
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
import { type Attribute, stringAttribute } from "../../../compiler/ir/attributes.ts";
import { type Module, valueAt, walk } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import { type DialectType, type TensorType, tensorType } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { dequantize, get, param } from "../ops.ts";
import { type ParamOp, readParam, resourceKeys, rewriteParam } from "../params.ts";
import { solveWeight } from "../solvers/driver.ts";
import { problemsInShape } from "../types.ts";
import type { BoundSolver } from "./solver-choice.ts";

/** What every weight of one stage is quantized with. */
export interface Quantization {
  readonly type: DialectType;
  readonly solver: BoundSolver;
  /** By parameter symbol; empty when the solver needs none. */
  readonly statistics: ReadonlyMap<string, InputStatistics>;
}

/** Rewrites parameters in a type; the ops see them dequantized. All problems are reported. */
export function quantizeParams(
  module: Module,
  names: readonly string[],
  quantization: Quantization,
  context: PassContext,
): Result<Module> {
  const editor = new Editor(module);
  const problems: Diagnostic[] = [];
  let resources = module.resources;
  const types = new Map<string, TensorType>();
  for (const name of names) {
    const op = topLevelSymbol(module, name);
    if (!op || !param.is(op)) continue;
    const rewritten = quantizeParam(op, quantization, context, (key) => module.resources[key]);
    if (!rewritten.ok) {
      problems.push(...rewritten.diagnostics);
      continue;
    }
    const taken = Object.keys(rewritten.value.resources).find((key) => key in resources);
    if (taken !== undefined) {
      problems.push(
        error("resource-taken", `@${name}: dense_resource<${taken}> already names other bytes`, {
          span: op.span,
          hint: `rename dense_resource<${taken}>, or skip @${name}`,
        }),
      );
      continue;
    }
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
function withoutOld(
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

function quantizeParam(
  op: ParamOp,
  { type: element, solver, statistics }: Quantization,
  context: PassContext,
  originOf: (key: string) => Module["resources"][string] | undefined,
) {
  const { sym_name: name, type: dense } = op.attributes;
  const type = tensorType((dense as TensorType).shape, element);
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
  const weight = readWeight(op, context.constants, originOf);
  if (!weight.ok) return weight;
  const solution = solveWeight(
    solver.solver,
    { weight: weight.value, type: element, statistics: statistics.get(name) },
    solver.options,
  );
  if (isMismatch(solution)) return refuse([solution]);
  if (solution.report.fellBack) context.report(fallback(name, op, solution.report));
  const prov = provenance(solver, context);
  const solved = tensorType(type.shape, solution.value.type);
  return ok({ ...rewriteParam(op, solved, solution.value, prov, context.constants), type: solved });
}

function readWeight(
  op: ParamOp,
  constants: PassContext["constants"],
  originOf: (key: string) => Module["resources"][string] | undefined,
): Result<FloatTensor> {
  const bytes = new Map<string, Uint8Array>();
  for (const key of resourceKeys(op.attributes.value).values()) {
    const read = constants.read(key, originOf(key));
    if (!read.ok)
      return fail(...read.diagnostics.map((problem) => ({ ...problem, span: problem.span ?? op.span })));
    bytes.set(key, read.value);
  }
  const value = readParam(op, (key) => bytes.get(key) ?? unreachable(`${key} was read`));
  if (isMismatch(value)) return fail(error(value.code, value.message, { span: op.span }));
  return isDense(value) ? ok(value as FloatTensor) : unreachable("dense parameters were chosen");
}

const fallback = (name: string, op: ParamOp, { solver, loss, baseline }: SolverReport): Diagnostic => ({
  severity: "remark",
  code: "solver-fallback",
  message: `@${name}: ${solver} would not have been better than round to nearest, which was taken (loss ${loss.toPrecision(4)}, round to nearest ${baseline.toPrecision(4)})`,
  span: op.span,
});

/** How the value came about: solver, its options where they were given, and the data it saw. */
const provenance = ({ solver, options, given }: BoundSolver, { calibration }: PassContext): Attribute => ({
  kind: "dictionary",
  entries: {
    algo: stringAttribute(solver.name),
    pass: stringAttribute("quantize-weights"),
    ...(Object.keys(given).length > 0 && { options: { kind: "dictionary", entries: given } }),
    ...(statisticsNeeded(solver, options).length > 0 &&
      calibration && { calibration: stringAttribute(calibration.sha256) }),
  },
});

/** lowp.get(@w) : dense  →  lowp.dequantize(lowp.get(@w) : quantized) */
function dequantizeUses(module: Module, editor: Editor, types: ReadonlyMap<string, TensorType>): void {
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
        ...(name !== undefined && { names: { value: `${name}_q` } }),
      },
    );
    const { output } = editor.insertBefore(op, dequantize, { input: stored.value }, {});
    editor.replace(op.results.value, output);
    editor.erase(op.id);
  }
}
