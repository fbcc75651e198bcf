import { messageOf, refuse } from "./failure.ts";
import {
  evaluate,
  type KernelFunction,
  type Kernels,
  type PlainKernels,
  type Program,
  type Quantity,
  type Step,
} from "./program.ts";
import type { Threads } from "./threads.ts";

const PAGE = 65536;
/** Operations that take longer than it takes to wake a thread. */
const SHARED_WORK = 2 ** 18;

export interface EngineOptions {
  /** Whether relaxed SIMD may be used: true where the engine has it. Sums are then rounded differently. */
  readonly relaxed?: boolean;
  /** How many threads compute, and what starts all but this one; called once the weights are known to be right. */
  readonly threads?: { readonly count: number; start(): Promise<Threads> } | undefined;
}

/** Memory with the weights in it, and the kernels at work on it. */
export class Engine {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly usesRelaxed: boolean;
  readonly #functions: readonly KernelFunction[];
  readonly #threads: Threads | undefined;
  #isClosed = false;

  private constructor(
    memory: { readonly buffer: ArrayBuffer },
    functions: readonly KernelFunction[],
    usesRelaxed: boolean,
    threads: Threads | undefined,
  ) {
    this.memory = memory;
    this.#functions = functions;
    this.usesRelaxed = usesRelaxed;
    this.#threads = threads;
  }

  static async start(
    program: Program,
    kernels: Kernels | PlainKernels,
    weights: Uint8Array,
    { relaxed = true, threads }: EngineOptions,
  ): Promise<Engine> {
    if (typeof kernels === "function") return Engine.#startPlain(program, kernels, weights);
    const memory = allocate(
      program,
      threads?.count ?? 1,
      (pages) => new WebAssembly.Memory({ initial: pages, maximum: pages, shared: threads !== undefined }),
    );
    new Uint8Array(memory.buffer).set(weights, program.memory.weights);
    const usesRelaxed = relaxed && WebAssembly.validate(kernels.relaxed);
    const bytes = usesRelaxed ? kernels.relaxed : kernels.baseline;
    const module = await WebAssembly.compile(threads ? withSharedMemory(bytes) : bytes);
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    const functions = functionsOf(program, exports);
    const others = await threads?.start();
    await others?.start(memory, module, program);
    return new Engine(memory, functions, usesRelaxed, others);
  }

  /** Without WebAssembly, and so on this thread alone. */
  static #startPlain(program: Program, kernels: PlainKernels, weights: Uint8Array): Engine {
    const buffer = allocate(program, 1, (pages) => new ArrayBuffer(pages * PAGE));
    new Uint8Array(buffer).set(weights, program.memory.weights);
    return new Engine({ buffer }, functionsOf(program, kernels(buffer)), false, undefined);
  }

  /** Runs steps in order with given values of the symbols. */
  run(steps: readonly Step[], symbols: readonly number[]): void {
    if (this.#isClosed) refuse("closed", "the model was closed: load it once more");
    for (const [kernel, units, work, ...args] of steps) {
      const count = evaluate(units, symbols);
      const isShared = this.#threads !== undefined && evaluate(work, symbols) >= SHARED_WORK;
      if (count > 0)
        this.#call(
          kernel,
          count,
          isShared,
          args.map((arg: Quantity) => evaluate(arg, symbols)),
        );
    }
  }

  #call(kernel: number, units: number, isShared: boolean, args: number[]): void {
    if (this.#threads && isShared) {
      this.#threads.post(kernel, units, args);
      const [begin, end] = shareOf(units, 0, this.#threads.count);
      try {
        this.#functions[kernel]!(...args, begin, end);
      } finally {
        this.#threads.wait();
      }
      return;
    }
    this.#functions[kernel]!(...args, 0, units);
  }

  close(): void {
    this.#isClosed = true;
    this.#threads?.close();
  }
}

const functionsOf = (
  program: Program,
  found: Readonly<Record<string, KernelFunction>>,
): readonly KernelFunction[] =>
  program.kernels.map(({ name }) => found[name] ?? refuse("kernel", `no kernel ${name}`));

/** Memory for weights, arena and a workspace for each thread; it never grows. */
function allocate<Memory>(
  { memory: layout }: Program,
  threads: number,
  make: (pages: number) => Memory,
): Memory {
  const pages = Math.ceil((layout.end + layout.workspace * threads) / PAGE) + 1;
  if (pages > PAGE)
    refuse("memory-size", `the program needs ${pages * PAGE} bytes, more than 32-bit addresses reach`);
  try {
    return make(pages);
  } catch (problem) {
    return refuse("memory-size", `${pages * PAGE} bytes of memory cannot be had: ${messageOf(problem)}`);
  }
}

/** The units of one of several threads: as even as can be, and the same however fast each is. */
export const shareOf = (units: number, thread: number, threads: number): readonly [number, number] => [
  Math.floor((units * thread) / threads),
  Math.floor((units * (thread + 1)) / threads),
];

/** The text before the limits of the memory that a module imports: `env`, `memory`, and that it is a memory. */
const IMPORT = [3, ...new TextEncoder().encode("env"), 6, ...new TextEncoder().encode("memory"), 2];

/** The same module for memory that threads share: a flag in its import. */
function withSharedMemory(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const at = bytes.findIndex((_, start) => IMPORT.every((byte, i) => bytes[start + i] === byte));
  const shared = bytes.slice();
  shared[at + IMPORT.length] = 3;
  return shared;
}
