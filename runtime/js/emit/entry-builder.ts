import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type {
  Element,
  Entry,
  Extent,
  Pieces,
  Port,
  PortExtent,
  Quantity,
  Step,
} from "../artifact/program.ts";
import { type Kernel, READABLE } from "../kernel.ts";
import { add, elements, isKnown, known, Symbols, scaled } from "./extents.ts";
import { type Interval, type MemoryPlan, planMemory } from "./plan-memory.ts";
import { type Address, bytesOf, type DenseValue } from "./values.ts";

/** What a kernel is called with: an address, or a number. */
export type StepArgument = Address | Extent | number;

/** How many units a step does; `per` says how much of an extent one unit does. */
export type Units = Extent & Pieces;

interface PendingStep {
  readonly kernel: Kernel;
  readonly units: Units;
  readonly work: Extent;
  readonly args: readonly StepArgument[];
}

interface Buffer {
  /** It is as large as the largest of these. */
  readonly bytes: Extent[];
  readonly isInput: boolean;
  first: number;
  last: number;
  /** Of an input: between which bounds its integers must be. */
  range?: readonly [least: number, most: number];
}

/** An input or output of the function under construction. */
export interface PendingPort {
  readonly name: string;
  readonly value: DenseValue;
  /** Where these are not those of the value, which is then the room that is made for it. */
  readonly shape?: readonly PortExtent<Extent>[];
}

/** Where things are once all entries are laid out. */
export interface Layout {
  readonly weights: number;
  readonly arena: number;
  readonly workspace: number;
  readonly maximumOf: (symbol: number) => number;
  readonly kernelNumber: (kernel: Kernel) => number;
}

/** The steps of one function, with buffers for the values between them. */
export class EntryBuilder {
  readonly symbols = new Symbols();
  readonly #steps: PendingStep[] = [];
  readonly #buffers: Buffer[] = [];

  /** A new place for numbers of a shape; undefined where its size is no affine function of the symbols. */
  allocate(element: Element, shape: readonly Extent[], isInput = false): DenseValue | undefined {
    const count = elements(shape.map((extent) => this.symbols.resolve(extent)));
    if (!count) return undefined;
    const now = this.#steps.length;
    const bytes = [scaled(count, bytesOf[element])];
    this.#buffers.push({ bytes, isInput, first: now, last: now });
    return {
      kind: "dense",
      element,
      shape,
      address: { in: "buffer", buffer: this.#buffers.length - 1, offset: known(0) },
    };
  }

  /** Whether a buffer is one of those that were there before the first step. */
  isInput(buffer: number): boolean {
    return this.#bufferAt(buffer).isInput;
  }

  /** Whether a buffer is an input's that nothing was put behind yet. */
  takesMore(buffer: number): boolean {
    return this.isInput(buffer) && this.#bufferAt(buffer).bytes.length === 1;
  }

  /** Makes room in a buffer for more bytes, from its start. */
  extend(buffer: number, bytes: Extent): void {
    this.#bufferAt(buffer).bytes.push(bytes);
  }

  /** Demands that the integers of an input stand between bounds. */
  limit(buffer: number, least: number, most: number): void {
    const place = this.#bufferAt(buffer);
    const [from, to] = place.range ?? [-Infinity, Infinity];
    place.range = [Math.max(from, least), Math.min(to, most)];
  }

  /** Arguments in the order of the kernel's parameters. */
  step(kernel: Kernel, units: Units, args: Readonly<Record<string, StepArgument>>, work: Extent): void {
    const ordered = kernel.parameters.map(
      (name) => args[name] ?? unreachable(`${kernel.name} is given its ${name}`),
    );
    const now = this.#steps.length;
    for (const arg of ordered)
      if (typeof arg !== "number" && "in" in arg && arg.in === "buffer")
        this.#bufferAt(arg.buffer).last = now;
    this.#steps.push({ kernel, units, work, args: ordered });
  }

  /** Inputs are kept throughout, so that what a caller left there may be read again; outputs until the end. */
  keep(inputs: readonly DenseValue[], outputs: readonly DenseValue[]): void {
    for (const { address } of inputs) if (address.in === "buffer") this.#bufferAt(address.buffer).first = 0;
    for (const { address } of [...inputs, ...outputs])
      if (address.in === "buffer") this.#bufferAt(address.buffer).last = this.#steps.length;
  }

  get kernels(): readonly Kernel[] {
    return this.#steps.map(({ kernel }) => kernel);
  }

  /** When each buffer is needed, and how large it can become, given the most that each symbol can be. */
  intervals(maximumOf: (symbol: number) => number): readonly Interval[] {
    return this.#buffers.map(({ bytes, first, last }) => ({
      bytes: Math.max(...bytes.map((extent) => this.#most(extent, maximumOf))) + READABLE,
      first,
      last,
    }));
  }

