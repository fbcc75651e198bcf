/** Lets as much through at a time as it has room for; what does not fit waits, first come, first served. */
export class Gate {
  readonly #room: number;
  readonly #waiting: { readonly cost: number; readonly enter: () => void }[] = [];
  #taken = 0;

  constructor(room: number) {
    this.#room = room;
  }

  /** Waits for room; what is larger than the gate enters alone. */
  enter(cost: number): Promise<void> {
    return new Promise((enter) => {
      this.#waiting.push({ cost, enter });
      this.#admit();
    });
  }

  leave(cost: number): void {
    this.#taken -= cost;
    this.#admit();
  }

  #admit(): void {
    for (;;) {
      const [next] = this.#waiting;
      if (!next || (this.#taken > 0 && this.#taken + next.cost > this.#room)) return;
      this.#waiting.shift();
      this.#taken += next.cost;
      next.enter();
    }
  }
}
