/** One way to store or compute an item, such as a weight in a type. */
export interface AllocationChoice {
  /** Unique among the choices of its item. */
  readonly id: string;
  /** What is minimised; any unit, the same for all items. Additive over items but for `pairs`. */
  readonly loss: number;
  /** By metric: bits, bytes, cycles, energy, …; a metric left out costs nothing. Never negative. */
  readonly cost: Readonly<Record<string, number>>;
}

/** Something that gets exactly one of its choices. */
export interface AllocationItem {
  /** Unique; breaks ties, the smaller first. */
  readonly id: string;
  readonly choices: readonly AllocationChoice[];
}

/** Loss added, or saved where negative, when two items have these choices at once. */
export interface PairLoss {
  readonly items: readonly [string, string];
  readonly choices: readonly [string, string];
  readonly loss: number;
}

/** Which choice for which item, so that the sum of losses is least and no sum of costs exceeds its budget. */
export interface AllocationProblem {
  readonly items: readonly AllocationItem[];
  /** Largest total by metric; at least one. */
  readonly budgets: Readonly<Record<string, number>>;
  /** Items that must have choices of the same id. */
  readonly ties?: readonly (readonly string[])[];
  readonly pairs?: readonly PairLoss[];
}

/** What a solver found. */
export interface AllocationSolution {
  readonly kind: "solution";
  readonly solver: string;
  /** Choice by item, in the order of the items. */
  readonly choices: ReadonlyMap<string, string>;
  readonly loss: number;
  /** Totals of every metric that occurs, by metric. */
  readonly costs: Readonly<Record<string, number>>;
  /** No allocation within the budgets has less loss than this; -Infinity where the solver proves nothing. */
  readonly bound: number;
  /** `optimal`: loss equals bound. */
  readonly proof: "optimal" | "heuristic";
  /** Loss saved by one more unit of a budget, by metric, where the solver knows: multipliers of the bound. */
  readonly shadowPrices?: Readonly<Record<string, number>>;
}

/** Why no allocation is within the budgets. */
export interface AllocationInfeasible {
  readonly kind: "infeasible";
  /** Items that cannot keep the budgets named even with nothing for the others; no part of them is enough. */
  readonly items: readonly string[];
  /** By metric: the budgets that cannot be kept together, though any fewer can, and the least total of each while the others are kept. */
  readonly budgets: Readonly<Record<string, { readonly least: number; readonly allowed: number }>>;
}

/** Why a solver gives no answer: the problem is none of its kind, or its effort ran out before any allocation was found. */
export interface AllocationRefused {
  readonly kind: "refused";
  /** Lower case, no full stop. */
  readonly reason: string;
  readonly hint: string;
}

export type AllocationOutcome = AllocationSolution | AllocationInfeasible | AllocationRefused;

/**
 * A way to solve; deterministic. Totals are those of the numbers as written in decimals, so that three times 0.1 fit
 * a budget of 0.3; each solver says how it breaks ties.
 */
export interface AllocationSolver {
  readonly name: string;
  readonly summary: string;
  /** `problem` is well formed (checked once, when it is made or read). */
  solve(problem: AllocationProblem): Promise<AllocationOutcome>;
}
