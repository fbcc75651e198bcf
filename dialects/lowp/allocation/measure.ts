import type { PairLoss } from "../../../compiler/allocation/problem.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import { fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import type { ParamOp } from "../params.ts";
import { noCalibration, type Sensitivity } from "./sensitivity.ts";
import { type SolvedCandidate, solveCandidates } from "./solve-candidates.ts";
import type { SolvedWeight, WeightChange } from "./weight-change.ts";

/** A weight and the changes it may undergo, at least one. */
export interface Candidate {
  readonly weight: ParamOp;
  readonly choices: readonly WeightChange[];
}

/** A weight changed: what it takes, and what it does to the program while all others are as they were. */
export interface MeasuredChoice {
  readonly choice: WeightChange;
  readonly bytes: number;
  /** What else it takes, by metric. */
  readonly costs?: SolvedWeight["costs"];
  readonly loss: number;
  /** The weight as it then is, in f32; there where asked for. */
  readonly numbers?: FloatTensor;
}

export interface MeasuredWeight {
  readonly weight: ParamOp;
  readonly choices: readonly MeasuredChoice[];
}

export interface Measured {
  /** In the order of the candidates. */
  readonly weights: readonly MeasuredWeight[];
  /** What two neighbours do together beyond what each does alone; none where these were not asked for. */
  readonly pairs: readonly PairLoss[];
}

/** How candidates are measured. */
export interface Measuring {
  readonly sensitivity: Sensitivity;
  /** Whether neighbours in program order are also measured together: |choices|² runs for each two. */
  readonly withNeighbours: boolean;
  /** Whether what the weights become is kept: four bytes for each number and choice. */
  readonly keepsNumbers: boolean;
}

/**
 * Measures every weight under every change that it may undergo, in program order, so that runs of the program go on from one
 * to the next. Inputs are those of the program as it is. Costs a solved weight for each, and where the sensitivity
 * runs the program, a run from the weight on. For neighbours Ω_ij = L(i, j) − L(i) − L(j). (CLADO; pairs of layers)
 */
export async function measureChoices(
  module: Module,
  candidates: readonly Candidate[],
  { sensitivity, withNeighbours, keepsNumbers }: Measuring,
  context: PassContext,
): Promise<Result<Measured>> {
  if (sensitivity.measureTogether && !context.calibration)
    return fail(noCalibration(`sensitivity ${sensitivity.name}`));
  const progress = progressOf(candidates, { sensitivity, withNeighbours }, context);
  const weights = new Map<ParamOp, MeasuredWeight>();
  const joint: PairLoss[] = [];
  let previous: SolvedCandidate | undefined;
  for await (const solved of solveCandidates(module, candidates, sensitivity, context)) {
    if (!solved.ok) return solved;
    const current = solved.value;
    // Before the weight itself, as runs stand before the earlier of the two then.
    if (previous && withNeighbours) {
      const together = await measureTogether(module, [previous, current], { sensitivity, progress }, context);
      if (!together.ok) return together;
      joint.push(...together.value);
    }
    const choices: MeasuredChoice[] = [];
    const { weight } = current.candidate;
    const symbol = weight.attributes.sym_name;
    for (const { choice, solved: each } of current.choices) {
      progress(symbol);
      const loss = await sensitivity.measure(
        {
          module,
          symbol,
          solved: each,
          all: current.choices.map(({ solved: one }) => one),
          statistics: current.statistics,
        },
        context,
      );
      if (!loss.ok) return loss;
      const { bytes, numbers, costs } = each;
      choices.push({
        choice,
        bytes,
        loss: loss.value,
        ...(costs && { costs }),
        ...(keepsNumbers && { numbers }),
      });
    }
    weights.set(weight, { weight, choices });
    previous = current;
  }
  const inOrder = candidates.map(({ weight }) => weights.get(weight)!);
  return ok({ weights: inOrder, pairs: withoutOwn(joint, inOrder) });
}

/** The losses of two weights in each two of their types. */
async function measureTogether(
  module: Module,
  [first, second]: readonly [SolvedCandidate, SolvedCandidate],
  {
    sensitivity,
    progress,
  }: { readonly sensitivity: Sensitivity; readonly progress: (label: string) => void },
  context: PassContext,
): Promise<Result<readonly PairLoss[]>> {
  const items = [first, second].map(({ candidate }) => candidate.weight.attributes.sym_name) as [
    string,
    string,
  ];
  const pairs: PairLoss[] = [];
  for (const one of first.choices)
    for (const other of second.choices) {
      progress(items.join(" and "));
      const replaced = new Map([
        [items[0], one.solved.numbers],
        [items[1], other.solved.numbers],
      ]);
      const loss = await sensitivity.measureTogether!(module, replaced, context);
      if (!loss.ok) return loss;
      pairs.push({ items, choices: [one.choice.id, other.choice.id], loss: loss.value });
    }
  return ok(pairs);
}

/** Takes what each weight of a pair does alone off what both do. */
function withoutOwn(pairs: readonly PairLoss[], weights: readonly MeasuredWeight[]): readonly PairLoss[] {
  const losses = new Map(
    weights.map(({ weight, choices }) => [
      weight.attributes.sym_name,
      new Map(choices.map(({ choice, loss }) => [choice.id, loss])),
    ]),
  );
  return pairs.map(({ items, choices, loss }) => {
    const [first, second] = items.map((item, i) => losses.get(item)!.get(choices[i]!)!);
    return { items, choices, loss: loss - first! - second! };
  });
}

/** Counts what is measured; called before each measurement. */
function progressOf(
  candidates: readonly Candidate[],
  { sensitivity, withNeighbours }: Omit<Measuring, "keepsNumbers">,
  context: PassContext,
): (label: string) => void {
  const counts = candidates.map(({ choices }) => choices.length);
  const single = counts.reduce((sum, count) => sum + count, 0);
  const double = counts.slice(1).reduce((sum, count, i) => sum + count * counts[i]!, 0);
  const total = withNeighbours ? single + double : single;
  let done = 0;
  return (label) => context.progress(done++, total, `${label} (${sensitivity.name})`);
}
