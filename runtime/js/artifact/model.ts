import { Engine, type EngineOptions } from "./engine.ts";
import { refuse } from "./failure.ts";
import { type GenerateOptions, generate } from "./generate.ts";
import { type Element, type Entry, evaluate, type Kernels, type Port, type Program } from "./program.ts";

export type Data = Float32Array | Int32Array | Int16Array | Int8Array | Uint8Array;
/** Row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Data;
}
/** A tensor; one of a single axis may be given as its data alone. */
export type Input = Tensor | Data;

const arrays: Readonly<
  Record<
    Element,
    { readonly BYTES_PER_ELEMENT: number; new (buffer: ArrayBuffer, at: number, length: number): Data }
  >
> = { f32: Float32Array, i32: Int32Array, i16: Int16Array, i8: Int8Array, u8: Uint8Array };

/** A loaded program. */
export class Model {
  readonly #program: Program;
  readonly #engine: Engine;

  private constructor(program: Program, engine: Engine) {
    this.#program = program;
    this.#engine = engine;
  }

  /** Checks the weights against what the program was compiled with and lays them out in memory. */
  static async load(
    program: Program,
    kernels: Kernels,
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

  entry(name: string): Entry {
    return (
      this.#program.entries[name] ??
      refuse("unknown-entry", `the program has no function ${name}; it has ${this.entries.join(", ")}`)
    );
  }

  /** Runs a function on inputs by name; gives its outputs by name, as copies. */
  run(name: string, inputs: Readonly<Record<string, Input>>): Record<string, Tensor> {
    const entry = this.entry(name);
    const unknown = Object.keys(inputs).find((key) => !entry.inputs.some((port) => port.name === key));
    if (unknown !== undefined)
      refuse("unknown-input", `${name} has no input ${unknown}; it has ${namesOf(entry.inputs)}`);
    const tensors = entry.inputs.map((port) => {
      const given = inputs[port.name] ?? refuse("missing-input", `${name} needs an input ${port.name}`);
      return "shape" in given ? given : { shape: [given.length], data: given };
    });
    const outputs = this.runInOrder(name, tensors);
    return Object.fromEntries(entry.outputs.map((port, i) => [port.name, outputs[i]!]));
  }

  /** As `run`, with inputs and outputs in the order of the signature. */
  runInOrder(name: string, inputs: readonly Tensor[]): Tensor[] {
    const entry = this.entry(name);
    const symbols = bindSymbols(name, entry, inputs);
    for (const [i, port] of entry.inputs.entries()) this.write(port, inputs[i]!.data);
    this.#engine.run(entry.steps, symbols);
    return entry.outputs.map((port) => this.read(port, symbols));
  }

  /** Runs the steps of a function on what stands in memory, with given values of its symbols. */
  advance(name: string, symbols: readonly number[]): void {
    const entry = this.entry(name);
    checkMaxima(name, entry, symbols);
    this.#engine.run(entry.steps, symbols);
  }

  write(port: Port, data: Data): void {
    const target = arrays[port.element];
    if (!(data instanceof (target as unknown as new () => Data)))
      refuse("input-type", `${port.name} holds ${port.element}, not a ${data.constructor.name}`);
    const { range, name, at } = port;
    if (range) {
      const stray = data.find((value) => value < range[0] || value > range[1]);
      if (stray !== undefined)
        refuse("input-range", `${name} holds ${stray}, but goes from ${range[0]} to ${range[1]}`);
    }
    new target(this.#engine.memory.buffer, at, data.length).set(data as never);
  }

  /** A copy of what stands at a port. */
  read(port: Port, symbols: readonly number[]): Tensor {
    const shape = port.shape.map((extent) => evaluate(extent, symbols));
    const count = shape.reduce((total, extent) => total * extent, 1);
    return { shape, data: new arrays[port.element](this.#engine.memory.buffer, port.at, count).slice() };
  }

  /** Moves an output to where an input is read; nothing to do where the one extends the other. */
  carry(output: Port, input: Port, symbols: readonly number[]): void {
    if (output.at === input.at) return;
    const count = output.shape.reduce<number>((total, extent) => total * evaluate(extent, symbols), 1);
    const bytes = count * arrays[output.element].BYTES_PER_ELEMENT;
    new Uint8Array(this.#engine.memory.buffer).copyWithin(input.at, output.at, output.at + bytes);
  }

  /** Continues a prompt, token by token; see `GenerateOptions`. Only where the program is a language model. */
  generate(prompt: ArrayLike<number>, options?: GenerateOptions): AsyncGenerator<number> {
    return generate(this, prompt, options);
  }

  /** Ends its threads. */
  close(): void {
    this.#engine.close();
  }
}

const namesOf = (ports: readonly Port[]): string => ports.map(({ name }) => name).join(", ") || "none";

/** The values of symbols that the shapes of inputs give; refuses shapes that contradict each other or the program. */
function bindSymbols(name: string, entry: Entry, inputs: readonly Tensor[]): readonly number[] {
  if (inputs.length !== entry.inputs.length)
    refuse(
      "input-count",
      `${name} takes ${entry.inputs.length} inputs (${namesOf(entry.inputs)}), found ${inputs.length}`,
    );
  const symbols: (number | undefined)[] = entry.symbols.map(() => undefined);
  for (const [i, port] of entry.inputs.entries()) {
    const { shape, data } = inputs[i]!;
    const count = shape.reduce((total, extent) => total * extent, 1);
    const fits =
      shape.length === port.shape.length &&
      count === data.length &&
      port.shape.every((expected, axis) => fitsExtent(expected, shape[axis]!, symbols));
    if (!fits)
      refuse(
        "input-shape",
        `${port.name} of ${name} is [${port.shape.map((extent) => describe(extent, entry, symbols)).join(", ")}], found [${shape.join(", ")}] with ${data.length} elements`,
      );
  }
  const bound = symbols.map(
    (value, i) => value ?? refuse("input-shape", `no input says how large ${entry.symbols[i]!.name} is`),
  );
  checkMaxima(name, entry, bound);
  return bound;
}

/** Binds a symbol where the extent is that symbol and nothing else; extents that are sums are checked once all is bound. */
function fitsExtent(
  expected: Port["shape"][number],
  found: number,
  symbols: (number | undefined)[],
): boolean {
  if (typeof expected === "number") return expected === found;
  const [first, ...others] = expected.terms;
  if (!first) return expected.constant === found;
  if (others.length > 0) return true;
  const [symbol, coefficient] = first;
  const value = (found - expected.constant) / coefficient;
  symbols[symbol] ??= value;
  return symbols[symbol] === value && value >= 0 && Number.isInteger(value);
}

function describe(
  extent: Port["shape"][number],
  entry: Entry,
  symbols: readonly (number | undefined)[],
): string {
  if (typeof extent === "number") return String(extent);
  const parts = extent.terms.map(([symbol, coefficient]) => {
    const value = symbols[symbol];
    return `${coefficient === 1 ? "" : `${coefficient}·`}${entry.symbols[symbol]!.name}${value === undefined ? "" : ` = ${value}`}`;
  });
  return [...parts, ...(extent.constant === 0 ? [] : [extent.constant])].join(" + ");
}

function checkMaxima(name: string, entry: Entry, symbols: readonly number[]): void {
  for (const [i, { name: symbol, maximum }] of entry.symbols.entries())
    if (symbols[i]! > maximum)
      refuse(
        "extent-too-large",
        `${symbol} of ${name} is ${symbols[i]}, but memory was laid out for at most ${maximum}: compile with --extent ${symbol}=${symbols[i]}`,
      );
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
