/** Numbers drawn beforehand, used up one after another; when there are none left, every choice is the first. */
export class Choices {
  readonly #numbers: readonly number[];
  #next = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  get isEmpty(): boolean {
    return this.#next >= this.#numbers.length;
  }

  below(count: number): number {
    return (this.#numbers[this.#next++] ?? 0) % count;
  }

  of<T>(...items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}
