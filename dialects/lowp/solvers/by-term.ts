import { type CompositeValue, isDense, type RuntimeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import type { Solution, SolverReport, WeightProblem } from "../../../compiler/define/solver.ts";
import type { DialectType } from "../../../compiler/ir/types.ts";
import { largestAlong, loudestFirst, type Permutation, permuteAxis } from "../permutation.ts";
import { store } from "../quantize.ts";
import { restOf } from "../quantize-terms.ts";
import { sliceAxis } from "../regions.ts";
import type { SplitParameters } from "../split-parts.ts";
import { sparse, split, sum } from "../types.ts";
import type { ValueType } from "../value-type.ts";
import { selectChannels } from "./input-channels.ts";
import { settle } from "./losses.ts";

/** How what a value is composed of is solved. */
interface ByTerm {
  /** A weight whose type is `!lowp.q`. */
  readonly solve: (problem: WeightProblem) => Solution | Mismatch;
  /** Which indices of a weight go into which part of a permuted split; those of largest magnitude first if not said. */
  readonly order?: (problem: WeightProblem, parameters: SplitParameters) => Permutation | Mismatch;
  /** What the whole is compared with round to nearest by; as its first term or part if not said. */
  readonly objective?: SolverReport["objective"] | undefined;
}

/**
 * Solves a weight of any type with a solver of single terms: the first term of a sum and every part of a split are
 * solved, the part of a split along the inputs with their statistics; later terms hold what earlier ones leave, as
 * quantize does. Dense parts are cast.
 */
export function solveByTerm(name: string, problem: WeightProblem, how: ByTerm): Solution | Mismatch {
  const { type } = problem;
  if (!isComposed(type)) return how.solve(problem);
  const reports: SolverReport[] = [];
  const value = fill(problem, type, {
    ...how,
    solve(part) {
      const solution = how.solve(part);
      if (!isMismatch(solution)) reports.push(solution.report);
      return solution;
    },
  });
  if (isMismatch(value)) return value;
  return settle(name, how.objective ?? reports[0]?.objective ?? "weight", value, problem);
}

const isComposed = (type: WeightProblem["type"]): type is DialectType => sum.is(type) || split.is(type);

function fill(problem: WeightProblem, type: DialectType, how: ByTerm): CompositeValue | Mismatch {
  const components = sum.is(type)
    ? fillTerms(problem, type.parameters.terms, how)
    : split.is(type)
      ? fillParts(problem, type.parameters, how)
      : undefined;
  if (isMismatch(components)) return components;
  if (components) return { shape: problem.weight.shape, type: solvedType(type, components), components };
  const solution = how.solve({ ...problem, type });
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

const fillAny = (problem: WeightProblem, type: ValueType, how: ByTerm): RuntimeValue | Mismatch =>
  type.kind === "dialect" ? fill(problem, type, how) : store(problem.weight, type);

function fillTerms(
  problem: WeightProblem,
  [first, ...others]: readonly ValueType[],
  how: ByTerm,
): Components | Mismatch {
  const solved = fillAny(problem, first!, how);
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

function fillParts(problem: WeightProblem, parameters: SplitParameters, how: ByTerm): Components | Mismatch {
  const { weight, statistics } = problem;
  const { axis, parts, permuted } = parameters;
  const natural = Int32Array.from({ length: weight.shape[axis]! }, (_, index) => index);
  const order = how.order ?? loudestChannels;
  const perm = permuted ? order(problem, parameters) : { shape: [natural.length], data: natural };
  if (isMismatch(perm)) return perm;
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
    const filled = fillAny(part, type, how);
    if (isMismatch(filled)) return filled;
    components[`${index}`] = filled;
    start += extent;
  }
  return components;
}

/** As quantize does it. */
const loudestChannels = ({ weight }: WeightProblem, { axis, parts }: SplitParameters): Permutation =>
  loudestFirst(
    largestAlong(weight, axis),
    parts.map(({ extent }) => extent),
  );
