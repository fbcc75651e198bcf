import type { Registry } from "../../../compiler/define/dialect.ts";
import { isDense, type RuntimeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { ConstantStore } from "../../../compiler/ir/constants.ts";
import { describeType } from "../../../compiler/ir/describe.ts";
import { type Module, type Op, opAt, type ValueId, valueAt } from "../../../compiler/ir/module.ts";
import { lookupSymbol } from "../../../compiler/ir/symbols.ts";
import { DYNAMIC, f32, type Type, tensorType } from "../../../compiler/ir/types.ts";
import type { Element, Extent } from "../artifact/program.ts";
import type { Kernel } from "../kernel.ts";
import { ELEMENTS_PER_UNIT, fusedElementwise } from "../kernels/elementwise.ts";
import type { Constants } from "./constants.ts";
import type { EntryBuilder, StepArgument, Units } from "./entry-builder.ts";
import { elements, isKnown, known } from "./extents.ts";
import { type LoweringContext, refuse } from "./lowering.ts";
import type { Address, DenseValue, KnownValue, LoweredValue } from "./values.ts";

/** What all functions of a module share while they are lowered. */
export interface ModuleState {
  readonly module: Module;
  readonly registry: Registry;
  readonly store: ConstantStore;
  readonly constants: Constants;
  /** The largest workspace that a step has asked for. */
  workspace: number;
  /** The most that the open extent of an argument can be; undefined where nobody said. */
  maximumOf(argument: string): number | undefined;
}

export const unboundedExtent = (name: string): Mismatch =>
  mismatch("extent-unbounded", `memory is laid out beforehand, and nothing says how large ${name} can be`, {
    hint: `say so, as in --extent ${name}=64`,
  });

/** Lowers the ops of one entry: values by id, steps into a builder. Bodies of callees have sessions of their own. */
export class LoweringSession implements LoweringContext {
  readonly #state: ModuleState;
  readonly #builder: EntryBuilder;
  readonly #values = new Map<ValueId, LoweredValue>();
  readonly #lowerBody: (callee: Op, inputs: readonly LoweredValue[]) => readonly LoweredValue[];
  #op: Op | undefined;

  constructor(
    state: ModuleState,
    builder: EntryBuilder,
    lowerBody: (callee: Op, inputs: readonly LoweredValue[]) => readonly LoweredValue[],
  ) {
    this.#state = state;
    this.#builder = builder;
    this.#lowerBody = lowerBody;
  }

  /** Tells which op is lowered now: symbols are seen from it. */
  enter(op: Op): void {
    this.#op = op;
  }

  typeOf(value: ValueId): Type {
    return valueAt(this.#state.module, value).type;
  }
  symbol(path: readonly string[]): Op | undefined {
    return lookupSymbol(this.#state.module, this.#current().id, path);
  }
  resource(key: string): Uint8Array | Mismatch {
    const bytes = this.#state.store.read(key, this.#state.module.resources[key]);
    if (bytes.ok) return bytes.value;
    const { code, message, hint } = bytes.diagnostics[0]!;
    return { code, message, ...(hint !== undefined && { hint }) };
  }
  value(id: ValueId): LoweredValue {
    return (
      this.#values.get(id) ??
      unreachable(`%${valueAt(this.#state.module, id).name} is lowered before its uses`)
    );
  }

  /** Extents that the type knows are known from here on. */
  define(id: ValueId, value: LoweredValue): void {
    const type = this.typeOf(id);
    if (value.kind !== "known" && type.kind === "tensor")
      for (const [axis, extent] of type.shape.entries())
        if (extent !== DYNAMIC && value.shape[axis]) this.unify(value.shape[axis], known(extent));
    this.#values.set(id, value);
  }

  dense(id: ValueId): DenseValue {
    const value = this.value(id);
    if (value.kind === "dense") return value;
    if (value.kind === "known" && isDense(value.value)) return this.#constantNumbers(value, value.value);
    return refuse(
      mismatch(
        "js-unsupported",
        `the js backend cannot compute ${this.#current().name} of ${describeType(this.typeOf(id))}`,
        {
          hint: "dequantize it first",
        },
      ),
    );
  }

  #constantNumbers(
    { key }: KnownValue,
    { shape, data }: RuntimeValue & { readonly data: unknown },
  ): DenseValue {
    const element: Element = data instanceof Int32Array ? "i32" : "f32";
    const numbers = () =>
      data instanceof Int32Array || data instanceof Float32Array
        ? data
        : refuse(mismatch("js-unsupported", `the js backend has no constants held as ${typeName(data)}`));
    const bytes = () => {
      const { buffer, byteOffset, byteLength } = numbers();
      return new Uint8Array(buffer, byteOffset, byteLength);
    };
    return {
      kind: "dense",
      element,
      shape: shape.map(known),
      address: this.constant(`${key} as ${element}`, bytes),
    };
  }

  numbersOf(id: ValueId): KnownValue {
    const { key, value } = this.#known(id);
    const numbers = isDense(value) ? value : this.#state.registry.numbers(value.type)?.decode(value, "f32");
    if (!numbers || isMismatch(numbers))
      return refuse(numbers ?? mismatch("js-unsupported", `nobody knows the numbers of ${key}`));
    const type = tensorType([...numbers.shape], f32);
    return { kind: "known", key: `${key} dequantized`, type, value: numbers };
  }

  #known(id: ValueId): KnownValue {
    const value = this.value(id);
    return value.kind === "known"
      ? value
      : refuse(
          mismatch(
            "js-unsupported",
            `the input of ${this.#current().name} must be a parameter or a constant in the js backend`,
          ),
        );
  }

  allocate(element: Element, shape: readonly Extent[]): DenseValue {
    return this.#builder.allocate(element, shape) ?? this.#notAffine(shape);
  }
  constant(key: string, make: () => Uint8Array): Address {
    return { in: "weights", offset: this.#state.constants.add(key, make) };
  }
  takesMore(buffer: number): boolean {
    return this.#builder.takesMore(buffer);
  }
  extend(buffer: number, bytes: Extent): void {
    this.#builder.extend(buffer, bytes);
  }
  step(
    kernel: Kernel,
    units: Units | number,
    args: Readonly<Record<string, StepArgument>>,
    work: Extent = known(0),
  ): void {
    this.#builder.step(kernel, typeof units === "number" ? known(units) : units, args, work);
  }
  within(value: DenseValue, least: number, most: number): DenseValue {
    const { range, address, shape } = value;
    if (range && range[0] >= least && range[1] <= most) return value;
    if (this.#isInput(address)) {
      this.#builder.limit(address.buffer, least, most);
      return value;
    }
    const clipped = this.allocate("i32", shape);
    const clip = fusedElementwise({
      element: "i32",
      inputs: ["same"],
      steps: [{ function: { name: "clip", min: least, max: most }, input: 0 }],
    });
    const count = this.count(shape);
    const units = { ...count, per: ELEMENTS_PER_UNIT };
    this.step(clip, units, { input0: address, output: clipped.address, rows: 1, width: count });
    return { ...clipped, range: [least, most] };
  }
  get positions(): number {
    const { free } = this.#builder.symbols;
    const maxima = free.map((symbol) => this.most({ constant: 0, terms: [[symbol, 1]] }));
    // What came before, and what comes now.
    return Math.max(1, 2 * Math.max(0, ...maxima));
  }

  #isInput(address: Address): address is Address & { readonly in: "buffer" } {
    return address.in === "buffer" && this.#builder.isInput(address.buffer);
  }
  workspace(bytes: number): Address {
    this.#state.workspace = Math.max(this.#state.workspace, bytes);
    return { in: "workspace" };
  }
  most(extent: Extent): number {
    const { symbols } = this.#builder;
    const { constant, terms } = symbols.resolve(extent);
    return terms.reduce((total, [symbol, coefficient]) => {
      const name = symbols.nameOf(symbol);
      const maximum = this.#state.maximumOf(name) ?? refuse(unboundedExtent(name));
      return total + coefficient * maximum;
    }, constant);
  }
  unify(left: Extent, right: Extent): void {
    const problem = this.#builder.symbols.unify(left, right);
    if (problem) refuse(problem);
  }
  resolve(extent: Extent): Extent {
    return this.#builder.symbols.resolve(extent);
  }
  is(extent: Extent, value: number): boolean {
    const resolved = this.resolve(extent);
    return isKnown(resolved) && resolved.constant === value;
  }
  count(shape: readonly Extent[]): Extent {
    return elements(shape.map((extent) => this.resolve(extent))) ?? this.#notAffine(shape);
  }
  call(path: readonly string[], inputs: readonly LoweredValue[]): readonly LoweredValue[] {
    const callee = this.symbol(path);
    return callee ? this.#lowerBody(callee, inputs) : unreachable("verified to be defined");
  }

  #notAffine(shape: readonly Extent[]): never {
    const extents = shape.map((extent) => this.#builder.symbols.describe(extent)).join(" x ");
    return refuse(
      mismatch("js-unsupported", `a tensor of ${extents} elements grows with the product of open extents`, {
        hint: "give one of them a fixed extent in the types",
      }),
    );
  }
  #current(): Op {
    return this.#op ?? opAt(this.#state.module, this.#state.module.root);
  }
}

const typeName = (data: unknown): string => Object(data).constructor.name;
