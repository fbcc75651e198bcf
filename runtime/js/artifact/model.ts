import { Engine, type EngineOptions } from "./engine.ts";
import { refuse } from "./failure.ts";
import { type GenerateOptions, generate } from "./generate.ts";
import {
  arrays,
  bindSymbols,
  checkMaxima,
  type Data,
  type Input,
  namesOf,
  type Tensor,
  tensorFrom,
} from "./inputs.ts";
import {
  type Entry,
  evaluateExtent,
  type Kernels,
  type PlainKernels,
  type Port,
  type Program,
} from "./program.ts";

export type { Data, Input, Tensor } from "./inputs.ts";

/** A loaded program. */
export class Model {
  readonly #program: Program;
  readonly #engine: Engine;
  #runs = 0;

  private constructor(program: Program, engine: Engine) {
    this.#program = program;
    this.#engine = engine;
  }

  /** Checks the weights against what the program was compiled with and lays them out in memory. */
  static async load(
    program: Program,
    kernels: Kernels | PlainKernels,
    weights: Uint8Array<ArrayBuffer>,
    options: EngineOptions = {},
  ): Promise<Model> {
    const { byteLength, sha256 } = program.weights;
    if (weights.byteLength !== byteLength)
      refuse(
        "weights-size",
        `the weights are ${weights.byteLength} bytes, but the program was compiled with ${byteLength}`,
      );
    const found = await hashOf(weights);
    if (found !== sha256)
      refuse(
        "weights-hash",
        `the weights are not those the program was compiled with: their SHA-256 is ${found}, not ${sha256}`,
      );
    return new Model(program, await Engine.start(program, kernels, weights, options));
  }

  /** Names of the functions that can be run. */
  get entries(): readonly string[] {
    return Object.keys(this.#program.entries);
  }
  get program(): Program {
    return this.#program;
  }
  /** Whether kernels that use relaxed SIMD are at work. */
  get usesRelaxed(): boolean {
    return this.#engine.usesRelaxed;
  }

  /** How often something ran: who relies on what a run left in memory sees by it whether another came between. */
  get runs(): number {
    return this.#runs;
  }

  entry(name: string): Entry {
    const entry = Object.hasOwn(this.#program.entries, name) ? this.#program.entries[name] : undefined;
    return (
      entry ??
      refuse("unknown-entry", `the program has no function ${name}; it has ${this.entries.join(", ")}`)
    );
  }

  /** Runs a function on inputs by name; gives its outputs by name, as copies. */
  run(name: string, inputs: Readonly<Record<string, Input>>): Record<string, Tensor> {
    const entry = this.entry(name);
    const unknown = Object.keys(inputs).find((key) => !entry.inputs.some((port) => port.name === key));
    if (unknown !== undefined)
      refuse("unknown-input", `${name} has no input ${unknown}; it has ${namesOf(entry.inputs)}`);
    const ordered = entry.inputs.map((port) =>
      Object.hasOwn(inputs, port.name)
        ? inputs[port.name]!
        : refuse("missing-input", `${name} needs an input ${port.name}`),
    );
    const outputs = this.runInOrder(name, ordered);
    return Object.fromEntries(entry.outputs.map((port, i) => [port.name, outputs[i]!]));
  }

  /** As `run`, with inputs and outputs in the order of the signature. */
  runInOrder(name: string, inputs: readonly Input[]): Tensor[] {
    const entry = this.entry(name);
    if (inputs.length !== entry.inputs.length)
      refuse(
        "input-count",
        `${name} takes ${entry.inputs.length} inputs (${namesOf(entry.inputs)}), found ${inputs.length}`,
      );
    const tensors = entry.inputs.map((port, i) => tensorFrom(name, port, inputs[i]));
    const symbols = bindSymbols(name, entry, tensors);
    for (const [i, port] of entry.inputs.entries()) this.write(port, tensors[i]!.data);
    this.#advance(name, entry, symbols);
    return entry.outputs.map((port) => this.read(port, symbols));
  }

  /** Runs the steps of a function on what stands in memory, with given values of its symbols. */
  advance(name: string, symbols: readonly number[]): void {
    const entry = this.entry(name);
    checkMaxima(name, entry, symbols);
    this.#advance(name, entry, symbols);
  }

  #advance(name: string, { steps }: Entry, symbols: readonly number[]): void {
    this.#runs++;
    this.#engine.run(name, steps, symbols);
  }

  /** Puts the elements of an input in its place; integers that choose places must choose one that is there. */
  write({ element, range, name, at }: Port, data: Data): void {
    if (range)
      for (let i = 0; i < data.length; i++)
        if (data[i]! < range[0] || data[i]! > range[1])
          refuse("input-range", `${name} holds ${data[i]}, but goes from ${range[0]} to ${range[1]}`);
    new arrays[element](this.#engine.memory.buffer, at, data.length).set(data as never);
  }

  /** A copy of what stands at a port. */
  read(port: Port, symbols: readonly number[]): Tensor {
    const shape = port.shape.map((extent) => evaluateExtent(extent, symbols));
    const count = shape.reduce((total, extent) => total * extent, 1);
    return { shape, data: new arrays[port.element](this.#engine.memory.buffer, port.at, count).slice() };
  }

  /** A copy of the last row of numbers that stand at a port. */
  lastRow({ shape, at }: Port, symbols: readonly number[]): Float32Array {
    const rows = shape
      .slice(0, -1)
      .reduce<number>((total, extent) => total * evaluateExtent(extent, symbols), 1);
    const width = evaluateExtent(shape.at(-1)!, symbols);
    return new Float32Array(this.#engine.memory.buffer, at + 4 * width * (rows - 1), width).slice();
  }

  /** Moves an output to where an input is read; nothing to do where the one extends the other. */
  carry(output: Port, input: Port, symbols: readonly number[]): void {
    if (output.at === input.at) return;
    const count = output.shape.reduce<number>((total, extent) => total * evaluateExtent(extent, symbols), 1);
    const bytes = count * arrays[output.element].BYTES_PER_ELEMENT;
    new Uint8Array(this.#engine.memory.buffer).copyWithin(input.at, output.at, output.at + bytes);
  }

  /** Continues a prompt, token by token; see `GenerateOptions`. Only where the program is a language model. */
  generate(prompt: ArrayLike<number>, options?: GenerateOptions): AsyncGenerator<number> {
    return generate(this, prompt, options);
  }

  /** Ends its threads; nothing can be run any more. */
  close(): void {
    this.#engine.close();
  }
}

/** SHA-256 in hexadecimal digits. */
async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const { subtle } = globalThis.crypto ?? {};
  if (!subtle)
    return refuse(
      "insecure-page",
      "the weights cannot be checked on this page: serve it over https or from localhost",
    );
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
