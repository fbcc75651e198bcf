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

/** Widths of one search after another: each finds a better limit for the next. */
const WIDTHS = [100, 1000, 10_000];
/** Width of the last search, after HiGHS. */
const LAST_WIDTH = 100_000;
/** Width of the search for the first of all best allocations. */
const TIE_WIDTH = 10_000;
/** Steps of a search that are too many: about a minute. */
const MOST_STEPS = 2 ** 33;

/**
 * Relaxes, then searches what the bound leaves, again and again as better allocations leave less. A search that
 * leaves nothing out proves its result in exact sums; when none of them gets there, HiGHS solves what is left, and
 * the last search goes over its result. Only where that ends without proof, HiGHS's word counts: then an allocation
 * that is better by less than 1e-9 of what was left to gain may exist.
 *
 * Of the best allocations, the one with the smallest column at the first item that differs; unless there are so many
 * that a search of width 10,000 does not hold them.
 */
export async function minimumOf(compact: Compact, options: MinimumOptions = {}): Promise<Minimum> {
  const relaxation = options.relaxation ?? (await relax(compact));
  const attempt = new Attempt(compact, relaxation, options);
  if (!WIDTHS.some((width) => attempt.search(width))) {
    const isProven = await attempt.solveProgram();
    if (!attempt.search(LAST_WIDTH) && isProven) attempt.bound = attempt.limit() + 1;
  }
  attempt.takeFirstOfBest();
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

  /** Looks for something better; whether it is proven that nothing is. */
  search(width: number): boolean {
    const limit = this.limit();
    const core = this.reduce(limit);
    const bounds = coreBounds(core, this.relaxation.multipliers);
    if (core.columnsLeft * width * bounds.count > MOST_STEPS) return false;
    const found = searchCore(this.compact, core, bounds, { limit, width, ties: false });
    if (found.columns) [this.columns, this.loss] = [found.columns, found.loss];
    this.bound = Math.max(this.bound, Math.min(found.bound, this.limit() + 1));
    return found.complete;
  }

  /** Hands what is left to HiGHS; whether it says that nothing is better. */
  async solveProgram(): Promise<boolean> {
    const core = this.reduce(this.limit());
    const found = await solveCore(this.compact, core, this.options.program ?? {});
    if (found.columns && found.loss < this.loss) [this.columns, this.loss] = [found.columns, found.loss];
    return found.isProven;
  }

  /** Exchanges what was found for the first of its kind, if it is proven that nothing is better. */
  takeFirstOfBest(): void {
    if (!this.columns || this.bound < this.loss) return;
    const limit = this.loss;
    const core = coreOf(this.compact, this.relaxation, limit);
    const bounds = coreBounds(core, this.relaxation.multipliers);
    const found = searchCore(this.compact, core, bounds, { limit, width: TIE_WIDTH, ties: true });
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
