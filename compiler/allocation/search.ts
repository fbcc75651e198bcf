import { Changes } from "./changes.ts";
import { type Columns, type Compact, type CompactPair, lossOf, pairLoss, partnersOf } from "./compact.ts";
import type { Core, CoreItem } from "./core.ts";
import type { CoreBounds } from "./core-bounds.ts";
import { merge, StateList } from "./state-list.ts";

export interface SearchOptions {
  /** Allocations of more loss are of no interest. */
  readonly limit: number;
  /** Partial allocations kept after each item; those with the best bounds stay. */
  readonly width: number;
  /**
   * Find the first of all best allocations whose loss is the limit, by item and then column, instead of any that is
   * better than what was found before.
   */
  readonly ties: boolean;
}

export interface SearchOutcome {
  /** The best allocation found within budgets and limit. */
  readonly columns: Columns | undefined;
  readonly loss: number;
  /** Whether all that was left out is known to be no better: then this is the best within the limit. */
  readonly complete: boolean;
  /** No allocation is better than this and the one found. */
  readonly bound: number;
}

/**
 * Walks through the items of a core and keeps the partial allocations that may still lead to one of little enough
 * loss: each is dropped when a bound says it cannot, or when another costs and loses no more. (A dynamic program
 * over an expanding core as in Pisinger 1995, with several budgets and bounds of several multipliers.) Losses and
 * costs are integers, so sums are exact; bounds carry an allowance for their rounding.
 */
export function searchCore(
  compact: Compact,
  core: Core,
  bounds: CoreBounds,
  options: SearchOptions,
): SearchOutcome {
  return new Search(compact, core, bounds, options).run();
}

/** Kept states that a new one is compared with where there are several budgets. */
const WINDOW = 24;

class Search {
  private readonly compact: Compact;
  private readonly core: Core;
  private readonly bounds: CoreBounds;
  private readonly options: SearchOptions;
  private readonly changes = new Changes();
  private readonly partners: readonly (readonly CompactPair[])[];
  /** When an item's choice becomes known: −1 outside the core. */
  private readonly turnOf: Int32Array;
  /** The base but while a state is looked at. */
  private readonly columns: Int32Array;
  /** Largest change of loss that is of interest. */
  private limit: number;
  private best: { readonly loss: number; readonly node: number } | undefined;
  /** Least bound of what was left out to keep the width. */
  private leftOut = Infinity;
  private states: StateList;
  private children: StateList;
  private spare: StateList;

  constructor(compact: Compact, core: Core, bounds: CoreBounds, options: SearchOptions) {
    this.compact = compact;
    this.core = core;
    this.bounds = bounds;
    this.options = options;
    this.partners = partnersOf(compact);
    this.turnOf = new Int32Array(core.base.length).fill(-1);
    core.items.forEach(({ item }, turn) => {
      this.turnOf[item] = turn;
    });
    this.columns = core.base.slice();
    [this.states, this.children, this.spare] = [1, 2, 3].map(() => new StateList(core.slack.length)) as [
      StateList,
      StateList,
      StateList,
    ];
    this.limit = options.limit - core.baseLoss;
  }

  run(): SearchOutcome {
    this.start();
    for (let turn = 0; turn < this.core.items.length && this.states.length > 0; turn++) this.advance(turn);
    const columns = this.core.base.slice();
    if (this.best) this.changes.apply(this.best.node, columns);
    const loss = this.best ? this.best.loss + this.core.baseLoss : Infinity;
    const complete = this.leftOut > this.limit;
    return {
      columns: this.best && columns,
      loss,
      complete,
      bound: complete ? loss : Math.min(loss, this.leftOut + this.core.baseLoss),
    };
  }

  /** The base alone, with what pairs outside the core add. */
  private start(): void {
    const place = this.states.add();
    this.states.node[place] = -1;
    this.states.bound[place] = -Infinity;
    this.states.loss[place] = this.compact.pairs
      .filter(({ items }) => items.every((item) => this.turnOf[item] === -1))
      .reduce((sum, pair) => sum + pairLoss(this.compact, pair, this.columns), 0);
    this.complete(this.states, place);
  }

  /** Extends every state by every column of one item. */
  private advance(turn: number): void {
    const core = this.core.items[turn]!;
    let all = this.spare;
    all.clear();
    let into = new StateList(this.core.slack.length);
    for (let column = 0; column < core.columns.length; column++) {
      this.extend(turn, core, column);
      merge(all, this.children, into);
      [all, into] = [into, all];
    }
    const old = this.states;
    this.keepUndominated(all, into);
    this.keepWidth(into, old);
    this.states = old;
    this.spare = all;
  }

