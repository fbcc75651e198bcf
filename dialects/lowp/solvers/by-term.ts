import { type CompositeValue, isDense, type RuntimeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import type { Solution, SolverReport, WeightProblem } from "../../../compiler/define/solver.ts";
import type { DialectType } from "../../../compiler/ir/types.ts";
import { largestAlong, loudestFirst, permuteAxis } from "../permutation.ts";
import { store } from "../quantize.ts";
import { restOf } from "../quantize-terms.ts";
import { sliceAxis } from "../regions.ts";
import type { SplitParameters } from "../split-parts.ts";
import { sparse, split, sum } from "../types.ts";
import type { ValueType } from "../value-type.ts";
import { selectChannels } from "./input-channels.ts";
import { settle } from "./losses.ts";

/** Solves a weight whose type is `!lowp.q`. */
type SolveTerm = (problem: WeightProblem) => Solution | Mismatch;

/**
 * Solves a weight of any type with a solver of single terms: the first term of a sum and every part of a split are
 * solved, the part of a split along the inputs with their statistics; later terms hold what earlier ones leave, as
 * quantize does. Dense parts are cast.
 */
export function solveByTerm(name: string, solve: SolveTerm, problem: WeightProblem): Solution | Mismatch {
  const { type } = problem;
  if (!isComposed(type)) return solve(problem);
  const reports: SolverReport[] = [];
  const value = fill(problem, type, (part) => {
    const solution = solve(part);
    if (!isMismatch(solution)) reports.push(solution.report);
    return solution;
  });
  if (isMismatch(value)) return value;
  return settle(name, reports[0]?.objective ?? "weight", value, problem);
}

const isComposed = (type: WeightProblem["type"]): type is DialectType => sum.is(type) || split.is(type);

function fill(problem: WeightProblem, type: DialectType, solve: SolveTerm): CompositeValue | Mismatch {
  const components = sum.is(type)
    ? fillTerms(problem, type.parameters.terms, solve)
    : split.is(type)
      ? fillParts(problem, type.parameters, solve)
      : undefined;
  if (isMismatch(components)) return components;
  if (components) return { shape: problem.weight.shape, type: solvedType(type, components), components };
  const solution = solve({ ...problem, type });
  return isMismatch(solution) ? solution : solution.value;
}

/** The type with those of its terms or parts that a solver has searched for. */
function solvedType(type: DialectType, components: Components): DialectType {
  const found = (asked: ValueType, index: number): ValueType => {
    const component = components[`${index}`]!;
    return isDense(component) ? asked : (component.type as DialectType);
  };
  if (sum.is(type)) return sum.of({ terms: type.parameters.terms.map(found) });
  if (!split.is(type)) return type;
  const parts = type.parameters.parts.map(({ extent, type: asked }, index) => ({
    extent,
    type: found(asked, index),
  }));
  return split.of({ ...type.parameters, parts });
}

type Components = Readonly<Record<string, RuntimeValue>>;

const fillAny = (problem: WeightProblem, type: ValueType, solve: SolveTerm): RuntimeValue | Mismatch =>
  type.kind === "dialect" ? fill(problem, type, solve) : store(problem.weight, type);

function fillTerms(
  problem: WeightProblem,
  [first, ...others]: readonly ValueType[],
  solve: SolveTerm,
): Components | Mismatch {
  const solved = fillAny(problem, first!, solve);
  if (isMismatch(solved)) return solved;
  const components: Record<string, RuntimeValue> = { "0": solved };
  let last: RuntimeValue = solved;
  let { weight } = problem;
  for (const [index, type] of others.entries()) {
    if (sparse.is(type)) return withoutBudget(type);
    const rest = restOf(weight, last);
    if (isMismatch(rest)) return rest;
    const term = store(rest, type);
    if (isMismatch(term)) return term;
    components[`${index + 1}`] = term;
    [weight, last] = [rest, term];
  }
  return components;
}

const withoutBudget = ({ name }: DialectType): Mismatch =>
  mismatch(
    "sparse-budget",
    `a term !${name} after the first would keep every error, as the solver does not choose which`,
    { hint: "use the solver dense-and-sparse, with this one for the terms before it, or spqr" },
  );

function fillParts(
  problem: WeightProblem,
  { axis, parts, permuted }: SplitParameters,
  solve: SolveTerm,
): Components | Mismatch {
  const { weight, statistics } = problem;
  const extents = parts.map(({ extent }) => extent);
  const natural = Int32Array.from({ length: weight.shape[axis]! }, (_, index) => index);
  const perm = permuted
    ? loudestFirst(largestAlong(weight, axis), extents)
    : { shape: [natural.length], data: natural };
  const ordered = permuteAxis(weight, axis, perm);
  const components: Record<string, RuntimeValue> = permuted ? { perm } : {};
  let start = 0;
  for (const [index, { extent, type }] of parts.entries()) {
    const channels = perm.data.subarray(start, start + extent);
    const overInputs = axis === weight.shape.length - 1;
    const part = {
      weight: sliceAxis(ordered, axis, start, extent),
      type,
      statistics: statistics && (overInputs ? selectChannels(statistics, channels) : statistics),
    };
    const filled = fillAny(part, type, solve);
    if (isMismatch(filled)) return filled;
    components[`${index}`] = filled;
    start += extent;
  }
  return components;
}
