/** A priority queue of numbers that gives the smallest first (a binary heap). */
export class NumberHeap {
  #values = new Float64Array(1024);
  #size = 0;

  /** Adds one number; a number may be in the queue more than once. */
  push(value: number): void {
    if (this.#size === this.#values.length) this.#grow();
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = this.#values[parent]!;
      if (above <= value) break;
      this.#values[at] = above;
      at = parent;
    }
    this.#values[at] = value;
  }

  /** Takes the smallest number out; undefined when there is none. */
  pop(): number | undefined {
    if (this.#size === 0) return undefined;
    const smallest = this.#values[0];
    const last = this.#values[--this.#size]!;
    let at = 0;
    for (let child = 1; child < this.#size; child = 2 * at + 1) {
      if (child + 1 < this.#size && this.#values[child + 1]! < this.#values[child]!) child++;
      if (this.#values[child]! >= last) break;
      this.#values[at] = this.#values[child]!;
      at = child;
    }
    this.#values[at] = last;
    return smallest;
  }

  #grow(): void {
    const larger = new Float64Array(2 * this.#values.length);
    larger.set(this.#values);
    this.#values = larger;
  }
}
