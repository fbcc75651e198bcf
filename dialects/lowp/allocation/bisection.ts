import type { PassContext } from "../../../compiler/define/pass.ts";
import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import type { FormatChoice } from "./choices.ts";
import type { Candidate, MeasuredWeight } from "./measure.ts";
import { figure } from "./report.ts";
import { noCalibration, type Sensitivity } from "./sensitivity.ts";
import { type SolvedCandidate, solveCandidates } from "./solve-candidates.ts";
import type { SolvedWeight } from "./solved-weight.ts";

/** How far types may be lowered, and in which order. */
export interface Tolerance {
  /** What the program may lose with all weights in their types. */
  readonly tolerance: number;
  /** What that is measured by; one that runs the program on several weights together. */
  readonly measure: Sensitivity;
  /** By which of them weights are lowered: those that it says suffer least first. */
  readonly order: Sensitivity;
}

/** Which choice each weight gets. */
export interface Lowered {
  /** In program order; losses are those by which weights were ordered. */
  readonly weights: readonly MeasuredWeight[];
  readonly choices: ReadonlyMap<string, string>;
  /** What the program then loses. */
  readonly loss: number;
  /** Runs of the program. */
  readonly runs: number;
}

/**
 * The largest size from 0 to `count` that bisection finds to hold, taking that 0 does and that nothing holds beyond what
 * does not; ⌈log₂(count + 1)⌉ questions at most.
 */
export async function largestThatHolds(
  count: number,
  holds: (size: number) => Promise<Result<boolean>>,
): Promise<Result<number>> {
  let [low, high] = [0, count + 1];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const answer = await holds(middle);
    if (!answer.ok) return answer;
    if (answer.value) low = middle;
    else high = middle;
  }
  return ok(low);
}

/**
 * Puts all weights into the first of their types and then, type by type, as many of those that have the one before into
 * the next as the program bears, those that suffer least first: how many is found by bisection, for which the whole
 * program is run. Holds all weights in all types. Codes: `tolerance-exceeded`, those of measuring. (Schaefer et al.,
 * Mixed Precision Post Training Quantization of Neural Networks with Sensitivity Guided Search, 2023)
 */
export async function lowerWithin(
  module: Module,
  candidates: readonly Candidate[],
  request: Tolerance,
  context: PassContext,
): Promise<Result<Lowered>> {
  const { tolerance, measure, order } = request;
  if (!context.calibration) return fail(noCalibration(`sensitivity ${measure.name}`));
  const ranked = await rankAll(module, candidates, order, context);
  if (!ranked.ok) return ranked;
  const weights = ranked.value;
  const levels = levelsOf(candidates);
  const most = 1 + (levels.length - 1) * Math.ceil(Math.log2(weights.length + 1));
  let runs = 0;
  const lossOf = (places: Places): Promise<Result<number>> => {
    const together = weights.map(({ symbol, options }, i) => [symbol, options[places[i]!]!.solved] as const);
    context.progress(runs++, most, measure.name);
    return measure.measureTogether!(module, new Map(together), context);
  };

  let places: Places = weights.map(() => 0);
  const first = await lossOf(places);
  if (!first.ok) return first;
  if (!(first.value <= tolerance)) return fail(exceeded(first.value, request));
  let loss = first.value;
  for (const level of levels.slice(1)) {
    const movable = movableTo(level, weights, places);
    const before = places;
    const lowered = (size: number): Places => {
      const moved = new Set(movable.slice(0, size));
      return before.map((place, i) => (moved.has(i) ? place + 1 : place));
    };
    const size = await largestThatHolds(movable.length, async (tried) => {
      const found = await lossOf(lowered(tried));
      if (!found.ok) return found;
      if (found.value <= tolerance) loss = found.value;
      return ok(found.value <= tolerance);
    });
    if (!size.ok) return size;
    places = lowered(size.value);
  }
  const choices = new Map(weights.map(({ symbol, options }, i) => [symbol, options[places[i]!]!.choice.id]));
  return ok({ weights: weights.map(measuredOf), choices, loss, runs });
}

/** By weight: which of its choices it has. */
type Places = readonly number[];

/** The weights whose next choice a level is, those that suffer least from it first. */
function movableTo(level: string, weights: readonly Ranked[], places: Places): readonly number[] {
  const harm = (i: number): number => {
    const { options } = weights[i]!;
    return options[places[i]! + 1]!.loss - options[places[i]!]!.loss;
  };
  return [...weights.keys()]
    .filter((i) => weights[i]!.options[places[i]! + 1]?.choice.id === level)
    .sort((one, other) => harm(one) - harm(other) || one - other);
}

/** A weight in each of its types, and what it alone does there. */
interface Ranked {
  readonly symbol: string;
  readonly candidate: Candidate;
  readonly options: readonly {
    readonly choice: FormatChoice;
    readonly solved: SolvedWeight;
    readonly loss: number;
  }[];
}

async function rankAll(
  module: Module,
  candidates: readonly Candidate[],
  order: Sensitivity,
  context: PassContext,
): Promise<Result<readonly Ranked[]>> {
  const ranked: Ranked[] = [];
  for await (const solved of solveCandidates(module, candidates, order, context)) {
    if (!solved.ok) return solved;
    const one = await rank(module, solved.value, order, context);
    if (!one.ok) return one;
    ranked.push(one.value);
  }
  return ok(ranked);
}

async function rank(
  module: Module,
  { candidate, choices, statistics }: SolvedCandidate,
  order: Sensitivity,
  context: PassContext,
): Promise<Result<Ranked>> {
  const symbol = candidate.weight.attributes.sym_name;
  const all = choices.map(({ solved }) => solved);
  const options: Ranked["options"][number][] = [];
  for (const { choice, solved } of choices) {
    const loss = await order.measure({ module, symbol, solved, all, statistics }, context);
    if (!loss.ok) return loss;
    options.push({ choice, solved, loss: loss.value });
  }
  return ok({ symbol, candidate, options });
}

const measuredOf = ({ candidate: { weight }, options }: Ranked): MeasuredWeight => ({
  weight,
  choices: options.map(({ choice, solved: { bytes }, loss }) => ({ choice, bytes, loss })),
});

/** The ids of all choices, in the order in which weights have them. */
const levelsOf = (candidates: readonly Candidate[]): readonly string[] => [
  ...new Set(candidates.flatMap(({ choices }) => choices.map(({ id }) => id))),
];

const exceeded = (loss: number, { tolerance, measure: { name, unit } }: Tolerance) =>
  error(
    "tolerance-exceeded",
    `with all weights in the first type, ${name} is ${figure(loss)} ${unit}, more than ${tolerance}`,
    { hint: "begin with a type of more bits, or allow more" },
  );
