import { type Core, type CoreItem, roundingOf } from "./core.ts";

/**
 * Bounds on how an allocation's loss differs from the base's, once the first k items of a core have their columns:
 * for any multipliers μ ≥ 0, change of loss so far + μ · (change of costs so far − slack) + what the other items add
 * at least. Multipliers apart from the relaxation's tell more about allocations that are far from a budget.
 */
export interface CoreBounds {
  readonly count: number;
  /** By budget, then set of multipliers. */
  readonly multipliers: readonly Float64Array[];
  /** By items done, then set: what does not depend on the allocation, with an allowance for rounding taken off. */
  readonly offsets: Float64Array;
}

/** By how much of the core's room the other items' own optimum falls, at the multipliers used. */
const FALLS = [0.06, 0.25, 1, 4, 16];

/** Directions are tried in all combinations of up to this many budgets, else along each alone. */
const MOST_COMBINED = 3;

export function coreBounds(core: Core, multipliers: readonly number[]): CoreBounds {
  const sets = [multipliers, ...variationsOf(core, multipliers)];
  const offsets = new Float64Array((core.items.length + 1) * sets.length);
  sets.forEach((set, index) => {
    let magnitude = core.slack.reduce((sum, slack, metric) => sum + Math.abs(slack) * set[metric]!, 0);
    const fixed = core.slack.reduce((sum, slack, metric) => sum - slack * set[metric]!, 0);
    for (const item of core.items) magnitude += magnitudeOf(item, set);
    const rounding = roundingOf(core.items.length, magnitude);
    let rest = 0;
    for (let k = core.items.length; k >= 0; k--) {
      if (k < core.items.length) rest += leastChange(core.items[k]!, set);
      offsets[k * sets.length + index] = fixed + rest - rounding;
    }
  });
  return {
    count: sets.length,
    multipliers: multipliers.map((_, metric) => Float64Array.from(sets, (set) => set[metric]!)),
    offsets,
  };
}

/** Least of change of loss + multipliers · change of costs; never positive, as the base has none. */
function leastChange({ loss, cost }: CoreItem, multipliers: readonly number[]): number {
  let least = 0;
  for (let column = 0; column < loss.length; column++) {
    let change = loss[column]!;
    for (let metric = 0; metric < multipliers.length; metric++)
      change += multipliers[metric]! * cost[metric]![column]!;
    if (change < least) least = change;
  }
  return least;
}

function magnitudeOf({ loss, cost }: CoreItem, multipliers: readonly number[]): number {
  let most = 0;
  for (let column = 0; column < loss.length; column++) {
    let size = Math.abs(loss[column]!);
    for (let metric = 0; metric < multipliers.length; metric++)
      size += multipliers[metric]! * Math.abs(cost[metric]![column]!);
    if (size > most) most = size;
  }
  return most;
}

function variationsOf(core: Core, multipliers: readonly number[]): readonly (readonly number[])[] {
  if (!(core.room > 0) || core.items.length === 0) return [];
  return directionsOf(multipliers.length).flatMap((direction) =>
    FALLS.flatMap((fall) => {
      const moved = moveUntil(core, multipliers, direction, fall * core.room);
      return moved.some((multiplier, metric) => multiplier !== multipliers[metric]) ? [moved] : [];
    }),
  );
}

/** −1, 0 or 1 for each budget, not all 0. */
function directionsOf(budgets: number): readonly (readonly number[])[] {
  if (budgets > MOST_COMBINED)
    return Array.from({ length: 2 * budgets }, (_, i) =>
      Array.from({ length: budgets }, (_, metric) => (metric === i >> 1 ? 1 - 2 * (i & 1) : 0)),
    );
  return Array.from({ length: 3 ** budgets }, (_, code) =>
    Array.from({ length: budgets }, (_, metric) => (Math.floor(code / 3 ** metric) % 3) - 1),
  ).filter((direction) => direction.some((sign) => sign !== 0));
}

/** Moves multipliers so far in a direction that the items' optimum falls by about `fall`; none below zero. */
function moveUntil(
  core: Core,
  multipliers: readonly number[],
  direction: readonly number[],
  fall: number,
): readonly number[] {
  const unit = multipliers.map((multiplier, metric) => multiplier || typical(core, metric));
  const at = (step: number): number[] =>
    multipliers.map((multiplier, metric) =>
      Math.max(0, multiplier + step * direction[metric]! * unit[metric]!),
    );
  const fallen = (step: number): number => {
    const set = at(step);
    return -core.items.reduce((sum, item) => sum + leastChange(item, set), 0);
  };
  let [low, high] = [0, 2 ** -20];
  while (high < 2 ** 10 && fallen(high) < fall) [low, high] = [high, 4 * high];
  for (let round = 0; round < 6; round++) {
    const middle = (low + high) / 2;
    if (fallen(middle) < fall) low = middle;
    else high = middle;
  }
  return at(high);
}

/** Change of loss for each unit of a cost that has no multiplier. */
function typical({ items }: Core, metric: number): number {
  let [loss, cost] = [0, 0];
  for (const item of items)
    for (let column = 0; column < item.loss.length; column++) {
      loss += Math.abs(item.loss[column]!);
      cost += Math.abs(item.cost[metric]![column]!);
    }
  return loss > 0 && cost > 0 ? loss / cost : 1;
}
