import type { Registry } from "../../../compiler/define/dialect.ts";
import { statisticsNeeded } from "../../../compiler/define/solver.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Literal, stringAttribute, typeAttribute } from "../../../compiler/ir/attributes.ts";
import { type DialectType, DYNAMIC } from "../../../compiler/ir/types.ts";
import { listOf, type Schema, string } from "../../../compiler/schema/schema.ts";
import { AttributePrinter } from "../../../compiler/text/print-attributes.ts";
import { type BoundSolver, bindSolver, type SolverChoice, solverChoice } from "../passes/solver-choice.ts";
import { seedProblems } from "../stochastic.ts";
import { lowpType } from "../value-type.ts";
import { entriesOf } from "./braces.ts";
import { solveFormat } from "./solved-weight.ts";
import type { WeightChange } from "./weight-change.ts";

/** A type that a weight may be put into, and by what. */
export interface FormatChoice extends WeightChange {
  readonly type: DialectType;
}

/** Weights, by patterns, that are to have a type whatever it costs. */
export interface Pin {
  readonly only: readonly string[];
  readonly type: DialectType;
}

/** `{only = ["head"], type = !lowp.q<…>}` */
export const pinSchema: Schema<Pin> = {
  describe: '{only = ["head"], type = !lowp.q<…>}',
  decode(literal) {
    const { only, type, ...others } = entriesOf(literal) ?? {};
    const names = only && listOf(string).decode(only);
    const format = type && lowpType.decode(type);
    return names && format && Object.keys(others).length === 0 ? { only: names, type: format } : undefined;
  },
  encode: ({ only, type }): Literal => ({
    kind: "dictionary",
    entries: { only: { kind: "array", items: only.map(stringAttribute) }, type: typeAttribute(type) },
  }),
};

/**
 * The choices that types and solvers make up: one solver for all types, or one for each. Codes: `no-types`,
 * `type-twice`, `solver-count`, `seed-missing`, and those of `bindSolver`.
 */
export function formatChoices(
  types: readonly DialectType[],
  solvers: readonly SolverChoice[],
  registry: Registry,
): Result<readonly FormatChoice[]> {
  if (types.length === 0)
    return fail(
      error("no-types", "there are no types to choose from", { hint: "list them: types=[!lowp.q<…>]" }),
    );
  if (solvers.length > 1 && solvers.length !== types.length)
    return fail(
      error("solver-count", `by names ${solvers.length} solvers for ${types.length} types`, {
        hint: "name one for all types, or one for each in the order of the types",
      }),
    );
  const problems: Diagnostic[] = [];
  const choices = types.flatMap((type, i): readonly FormatChoice[] => {
    const named = solvers[i] ?? solvers[0];
    const bound = bindSolver(named ?? { name: "rtn", options: {} }, registry);
    if (!bound.ok) problems.push(...(i === 0 || solvers.length > 1 ? bound.diagnostics : []));
    const [seed] = seedProblems(type, [DYNAMIC, DYNAMIC], undefined);
    if (seed)
      problems.push(
        error("seed-missing", "allocate-bits does not choose types that round stochastically", {
          hint: "drop rounding = stochastic",
        }),
      );
    return bound.ok ? [choiceOf(type, bound.value, named !== undefined, registry)] : [];
  });
  const twice = choices.find(({ id }, i) => choices.findIndex((other) => other.id === id) < i);
  if (twice)
    problems.push(error("type-twice", `${twice.id} is listed twice`, { hint: "list each type once" }));
  return problems.length > 0 ? fail(...problems) : ok(choices);
}

/** The choice of a type; the solver is written beside it where `isNamed`, that is, the user named it. */
export function choiceOf(
  type: DialectType,
  solver: BoundSolver,
  isNamed: boolean,
  registry: Registry,
): FormatChoice {
  const printer = new AttributePrinter(registry, "pretty", []);
  const by = isNamed ? ` by ${printer.literal(solverChoice.encode(solver.choice))}` : "";
  return {
    id: `${printer.type(type)}${by}`,
    type,
    needs: statisticsNeeded(solver.solver, solver.options),
    asker: `solver ${solver.solver.name}`,
    plan: { allocated: type, solver: isNamed ? solver.choice : undefined },
    apply: (module, weight, statistics, context) =>
      solveFormat(module, weight, { type, solver }, statistics, context),
  };
}
