/**
 * States of which none costs and loses no more than another, by their last cost: as it rises, the loss falls. States
 * are offered in the order of their other cost, so that one below and left of a new one dominates it.
 */
export class Staircase {
  private cost = new Float64Array(64);
  private loss = new Float64Array(64);
  private place = new Int32Array(64);
  private length = 0;

  clear(): void {
    this.length = 0;
  }

  /** The place of the state of most cost that is no more than `cost`; it loses least of all those. −1: there is none. */
  find(cost: number): number {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.cost[middle]! <= cost) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  lossAt = (step: number): number => this.loss[step]!;
  placeAt = (step: number): number => this.place[step]!;

  /** Adds a state that none dominates after step `before`, and takes away those that it dominates. */
  insert(before: number, cost: number, loss: number, place: number): void {
    // One of the same cost before it loses more, or it would dominate the new one.
    const start = before >= 0 && this.cost[before] === cost ? before : before + 1;
    let end = start;
    while (end < this.length && this.loss[end]! >= loss) end++;
    if (this.length + 1 > this.cost.length) this.grow();
    for (const numbers of [this.cost, this.loss, this.place]) numbers.copyWithin(start + 1, end, this.length);
    this.length += 1 - (end - start);
    this.cost[start] = cost;
    this.loss[start] = loss;
    this.place[start] = place;
  }

  private grow(): void {
    const larger = <T extends Float64Array | Int32Array>(numbers: T, into: T): T => {
      into.set(numbers);
      return into;
    };
    const size = 2 * this.cost.length;
    this.cost = larger(this.cost, new Float64Array(size));
    this.loss = larger(this.loss, new Float64Array(size));
    this.place = larger(this.place, new Int32Array(size));
  }
}