  /** Fills `children` with the states that take one column and may still be good enough, in order. */
  private extend(turn: number, core: CoreItem, column: number): void {
    const { states, children } = this;
    const isBase = core.columns[column] === this.core.base[core.item];
    children.clear();
    for (let parent = 0; parent < states.length; parent++) {
      const place = children.add();
      children.loss[place] =
        states.loss[parent]! + core.loss[column]! + this.pairsOf(turn, core, column, states.node[parent]!);
      for (let metric = 0; metric < core.cost.length; metric++)
        children.cost[metric]![place] = states.cost[metric]![parent]! + core.cost[metric]![column]!;
      const bound = Math.max(states.bound[parent]!, this.boundOf(children, place, turn + 1));
      if (bound > this.limit) {
        children.length--;
        continue;
      }
      children.bound[place] = bound;
      const node = states.node[parent]!;
      children.node[place] = isBase ? node : this.changes.add(node, core.item, core.columns[column]!);
      if (!isBase) this.complete(children, place);
    }
  }

  /** Least change of loss of any completion. */
  private boundOf({ loss, cost }: StateList, place: number, turn: number): number {
    const { count, multipliers, offsets } = this.bounds;
    let bound = -Infinity;
    for (let set = 0; set < count; set++) {
      let value = loss[place]! + offsets[turn * count + set]!;
      for (let metric = 0; metric < cost.length; metric++)
        value += multipliers[metric]![set]! * cost[metric]![place]!;
      if (value > bound) bound = value;
      if (bound > this.limit) break;
    }
    return bound;
  }

  /** What the pairs of an item add with the partners that are known by its turn. */
  private pairsOf(turn: number, { item, columns }: CoreItem, column: number, node: number): number {
    const partners = this.partners[item]!;
    if (partners.length === 0) return 0;
    this.changes.apply(node, this.columns);
    this.columns[item] = columns[column]!;
    let sum = 0;
    for (const pair of partners) {
      const [one, other] = pair.items;
      if (this.turnOf[one === item ? other : one]! < turn) sum += pairLoss(this.compact, pair, this.columns);
    }
    this.changes.revert(node, this.columns, this.core.base);
    this.columns[item] = this.core.base[item]!;
    return sum;
  }

  /** Takes a state whose other items keep their base as the best so far, if it is. */
  private complete(list: StateList, place: number): void {
    if (list.loss[place]! > this.limit) return;
    if (this.core.slack.some((slack, metric) => list.cost[metric]![place]! > slack)) return;
    const node = list.node[place]!;
    const loss = this.compact.pairs.length === 0 ? list.loss[place]! : this.lossWithPairs(node);
    if (loss > this.limit) return;
    if (!this.options.ties) this.limit = loss - 1;
    else if (this.best && this.changes.compare(node, this.best.node, this.core.base) >= 0) return;
    this.best = { loss, node };
  }

  private lossWithPairs(node: number): number {
    this.changes.apply(node, this.columns);
    const loss = lossOf(this.compact, this.columns) - this.core.baseLoss;
    this.changes.revert(node, this.columns, this.core.base);
    return loss;
  }

  /** Copies the states that no other of no more cost and loss makes needless. States that pairs tell apart all stay. */
  private keepUndominated(from: StateList, into: StateList): void {
    into.clear();
    const window = from.cost.length === 1 ? 1 : WINDOW;
    for (let at = 0; at < from.length; at++)
      if (from.bound[at]! <= this.limit && !this.isDominated(from, at, into, window)) into.push(from, at);
  }

  private isDominated(from: StateList, at: number, kept: StateList, window: number): boolean {
    if (this.compact.pairs.length > 0) return false;
    for (let other = kept.length - 1; other >= Math.max(0, kept.length - window); other--) {
      if (kept.loss[other]! > from.loss[at]!) continue;
      if (kept.cost.some((cost, metric) => cost[other]! > from.cost[metric]![at]!)) continue;
      if (!this.options.ties || kept.loss[other]! < from.loss[at]!) return true;
      if (this.changes.compare(kept.node[other]!, from.node[at]!, this.core.base) <= 0) return true;
    }
    return false;
  }

  /** Copies the states with the best bounds, as many as fit, in their order. */
  private keepWidth(from: StateList, into: StateList): void {
    into.clear();
    const { width } = this.options;
    const ranked = from.length > width ? from.bound.slice(0, from.length).sort() : undefined;
    const highest = ranked ? ranked[width - 1]! : Infinity;
    let places = ranked ? width - ranked.subarray(0, width).indexOf(highest) : 0;
    for (let at = 0; at < from.length; at++) {
      const bound = from.bound[at]!;
      if (bound < highest || (bound === highest && (!ranked || places-- > 0))) into.push(from, at);
      else this.leftOut = Math.min(this.leftOut, bound);
    }
  }
}
