import type { Registry } from "../../../compiler/define/dialect.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Module, opAt, valueAt, walk } from "../../../compiler/ir/module.ts";
import { type DialectType, DYNAMIC } from "../../../compiler/ir/types.ts";
import type { Schema } from "../../../compiler/schema/schema.ts";
import { conv2d } from "../../nn/ops/convolution.ts";
import { linear } from "../../nn/ops/linear.ts";
import { get, param } from "../ops.ts";
import type { ParamOp } from "../params.ts";
import { seedProblems } from "../stochastic.ts";
import { lowpType } from "../value-type.ts";
import type { ParamGoal } from "./quantize-params.ts";
import { bindSolver, type SolverChoice } from "./solver-choice.ts";

/** One type for all weights, or for each the one that its attribute `allocated` says. */
export const plannedOrType: Schema<DialectType | "allocated"> = {
  describe: `${lowpType.describe}, or allocated`,
  decode: (literal) =>
    literal.kind === "word" && literal.text === "allocated" ? "allocated" : lowpType.decode(literal),
  encode: (value) => (value === "allocated" ? { kind: "word", text: value } : lowpType.encode(value)),
};

/** The dense parameters that are weights of a linear op or convolution, in the order of the file. */
export function linearWeights(module: Module): readonly ParamOp[] {
  const names = new Set<string>();
  for (const op of walk(module)) {
    if (!linear.is(op) && !conv2d.is(op)) continue;
    const { definedBy } = valueAt(module, op.operands.weight);
    const producer = definedBy === undefined ? undefined : opAt(module, definedBy);
    if (producer && get.is(producer)) names.add(producer.attributes.param.join("::"));
  }
  return [...walk(module)].flatMap((op) =>
    param.is(op) && names.has(op.attributes.sym_name) && isDenseFloat(op) ? [op] : [],
  );
}

const isDenseFloat = ({ attributes: { type } }: ParamOp): boolean =>
  type.kind === "tensor" && type.element.kind === "float";

/** The answer to a module without linear weights. Code: `nothing-to-quantize`. */
export const noWeights = (): Diagnostic =>
  error("nothing-to-quantize", "no nn.linear or nn.conv2d takes its weight from a dense parameter", {
    hint: "weights must come from lowp.get, and not be quantized already",
  });

/**
 * The weights that may be put into a type: all, or those that a type is allocated to. Codes: `nothing-to-quantize`,
 * `nothing-allocated`, and `allocation-unused` where a parameter has a type that nothing would give it.
 */
export function quantizableWeights(
  module: Module,
  type: DialectType | "allocated",
): Result<readonly ParamOp[]> {
  const weights = linearWeights(module);
  if (weights.length === 0) return fail(noWeights());
  if (type !== "allocated") return ok(weights);
  const planned = walk(module).flatMap((op) => (param.is(op) && op.attributes.allocated ? [op] : []));
  const strays = planned.filter((op) => !weights.includes(op));
  if (strays.length > 0)
    return fail(
      ...strays.map(({ attributes, span }) =>
        error(
          "allocation-unused",
          `@${attributes.sym_name} is allocated a type, but is no weight of nn.linear or nn.conv2d`,
          { span, hint: "drop its attribute allocated" },
        ),
      ),
    );
  return planned.length > 0
    ? ok(planned)
    : fail(
        error("nothing-allocated", `none of the ${weights.length} weights has an attribute allocated`, {
          hint: "run allocate-bits before, or give a type",
        }),
      );
}

/**
 * What each of these weights is to become: by the solver given, else the one of its attribute where the type comes
 * from there too, else round to nearest. Codes: those of `bindSolver`, `seed-missing`, `seed-unused`.
 */
export function weightGoals(
  weights: readonly ParamOp[],
  {
    type,
    solver,
    seed,
  }: {
    readonly type: DialectType | "allocated";
    readonly solver: SolverChoice | undefined;
    readonly seed: number | undefined;
  },
  registry: Registry,
): Result<ReadonlyMap<string, ParamGoal>> {
  const goals = new Map<string, ParamGoal>();
  const problems: Diagnostic[] = [];
  for (const { attributes, span } of weights) {
    const own = type === "allocated" ? attributes : { allocated: type, solver: undefined };
    const bound = bindSolver(solver ?? own.solver ?? NEAREST, registry);
    if (bound.ok) goals.set(attributes.sym_name, { type: own.allocated!, solver: bound.value });
    else
      problems.push(...bound.diagnostics.map((each) => (own.solver && !solver ? { ...each, span } : each)));
    // Without attributes all weights have the same problem, if any.
    if (type !== "allocated" && problems.length > 0) break;
  }
  problems.push(...seedDiagnostics([...goals.values()], seed));
  return problems.length > 0 ? fail(...problems) : ok(goals);
}

const NEAREST: SolverChoice = { name: "rtn", options: {} };

/** A seed is needed where any type is stochastic, and unused only where none is. */
function seedDiagnostics(goals: readonly ParamGoal[], seed: number | undefined): readonly Diagnostic[] {
  const found = goals.map(({ type }) => seedProblems(type, [DYNAMIC, DYNAMIC], seed));
  const isUsed = seed !== undefined && found.some((problems) => problems.length === 0);
  const [first] = isUsed ? [] : found.flat();
  return first ? [{ severity: "error", span: undefined, ...first }] : [];
}
