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
const [ROUND, NEXT, DONE, FAILED, KERNEL, UNITS, COUNT, ARGS] = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** Bits of `NEXT` that number a part of a step; the others have the round, so that nobody takes one of a later step. */
const PART_BITS = 12;

/** In eighths of an even share: each thread finds one large part of a step, and small ones for whoever is done first. */
const LARGE = 6;
const SMALL_PARTS = 2;
const partsOf = (threads: number): number => (1 + SMALL_PARTS) * threads;

/** The units of a part of a step. */
export function unitsOf(units: number, part: number, threads: number): readonly [begin: number, end: number] {
  const placeOf = (each: number): number => {
    const large = Math.min(each, threads);
    return Math.floor((units * (LARGE * large + (each - large))) / (8 * threads));
  };
  return [placeOf(part), placeOf(part + 1)];
}

/** Takes the next part of a step; undefined where all are taken, or other threads are at a later step. */
function takePart(box: Int32Array, round: number, threads: number): number | undefined {
  for (;;) {
    const next = Atomics.load(box, NEXT);
    const part = next & (2 ** PART_BITS - 1);
    if (next - part !== round << PART_BITS || part === partsOf(threads)) return undefined;
    if (Atomics.compareExchange(box, NEXT, next, next + 1) === next) return part;
  }
}

/** Bytes at the start of memory that no data may be in. */
export const RESERVED = 1024;

/** How often a thread looks for work before it sleeps: about as long as a few small steps take. */
const SPINS = 20000;

/**
 * Threads that do each step together. Which does how much follows from how fast they are, for a thread may have a slower
 * core, or have to share it; the bits are the same.
 */
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

  /** Does the units of a step with the other threads. Throws where a kernel traps. */
  share({ kernel, units, args }: SharedStep, run: (begin: number, end: number) => void): void {
    const box = this.#box;
    box[KERNEL] = kernel;
    box[UNITS] = units;
    box[COUNT] = args.length;
    box.set(args, ARGS);
    Atomics.store(box, DONE, 0);
    this.#round = (this.#round + 1) | 0;
    Atomics.store(box, NEXT, this.#round << PART_BITS);
    Atomics.store(box, ROUND, this.#round);
    Atomics.notify(box, ROUND);
    try {
      doParts(box, this.#round, units, this.count, run);
    } finally {
      this.#wait();
    }
  }

  /** Until all parts are done. A page may not sleep, so there it only looks. */
  #wait(): void {
    const box = this.#box;
    for (let i = 0; ; i++) {
      const done = Atomics.load(box, DONE);
      if (done === partsOf(this.count)) break;
      if (i > SPINS && this.#maySleep) Atomics.wait(box, DONE, done);
    }
    if (Atomics.exchange(box, FAILED, 0) !== 0)
      throw new Error("a kernel trapped on another thread, which is a bug of narrow");
  }

  close(): void {
    for (const thread of this.#threads) thread.close();
  }
}

/** A step to be shared out: what its kernel is called with, but for the units. */
export interface SharedStep {
  readonly kernel: number;
  readonly units: number;
  readonly args: readonly number[];
}

/** Takes parts of a step and does them until there are none. One that traps counts as done, and is the last. */
function doParts(
  box: Int32Array,
  round: number,
  units: number,
  threads: number,
  run: (begin: number, end: number) => void,
): void {
  for (let part = takePart(box, round, threads); part !== undefined; part = takePart(box, round, threads)) {
    const [begin, end] = unitsOf(units, part, threads);
    try {
      if (begin < end) run(begin, end);
    } finally {
      Atomics.add(box, DONE, 1);
      Atomics.notify(box, DONE);
    }
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
    // What is read while another step is written is not used: no part of that is to be had.
    const workspace = program.kernels[kernel]?.workspace ?? -1;
    if (workspace !== -1) args[workspace]! += thread * program.memory.workspace;
    const units = box[UNITS]!;
    doParts(box, round, units, threads, (begin, end) => {
      try {
        functions[kernel]!(...args, begin, end);
      } catch {
        Atomics.store(box, FAILED, 1);
      }
    });
  }
}
