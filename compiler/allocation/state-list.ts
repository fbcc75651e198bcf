/** Partial allocations, as changes from a core's base; ordered by their costs, then loss. */
export class StateList {
  length = 0;
  loss = new Float64Array(64);
  cost: Float64Array[];
  /** The last change made, by its place in the tree of changes; −1 for none. */
  node = new Int32Array(64);
  /** The best bound known on the change of loss of whatever it is completed to. */
  bound = new Float64Array(64);

  constructor(budgets: number) {
    this.cost = Array.from({ length: budgets }, () => new Float64Array(64));
  }

  /** Makes room for one more and gives its place, which the caller fills in. */
  add(): number {
    if (this.length === this.loss.length) this.grow();
    return this.length++;
  }

  clear(): void {
    this.length = 0;
  }

  /** Adds a state of another list. */
  push(other: StateList, at: number): void {
    const place = this.add();
    this.loss[place] = other.loss[at]!;
    this.node[place] = other.node[at]!;
    this.bound[place] = other.bound[at]!;
    for (let metric = 0; metric < this.cost.length; metric++)
      this.cost[metric]![place] = other.cost[metric]![at]!;
  }

  private grow(): void {
    const size = 2 * this.loss.length;
    const larger = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const numbers = new Float64Array(size);
      numbers.set(old);
      return numbers;
    };
    this.loss = larger(this.loss);
    this.bound = larger(this.bound);
    this.cost = this.cost.map(larger);
    const node = new Int32Array(size);
    node.set(this.node);
    this.node = node;
  }
}

/** Below zero where the one state comes before the other: by costs, then loss. */
export function compareStates(one: StateList, at: number, other: StateList, otherAt: number): number {
  for (let metric = 0; metric < one.cost.length; metric++) {
    const difference = one.cost[metric]![at]! - other.cost[metric]![otherAt]!;
    if (difference !== 0) return difference;
  }
  return one.loss[at]! - other.loss[otherAt]!;
}

/** Writes two ordered lists into a third, in order. */
export function merge(one: StateList, other: StateList, into: StateList): void {
  into.clear();
  let [i, j] = [0, 0];
  while (i < one.length || j < other.length)
    if (j >= other.length || (i < one.length && compareStates(one, i, other, j) <= 0)) into.push(one, i++);
    else into.push(other, j++);
}
