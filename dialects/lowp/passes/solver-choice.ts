import type { Registry } from "../../../compiler/define/dialect.ts";
import type { WeightSolver } from "../../../compiler/define/solver.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { didYouMean } from "../../../compiler/diagnostics/suggest.ts";
import { type Attribute, type Literal, stringAttribute, word } from "../../../compiler/ir/attributes.ts";
import { isAttribute, type Schema } from "../../../compiler/schema/schema.ts";

/** A solver as the user names it, with its options as literals: `gptq<order = activation>`. */
export interface SolverChoice {
  readonly name: string;
  readonly options: Readonly<Record<string, Literal>>;
}

export const solverChoice: Schema<SolverChoice> = {
  describe: "solver, such as gptq or gptq<scales = mse>",
  decode(literal) {
    if (literal.kind === "word") return { name: literal.text, options: {} };
    if (literal.kind === "string") return { name: literal.value, options: {} };
    if (literal.kind === "dictionary") return fromDictionary(literal.entries);
    if (literal.kind !== "apply" || literal.head.kind !== "word") return undefined;
    const entries = literal.items.flatMap((item) =>
      item.kind === "entry" ? [[item.key, item.value] as const] : [],
    );
    return entries.length === literal.items.length
      ? { name: literal.head.text, options: Object.fromEntries(entries) }
      : undefined;
  },
  encode: ({ name, options }) => {
    const items = Object.entries(options).map(([key, value]): Literal => ({ kind: "entry", key, value }));
    return items.length === 0 ? word(name) : { kind: "apply", head: word(name), items };
  },
};

/** `{algo = "gptq", options = {…}}`, as attributes write it. */
function fromDictionary({
  algo,
  options,
  ...others
}: Readonly<Record<string, Attribute>>): SolverChoice | undefined {
  const isKnown =
    Object.keys(others).length === 0 && (options === undefined || options.kind === "dictionary");
  return algo?.kind === "string" && isKnown
    ? { name: algo.value, options: options?.kind === "dictionary" ? options.entries : {} }
    : undefined;
}

/** A solver as an attribute: its name, or `{algo = "gptq", options = {…}}`. */
export const solverAttribute: Schema<SolverChoice> = {
  describe: 'solver, such as "gptq" or {algo = "gptq", options = {scales = mse}}',
  decode: (literal) => (literal.kind === "apply" ? undefined : solverChoice.decode(literal)),
  encode: ({ name, options }) =>
    Object.keys(options).length === 0
      ? stringAttribute(name)
      : {
          kind: "dictionary",
          entries: {
            algo: stringAttribute(name),
            options: { kind: "dictionary", entries: recorded(options) },
          },
        },
};

/** A solver with its options decoded. */
export interface BoundSolver {
  /** As the user named it. */
  readonly choice: SolverChoice;
  readonly solver: WeightSolver;
  readonly options: Readonly<Record<string, unknown>>;
  /** The options the user gave, for provenance. */
  readonly given: Readonly<Record<string, Attribute>>;
}

/** Finds the solver and decodes its options; all mistakes are reported. */
export function bindSolver(
  choice: SolverChoice,
  { solvers }: Pick<Registry, "solvers">,
): Result<BoundSolver> {
  const { name, options } = choice;
  const solver = solvers.find((known) => known.name === name);
  if (!solver)
    return fail(
      error("unknown-solver", `no weight solver is called ${name}`, {
        hint: didYouMean(
          name,
          solvers.map((known) => known.name),
        ),
      }),
    );
  const problems: Diagnostic[] = Object.keys(options)
    .filter((key) => !(key in solver.options))
    .map((key) =>
      error("solver-option", `solver ${name} has no option ${key}`, {
        hint: didYouMean(key, Object.keys(solver.options)),
      }),
    );
  const decoded: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(solver.options)) {
    const literal = options[key];
    const value = literal === undefined ? schema.fallback?.value : schema.decode(literal);
    if (value === undefined && !(literal === undefined && schema.fallback))
      problems.push(error("solver-option", `${key} of solver ${name} must be ${schema.describe}`));
    decoded[key] = value;
  }
  return problems.length > 0
    ? fail(...problems)
    : ok({ choice, solver, options: decoded, given: recorded(options) });
}

/**
 * Options as attributes; a solver with options of its own becomes `{algo = "name", options = {…}}`, a rule with a
 * number such as `iqr<1.8>` becomes `{iqr = 1.8}`.
 */
function recorded(options: SolverChoice["options"]): Readonly<Record<string, Attribute>> {
  return Object.fromEntries(
    Object.entries(options).flatMap(([key, literal]): (readonly [string, Attribute])[] => {
      if (isAttribute(literal)) return [[key, literal]];
      const rule = literal.kind === "apply" && literal.head.kind === "word" ? literal : undefined;
      const [number, ...others] = rule?.items ?? [];
      if (rule?.head.kind === "word" && number && isAttribute(number) && others.length === 0)
        return [[key, { kind: "dictionary", entries: { [rule.head.text]: number } }]];
      const inner = solverChoice.decode(literal);
      if (!inner) return [];
      const entries = {
        algo: stringAttribute(inner.name),
        options: { kind: "dictionary", entries: recorded(inner.options) } as const,
      };
      return [[key, { kind: "dictionary", entries }]];
    }),
  );
}
