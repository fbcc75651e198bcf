import type { PassContext } from "../../../compiler/define/pass.ts";
import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { type Candidate, type MeasuredWeight, measureChoices } from "./measure.ts";
import { figure } from "./report.ts";
import { noCalibration, type Sensitivity } from "./sensitivity.ts";

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
  /** In the order of the file; losses are those by which weights were ordered. */
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
  const measuring = { sensitivity: order, withNeighbours: false, keepsNumbers: true };
  const measured = await measureChoices(module, candidates, measuring, context);
  if (!measured.ok) return measured;
  const { weights } = measured.value;
  const levels = levelsOf(candidates);
  const most = 1 + (levels.length - 1) * Math.ceil(Math.log2(weights.length + 1));
  let runs = 0;
  const lossOf = (places: Places): Promise<Result<number>> => {
    const together = weights.map(
      (weight, i) => [symbolOf(weight), weight.choices[places[i]!]!.numbers!] as const,
    );
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
  const choices = new Map(
    weights.map((weight, i) => [symbolOf(weight), weight.choices[places[i]!]!.choice.id]),
  );
  return ok({ weights, choices, loss, runs });
}

const symbolOf = ({ weight }: MeasuredWeight): string => weight.attributes.sym_name;

/** By weight: which of its choices it has. */
type Places = readonly number[];

/** The weights whose next choice a level is, those that suffer least from it first. */
function movableTo(level: string, weights: readonly MeasuredWeight[], places: Places): readonly number[] {
  const harm = (i: number): number => {
    const { choices } = weights[i]!;
    return choices[places[i]! + 1]!.loss - choices[places[i]!]!.loss;
  };
  return [...weights.keys()]
    .filter((i) => weights[i]!.choices[places[i]! + 1]?.choice.id === level)
    .sort((one, other) => harm(one) - harm(other) || one - other);
}

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
