import { messageOf, refuse } from "./failure.ts";
import { fillIn, type PreparedStep, prepare } from "./prepared.ts";
import {
  evaluate,
  type KernelFunction,
  type Kernels,
  type PlainKernels,
  type Program,
  type Step,
  sequenceName,
} from "./program.ts";
import type { Threads } from "./threads.ts";

const PAGE = 65536;
/** Operations that take longer than it takes to wake a thread. */
export const SHARED_WORK = 2 ** 18;

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
  readonly #exports: Readonly<Record<string, KernelFunction>>;
  readonly #functions: readonly KernelFunction[];
  readonly #threads: Threads | undefined;
  readonly #prepared = new WeakMap<readonly Step[], readonly PreparedStep[]>();
  #isClosed = false;

  private constructor(
    memory: { readonly buffer: ArrayBuffer },
    exports: Readonly<Record<string, KernelFunction>>,
    functions: readonly KernelFunction[],
    usesRelaxed: boolean,
    threads: Threads | undefined,
  ) {
    this.memory = memory;
    this.#exports = exports;
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
    return new Engine(memory, exports, functions, usesRelaxed, others);
  }

  /** Without WebAssembly, and so on this thread alone. */
  static #startPlain(program: Program, kernels: PlainKernels, weights: Uint8Array): Engine {
    const buffer = allocate(program, 1, (pages) => new ArrayBuffer(pages * PAGE));
    new Uint8Array(buffer).set(weights, program.memory.weights);
    const found = kernels(buffer);
    return new Engine({ buffer }, found, functionsOf(program, found), false, undefined);
  }

  /** Runs the steps of an entry in order, with given values of its symbols. */
  run(entry: string, steps: readonly Step[], symbols: readonly number[]): void {
    if (this.#isClosed) refuse("closed", "the model was closed: load it once more");
    if (this.#threads === undefined) {
      const sequence = this.#exports[sequenceName(entry)] ?? refuse("kernel", `no function runs ${entry}`);
      sequence(...symbols);
      return;
    }
    let prepared = this.#prepared.get(steps);
    if (!prepared) {
      prepared = steps.map(prepare);
      this.#prepared.set(steps, prepared);
    }
    for (const step of prepared) {
      const units = fillIn(step, symbols);
      if (units === 0) continue;
      if (evaluate(step.work, symbols) >= SHARED_WORK) this.#share(this.#threads, step, units);
      else this.#functions[step.kernel]!(...step.values);
    }
  }

  #share(threads: Threads, { kernel, values }: PreparedStep, units: number): void {
    const args = values.slice(0, -2);
    const run = this.#functions[kernel]!;
    threads.share({ kernel, units, args }, (begin, end) => run(...args, begin, end));
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
function allocate<Allocated>(
  { memory: layout }: Program,
  threads: number,
  make: (pages: number) => Allocated,
): Allocated {
  const pages = Math.ceil((layout.end + layout.workspace * threads) / PAGE) + 1;
  if (pages > PAGE)
    refuse("memory-size", `the program needs ${pages * PAGE} bytes, more than 32-bit addresses reach`);
  try {
    return make(pages);
  } catch (problem) {
    return refuse("memory-size", `${pages * PAGE} bytes of memory cannot be had: ${messageOf(problem)}`);
  }
}

/** The text before the limits of the memory that a module imports: `env`, `memory`, and that it is a memory. */
const IMPORT = [3, ...new TextEncoder().encode("env"), 6, ...new TextEncoder().encode("memory"), 2];

/** The same module for memory that threads share: a flag in its import. */
function withSharedMemory(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const at = bytes.findIndex((_, start) => IMPORT.every((byte, i) => bytes[start + i] === byte));
  const shared = bytes.slice();
  shared[at + IMPORT.length] = 3;
  return shared;
}