  /** Lays the buffers out. */
  plan(maximumOf: (symbol: number) => number): MemoryPlan {
    return planMemory(this.intervals(maximumOf));
  }

  #most(extent: Extent, maximumOf: (symbol: number) => number): number {
    const { constant, terms } = this.symbols.resolve(extent);
    return terms.reduce((total, [symbol, coefficient]) => total + coefficient * maximumOf(symbol), constant);
  }

  /** The finished function. */
  finish(
    inputs: readonly PendingPort[],
    outputs: readonly PendingPort[],
    plan: MemoryPlan,
    layout: Layout,
  ): Entry {
    const numbers = new Map(this.symbols.free.map((symbol, i) => [symbol, i]));
    const quantity = (extent: Extent): Quantity => {
      const { constant, terms } = this.symbols.resolve(extent);
      return terms.length === 0
        ? constant
        : { constant, terms: terms.map(([symbol, coefficient]) => [numbers.get(symbol)!, coefficient]) };
    };
    const place = (address: Address): Extent =>
      address.in === "weights"
        ? known(layout.weights + address.offset)
        : address.in === "workspace"
          ? known(layout.workspace)
          : add(address.offset, known(layout.arena + plan.offsets[address.buffer]!));
    const argument = (arg: StepArgument): Quantity =>
      typeof arg === "number" ? arg : quantity("in" in arg ? place(arg) : arg);
    const affine = (extent: Extent): Extent => {
      const found = quantity(extent);
      return typeof found === "number" ? known(found) : found;
    };
    const portExtent = (extent: PortExtent<Extent>): PortExtent =>
      "entries" in extent ? { ...extent, entries: affine(extent.entries) } : quantity(extent);
    const port = ({ name, value, shape = value.shape }: PendingPort): Port => {
      const at = place(value.address);
      if (!isKnown(at)) return unreachable(`${name} stands at a fixed place`);
      return { name, element: value.element, shape: shape.map(portExtent), at: at.constant };
    };
    const taken = inputs.map((input) => {
      const { address } = input.value;
      const range = address.in === "buffer" ? this.#bufferAt(address.buffer).range : undefined;
      return { ...port(input), ...(range && { range }) };
    });
    return {
      symbols: this.symbols.free.map((symbol) => ({
        name: this.symbols.nameOf(symbol),
        maximum: layout.maximumOf(symbol),
      })),
      inputs: taken,
      outputs: outputs.map(port).map((output) => {
        const extended = taken.findIndex(({ at }) => at === output.at);
        return extended === -1 ? output : { ...output, extends: extended };
      }),
      steps: this.#steps.map(
        ({ kernel, units, work, args }): Step => [
          layout.kernelNumber(kernel),
          pieces(quantity(units), units),
          quantity(work),
          ...args.map(argument),
        ],
      ),
    };
  }

  #bufferAt(index: number): Buffer {
    return this.#buffers[index] ?? unreachable(`no buffer ${index}`);
  }
}

const pieces = (quantity: Quantity, { per = 1, times = 1 }: Pieces): Quantity =>
  typeof quantity === "number"
    ? Math.ceil(quantity / per) * times
    : per === 1 && times === 1
      ? quantity
      : { ...quantity, per, times };
