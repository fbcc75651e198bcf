/** Changes from a core's base, each after another: a tree whose paths are partial allocations. */
export class Changes {
  length = 0;
  private parents = new Int32Array(1024);
  private items = new Int32Array(1024);
  private columns = new Int32Array(1024);

  /** Adds a change after another (−1: the first) and gives its place. */
  add(parent: number, item: number, column: number): number {
    if (this.length === this.parents.length) this.grow();
    const place = this.length++;
    this.parents[place] = parent;
    this.items[place] = item;
    this.columns[place] = column;
    return place;
  }

  /** Makes the changes that lead to `node` in an allocation. */
  apply(node: number, columns: Int32Array): void {
    for (let at = node; at !== -1; at = this.parents[at]!) columns[this.items[at]!] = this.columns[at]!;
  }

  /** Takes those changes back. */
  revert(node: number, columns: Int32Array, base: Int32Array): void {
    for (let at = node; at !== -1; at = this.parents[at]!) columns[this.items[at]!] = base[this.items[at]!]!;
  }

  /** Below zero where the allocation of one node comes before that of the other: at the first item that differs. */
  compare(one: number, other: number, base: Int32Array): number {
    const mine = this.sorted(one);
    const theirs = this.sorted(other);
    for (let i = 0, j = 0; i < mine.length || j < theirs.length; ) {
      const item = Math.min(mine[i]?.item ?? Infinity, theirs[j]?.item ?? Infinity);
      const left = mine[i]?.item === item ? mine[i++]!.column : base[item]!;
      const right = theirs[j]?.item === item ? theirs[j++]!.column : base[item]!;
      if (left !== right) return left - right;
    }
    return 0;
  }

  private sorted(node: number): { readonly item: number; readonly column: number }[] {
    const path: { item: number; column: number }[] = [];
    for (let at = node; at !== -1; at = this.parents[at]!)
      path.push({ item: this.items[at]!, column: this.columns[at]! });
    return path.sort((a, b) => a.item - b.item);
  }

  private grow(): void {
    const size = 2 * this.parents.length;
    const larger = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const numbers = new Int32Array(size);
      numbers.set(old);
      return numbers;
    };
    this.parents = larger(this.parents);
    this.items = larger(this.items);
    this.columns = larger(this.columns);
  }
}
