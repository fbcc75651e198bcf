import { shareOf } from "./engine.ts";
import type { Program } from "./program.ts";

/** What a thread needs of whatever starts it: node:worker_threads, or a web worker. */
export interface Thread {
  post(message: Start): void;
  /** Resolves when the thread has said that it is ready. */
  readonly ready: Promise<void>;
  close(): void;
}

/** What a thread is sent once. */
export interface Start {
  readonly memory: WebAssembly.Memory;
  readonly module: WebAssembly.Module;
  readonly program: Pick<Program, "kernels" | "memory">;
  readonly thread: number;
  readonly threads: number;
}

/** 32-bit words of the mailbox at the start of memory. */
const MAILBOX = 64 / 4;
const [ROUND, DONE, FAILED, KERNEL, UNITS, COUNT, ARGS] = [0, 1, 2, 3, 4, 5, 6] as const;
/** Bytes at the start of memory that no data may be in. */
export const RESERVED = 1024;

/** How often a thread looks for work before it sleeps: about as long as a few small steps take. */
const SPINS = 20000;

/** Threads that do each step together: whichever is how fast, each does the same units. */
export class Threads {
  readonly #threads: readonly Thread[];
  #box = new Int32Array(0);
  #round = 0;
  #maySleep = false;

  constructor(threads: readonly Thread[]) {
    this.#threads = threads;
  }

  /** With the one that calls. */
  get count(): number {
    return this.#threads.length + 1;
  }

  async start(memory: WebAssembly.Memory, module: WebAssembly.Module, program: Program): Promise<void> {
    this.#box = new Int32Array(memory.buffer).subarray(MAILBOX, RESERVED / 4);
    this.#maySleep = maySleep(this.#box);
    const { kernels, memory: layout } = program;
    try {
      for (const [i, thread] of this.#threads.entries())
        thread.post({
          memory,
          module,
          program: { kernels, memory: layout },
          thread: i + 1,
          threads: this.count,
        });
      await Promise.all(this.#threads.map(({ ready }) => ready));
    } catch (problem) {
      this.close();
      throw problem;
    }
  }

  /** Has the other threads do their units of a step. */
  post(kernel: number, units: number, args: readonly number[]): void {
    const box = this.#box;
    box[KERNEL] = kernel;
    box[UNITS] = units;
    box[COUNT] = args.length;
    box.set(args, ARGS);
    Atomics.store(box, DONE, 0);
    this.#round = (this.#round + 1) | 0;
    Atomics.store(box, ROUND, this.#round);
    Atomics.notify(box, ROUND);
  }

  /** Until the others are done. A page may not sleep, so there it only looks. Throws where a kernel trapped. */
  wait(): void {
    const box = this.#box;
    for (let i = 0; ; i++) {
      const done = Atomics.load(box, DONE);
      if (done === this.#threads.length) break;
      if (i > SPINS && this.#maySleep) Atomics.wait(box, DONE, done);
    }
    if (Atomics.exchange(box, FAILED, 0) !== 0)
      throw new Error("a kernel trapped on another thread, which is a bug of narrow");
  }

  close(): void {
    for (const thread of this.#threads) thread.close();
  }
}

/** Browsers let no page wait, not even for no time. */
function maySleep(box: Int32Array): boolean {
  try {
    Atomics.wait(box, ROUND, -1, 0);
    return true;
  } catch {
    return false;
  }
}

/** What a thread does from its start on; never returns. */
export function serve({ memory, module, program, thread, threads }: Start, ready: () => void): void {
  const box = new Int32Array(memory.buffer).subarray(MAILBOX, RESERVED / 4);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const functions = program.kernels.map(({ name }) => exports[name]!);
  let round = 0;
  ready();
  for (;;) {
    for (let i = 0; i < SPINS && Atomics.load(box, ROUND) === round; i++);
    if (Atomics.load(box, ROUND) === round) Atomics.wait(box, ROUND, round);
    round = Atomics.load(box, ROUND);
    const kernel = box[KERNEL]!;
    const args = [...box.subarray(ARGS, ARGS + box[COUNT]!)];
    const { workspace } = program.kernels[kernel]!;
    if (workspace !== -1) args[workspace]! += thread * program.memory.workspace;
    const [begin, end] = shareOf(box[UNITS]!, thread, threads);
    try {
      if (begin < end) functions[kernel]!(...args, begin, end);
    } catch {
      Atomics.store(box, FAILED, 1);
    }
    Atomics.add(box, DONE, 1);
    Atomics.notify(box, DONE);
  }
}
