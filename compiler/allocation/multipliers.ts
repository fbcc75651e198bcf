import { type Columns, type Compact, costsOf, largestLoss, leastColumns } from "./compact.ts";
import { type LinearProgram, loadHighs, solveProgram } from "./highs.ts";

/** The best bound of Lagrangian relaxation found: each item takes the choice of least loss + multipliers · costs. */
export interface Relaxation {
  /** By budget: loss that one more unit would save; never negative. */
  readonly multipliers: readonly number[];
  /** No allocation within the budgets has less loss, but for rounding; pairs count as nothing. */
  readonly bound: number;
  readonly columns: Columns;
}

/** A point of the dual function, with a slope that holds on its whole domain: the totals over the budgets. */
interface Cut extends Relaxation {
  readonly slope: readonly number[];
}

/** Enough for a few budgets; the bound is valid after any number of rounds. */
const MOST_ROUNDS = 80;

/**
 * The multipliers of the best bound. With one budget they are exact: two cuts meet where the next one is made, until
 * none is new. (Geoffrion 1974.) With several, cutting planes: HiGHS finds where the bound could be best yet, up to
 * the relative 1e-10 at which rounding hides what is left to gain. (Kelley 1960.)
 * The total of least costs must be within each budget.
 */
export async function relax(compact: Compact): Promise<Relaxation> {
  const free = cutAt(
    compact,
    compact.metrics.map(() => 0),
  );
  if (free.slope.every((excess) => excess <= 0)) return free;
  return compact.metrics.length === 1 ? alongOneBudget(compact, free) : byCuttingPlanes(compact, free);
}

/** Whether the bound is above the loss that any allocation could have, with room for rounding. */
export function provesInfeasible(compact: Compact, { bound }: Relaxation): boolean {
  const most = largestLoss(compact);
  return bound > most + 1e-6 * Math.abs(most) + 1;
}

/** The bound that some multipliers give. */
function cutAt(compact: Compact, multipliers: readonly number[]): Cut {
  const value = (column: number): number => {
    let sum = compact.loss[column]!;
    for (let metric = 0; metric < multipliers.length; metric++)
      sum += multipliers[metric]! * compact.cost[metric]![column]!;
    return sum;
  };
  const columns = leastColumns(compact, value);
  const slope = costsOf(compact, columns).map((total, metric) => total - compact.budget[metric]!);
  let bound = 0;
  for (const column of columns) bound += compact.loss[column]!;
  multipliers.forEach((multiplier, metric) => {
    bound += multiplier * slope[metric]!;
  });
  return { multipliers, bound, columns, slope };
}

function alongOneBudget(compact: Compact, free: Cut): Relaxation {
  let low = free;
  let high = cutAt(compact, [typicalMultiplier(compact, 0)]);
  for (let round = 0; high.slope[0]! > 0 && round < 2000; round++) {
    low = high;
    high = cutAt(compact, [2 * high.multipliers[0]!]);
  }
  for (let round = 0; round < 2000; round++) {
    // Where the two lines cross; both are tangents of the dual function from above.
    const [left, right] = [low.multipliers[0]!, high.multipliers[0]!];
    const [rise, fall] = [low.slope[0]!, high.slope[0]!];
    if (fall === 0 || rise === fall) break;
    const crossing = (low.bound - rise * left - (high.bound - fall * right)) / (fall - rise);
    if (!(crossing > left && crossing < right)) break;
    const cut = cutAt(compact, [crossing]);
    if (cut.slope[0] === rise || cut.slope[0] === fall) return better(cut, better(low, high));
    if (cut.slope[0]! > 0) low = cut;
    else high = cut;
  }
  return better(low, high);
}

const better = <T extends Relaxation>(one: T, other: T): T => (one.bound >= other.bound ? one : other);

/** Range of losses for each unit of the range of costs: where multipliers are looked for. */
function typicalMultiplier({ loss, cost }: Compact, metric: number): number {
  return rangeOf(loss) / rangeOf(cost[metric]!) || 1;
}

function rangeOf(numbers: Float64Array): number {
  let [least, most] = [Infinity, -Infinity];
  for (const number of numbers) [least, most] = [Math.min(least, number), Math.max(most, number)];
  return most - least || 1;
}

async function byCuttingPlanes(compact: Compact, free: Cut): Promise<Relaxation> {
  const highs = await loadHighs();
  const units = compact.metrics.map((_, metric) => typicalMultiplier(compact, metric));
  const lossUnit = rangeOf(compact.loss);
  const cuts = [
    free,
    ...units.map((unit, metric) =>
      cutAt(
        compact,
        units.map((_, i) => (i === metric ? unit : 0)),
      ),
    ),
  ];
  let best = cuts.reduce(better);
  /** Multipliers are looked for up to this many units; grows when the best lies at the border. */
  let reach = 16;
  for (let round = 0; round < MOST_ROUNDS && !provesInfeasible(compact, best); round++) {
    const { values, objective } = solveProgram(highs, master(cuts, { units, lossUnit, reach }));
    if (!values) break;
    const promised = -objective * lossUnit;
    const isAtBorder = values.subarray(1).some((value) => value >= reach * (1 - 1e-9));
    if (isAtBorder) reach *= 16;
    else if (promised - best.bound <= 1e-10 * Math.max(lossUnit, Math.abs(best.bound))) break;
    const cut = cutAt(
      compact,
      units.map((unit, metric) => Math.max(0, values[metric + 1]!) * unit),
    );
    cuts.push(cut);
    best = better(cut, best);
  }
  return best;
}

/** Highest point below all cuts: columns are its height in units of loss, and the multipliers in their units. */
function master(
  cuts: readonly Cut[],
  scale: { readonly units: readonly number[]; readonly lossUnit: number; readonly reach: number },
): LinearProgram {
  const { units, lossUnit, reach } = scale;
  const offsets = cuts.map(({ bound, slope, multipliers }) =>
    multipliers.reduce((sum, multiplier, metric) => sum - multiplier * slope[metric]!, bound),
  );
  return {
    columnCost: [-1, ...units.map(() => 0)],
    columnLower: [-Infinity, ...units.map(() => 0)],
    columnUpper: [Infinity, ...units.map(() => reach)],
    rowLower: cuts.map(() => -Infinity),
    rowUpper: offsets.map((offset) => offset / lossUnit),
    entries: [
      cuts.map((_, row) => [row, 1] as const),
      ...units.map((unit, metric) =>
        cuts.map(({ slope }, row) => [row, (-slope[metric]! * unit) / lossUnit] as const),
      ),
    ],
  };
}
