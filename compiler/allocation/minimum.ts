import { type Columns, type Compact, largestLoss, lossOf } from "./compact.ts";
import { type Core, coreOf } from "./core.ts";
import { coreBounds } from "./core-bounds.ts";
import { solveCore } from "./core-program.ts";
import type { ProgramLimits } from "./highs.ts";
import { type Relaxation, relax } from "./multipliers.ts";
import { repaired } from "./repair.ts";
import { searchCore } from "./search.ts";

/** The best allocation of a compact problem, as far as it was found. */
export interface Minimum {
  /** Undefined where none was found whose loss is at most the limit. */
  readonly columns: Columns | undefined;
  readonly loss: number;
  /** No allocation has less loss, nor than the limit and one unit more. */
  readonly bound: number;
  /** By budget of the compact problem: loss that one more unit would save, by the bound. */
  readonly multipliers: readonly number[];
  /** Part of the columns that the last search did not have to look at. */
  readonly eliminated: number;
}

export interface MinimumOptions {
  /** Only an allocation of at most this loss is looked for. */
  readonly limit?: number;
  /** An allocation within the budgets, and the relaxation, where they are known. */
  readonly start?: Columns | undefined;
  readonly relaxation?: Relaxation;
  readonly program?: ProgramLimits;
}

interface SearchSize {
  /** Partial allocations kept after each item. */
  readonly width: number;
  /** Columns times width times bounds that it may come to. */
  readonly steps: number;
}

/** Steps of a search that are too many: about a minute. */
const MOST_STEPS = 2 ** 33;
/** Steps of a search that HiGHS is seldom quicker than: less than two seconds, as a rule far less. */
const QUICK_STEPS = 2 ** 28;
/** One search after another, before HiGHS: each finds a better limit for the next. */
const SEARCHES: readonly SearchSize[] = [
  { width: 100, steps: MOST_STEPS },
  { width: 1000, steps: MOST_STEPS },
  { width: 10_000, steps: QUICK_STEPS },
];
/** Where HiGHS proves nothing: the first that is not too much. */
const LAST_SEARCHES: readonly SearchSize[] = [
  { width: 100_000, steps: MOST_STEPS },
  { width: 10_000, steps: MOST_STEPS },
];
/** Nodes that HiGHS may take: minutes for thousands of items. */
const MOST_NODES = 20_000;
/** How much wider the search for the first of all best allocations is than the one that proved them best. */
const TIES_TO_HOLD = 4;

/**
 * Relaxes, then searches what the bound leaves, again and again as better allocations leave less. A search that
 * leaves nothing out proves its result in exact sums. Where none gets there, HiGHS solves what is left, in up to
 * 20,000 nodes; what it finds is checked in exact sums, but its word that nothing is better holds within its
 * tolerances: an allocation that is better by less than 1e-9 of what was left to gain may exist. Where HiGHS ends
 * without proof, a wider search tries again.
 *
 * Of the best allocations, the one with the smallest column at the first item that differs, where a search proved
 * them best and there are not so many that four times its width does not hold them.
 */
export async function minimumOf(compact: Compact, options: MinimumOptions = {}): Promise<Minimum> {
  const relaxation = options.relaxation ?? (await relax(compact));
  const attempt = new Attempt(compact, relaxation, options);
  let proof = SEARCHES.find((size) => attempt.search(size));
  if (!proof) {
    if (await attempt.solveProgram()) attempt.bound = attempt.limit() + 1;
    else proof = LAST_SEARCHES.find((size) => attempt.search(size));
  }
  // Where HiGHS was needed, all of the best would be too much for a search as well.
  if (proof) attempt.takeFirstOfBest(TIES_TO_HOLD * proof.width);
  return attempt.result();
}

class Attempt {
  loss: number;
  bound: number;
  private columns: Columns | undefined;
  private core: Core | undefined;
  private readonly compact: Compact;
  private readonly relaxation: Relaxation;
  private readonly options: MinimumOptions;

  constructor(compact: Compact, relaxation: Relaxation, options: MinimumOptions) {
    this.compact = compact;
    this.relaxation = relaxation;
    this.options = options;
    this.columns = options.start ?? repaired(compact, relaxation.columns);
    this.loss = this.columns ? lossOf(compact, this.columns) : Infinity;
    this.bound = -Infinity;
  }

  /** Looks for something better, where that is not too much; whether it is proven that nothing is. */
  search({ width, steps }: SearchSize): boolean {
    const limit = this.limit();
    const core = this.reduce(limit);
    const bounds = coreBounds(core, this.relaxation.multipliers);
    if (core.columnsLeft * width * bounds.count > steps) return false;
    const found = searchCore(this.compact, core, bounds, { limit, width, ties: false });
    if (found.columns) [this.columns, this.loss] = [found.columns, found.loss];
    this.bound = Math.max(this.bound, Math.min(found.bound, this.limit() + 1));
    return found.complete;
  }

  /** Hands what is left to HiGHS; whether it says that nothing is better. */
  async solveProgram(): Promise<boolean> {
    const core = this.reduce(this.limit());
    const found = await solveCore(this.compact, core, { nodes: MOST_NODES, ...this.options.program });
    if (found.columns && found.loss < this.loss) [this.columns, this.loss] = [found.columns, found.loss];
    return found.isProven;
  }

  /** Exchanges what was found for the first of its kind, if it is proven that nothing is better. */
  takeFirstOfBest(width: number): void {
    if (!this.columns || this.bound < this.loss) return;
    const limit = this.loss;
    const core = coreOf(this.compact, this.relaxation, limit);
    const bounds = coreBounds(core, this.relaxation.multipliers);
    const found = searchCore(this.compact, core, bounds, { limit, width, ties: true });
    if (found.columns && found.complete) this.columns = found.columns;
  }

  result(): Minimum {
    const { columns, loss, bound, relaxation } = this;
    const eliminated = 1 - (this.core?.columnsLeft ?? 0) / this.compact.loss.length;
    return { columns, loss, bound, multipliers: relaxation.multipliers, eliminated };
  }

  /** Allocations of more loss are of no interest. */
  limit(): number {
    return Math.min(this.loss - 1, this.options.limit ?? largestLoss(this.compact));
  }

  private reduce(limit: number): Core {
    this.core = coreOf(this.compact, this.relaxation, limit);
    // What the relaxation proves, once rounding is allowed for.
    this.bound = Math.max(this.bound, Math.floor(limit - this.core.room));
    return this.core;
  }
}
