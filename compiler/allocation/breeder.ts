import { type Columns, type Compact, costsOf, isWithin } from "./compact.ts";
import { evenStart, groupsOf, type Levels, levelOf, levelsOf } from "./levels.ts";

/** Most items that one child may differ in. */
const MOST_CHANGES = 10;
/** Draws that may fail before there is no child, as in a problem that has hardly any. */
const MOST_FAILURES = 20;

/** Draws allocations within the budgets, and others that are near them. */
export class Breeder {
  private readonly compact: Compact;
  private readonly random: () => number;
  private readonly levels: Levels;
  private readonly groupOf = new Map<number, readonly number[]>();

  constructor(compact: Compact, random: () => number) {
    this.compact = compact;
    this.random = random;
    this.levels = levelsOf(compact);
    for (const group of groupsOf(compact, this.levels))
      for (const item of group) this.groupOf.set(item, group);
  }

  /** All items on one level just above the budgets, random ones lowered until they keep them. */
  start(): Columns | undefined {
    const columns = evenStart(this.compact, this.levels);
    return this.lower(columns, Infinity) ? columns : undefined;
  }

  /** Up to `count` children that differ from the parent and from each other; fewer where draws keep failing. */
  offspring(parent: Columns, count: number): readonly Columns[] {
    const seen = new Set([parent.join()]);
    const children: Columns[] = [];
    for (let failures = 0; children.length < count && failures < MOST_FAILURES * count; ) {
      const child = this.child(parent);
      const key = child?.join();
      if (!child || seen.has(key!)) {
        failures++;
        continue;
      }
      seen.add(key!);
      children.push(child);
    }
    return children;
  }

  /** One to three items go up, mostly one, and as many of their kind down; or any, until the budgets are kept. */
  private child(parent: Columns): Columns | undefined {
    const columns = parent.slice();
    const flips = Math.min(this.below(3), this.below(3)) + 1;
    const withinGroup = this.random() < 0.5;
    for (let flip = 0; flip < flips; flip++) {
      const item = this.below(columns.length);
      if (!this.move(columns, item, 1)) continue;
      if (withinGroup) this.lowerPartner(columns, item);
    }
    if (!this.lower(columns, MOST_CHANGES)) return undefined;
    const changes = columns.reduce((sum, column, item) => sum + Number(column !== parent[item]), 0);
    return changes > MOST_CHANGES ? undefined : columns;
  }

  private lowerPartner(columns: Columns, item: number): void {
    const group = this.groupOf.get(item)!;
    const partner = group[this.below(group.length)]!;
    if (partner !== item) this.move(columns, partner, -1);
  }

  /** Lowers random items until the budgets are kept; whether they are after so many steps. */
  private lower(columns: Columns, steps: number): boolean {
    const totals = costsOf(this.compact, columns);
    for (let step = 0; !this.isKept(totals); step++) {
      const lowerable = step < steps ? this.lowerable(columns) : [];
      if (lowerable.length === 0) return isWithin(this.compact, columns);
      const item = lowerable[this.below(lowerable.length)]!;
      const old = columns[item]!;
      this.move(columns, item, -1);
      this.compact.cost.forEach((cost, metric) => {
        totals[metric]! += cost[columns[item]!]! - cost[old]!;
      });
    }
    return true;
  }

  private isKept = (totals: readonly number[]): boolean =>
    totals.every((total, metric) => total <= this.compact.budget[metric]!);

  private lowerable = (columns: Columns): number[] =>
    [...columns.keys()].filter((item) => columns[item] !== this.levels[item]![0]);

  private move(columns: Columns, item: number, by: 1 | -1): boolean {
    const column = this.levels[item]![levelOf(this.levels, columns, item) + by];
    if (column === undefined) return false;
    columns[item] = column;
    return true;
  }

  private below(count: number): number {
    return Math.floor(this.random() * count);
  }
}
