import type { Registry } from "../../compiler/define/dialect.ts";
import { isDense, type RuntimeValue } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { error, fail, ok, type Result } from "../../compiler/diagnostics/diagnostic.ts";
import type { ConstantStore } from "../../compiler/ir/constants.ts";
import { describeType } from "../../compiler/ir/describe.ts";
import { blockAt, type Module, topLevel, valueAt } from "../../compiler/ir/module.ts";
import { symbolNameOf } from "../../compiler/ir/symbols.ts";
import { type DialectType, DYNAMIC, type FunctionType, same, type Type } from "../../compiler/ir/types.ts";
import type { FloatTensor, Tensor } from "../../compiler/numeric/tensor.ts";
import { denseResults, type Executable, publicFunctions } from "../backend.ts";
import { NarrowError } from "./artifact/failure.ts";
import { Model } from "./artifact/model.ts";
import { compile } from "./emit/compile.ts";
import { contextOf } from "./emit/language-model.ts";
import { openExtentName } from "./emit/ports.ts";
import { formOf } from "./emit/value-forms.ts";
import { partsOf, valuesOf } from "./value-tensors.ts";

/** A module compiled and loaded in this process: for those who run it right away. */
export class JsExecutable implements Executable {
  readonly entries: ReadonlyMap<string, FunctionType>;
  readonly #module: Module;
  readonly #registry: Registry;
  readonly #constants: ConstantStore;
  /** What memory is laid out for, by argument; grows with what it is run on. */
  #extents: Readonly<Record<string, number>> = {};
  #model: Model | undefined;

  constructor(module: Module, registry: Registry, constants: ConstantStore) {
    this.#module = module;
    this.#registry = registry;
    this.#constants = constants;
    this.entries = publicFunctions(module);
  }

  async run(entry: string, inputs: readonly Tensor[]): Promise<Result<readonly Tensor[]>> {
    const outputs = await this.runValues(entry, inputs);
    if (!outputs.ok) return outputs;
    return denseResults(entry, outputs.value);
  }

  async runValues(entry: string, inputs: readonly RuntimeValue[]): Promise<Result<readonly RuntimeValue[]>> {
    const types = this.entries.get(entry);
    const values = inputs.map((input, i) => this.#encoded(input, types?.inputs[i]));
    const wrong = values.filter(isMismatch);
    if (wrong.length > 0)
      return fail(
        ...wrong.map(({ code, message, hint }) => error(code, message, hint === undefined ? {} : { hint })),
      );
    const fitted = values as readonly RuntimeValue[];
    const model = await this.#modelFor(entry, fitted);
    if (!model.ok) return model;
    try {
      const tensors = fitted.flatMap((value, i) => partsOf(value, types?.inputs[i]));
      const outputs = model.value.runInOrder(entry, tensors);
      return ok(valuesOf(outputs, types?.results ?? []));
    } catch (problem) {
      if (problem instanceof NarrowError) return fail(error(problem.code, problem.message));
      throw problem;
    }
  }

  /** Floats where the function takes a dialect's type become the nearest value of that type. */
  #encoded(input: RuntimeValue, type: Type | undefined): RuntimeValue | Mismatch {
    const element = type && formOf(type)?.type.element;
    if (type && !isDense(input) && !same(input.type, element))
      return mismatch(
        "input-type",
        `an input is ${describeType(input.type)}, expected one of ${describeType(type)}`,
      );
    if (!element || !isDense(input) || input.data instanceof Int32Array) return input;
    return this.#registry.numbers(element)?.encode(input as FloatTensor, element as DialectType) ?? input;
  }

  /**
   * Compiled for at least the extents of these inputs, and the model's context: powers of two, so that sequences that
   * grow beyond it compile seldom.
   */
  async #modelFor(entry: string, inputs: readonly RuntimeValue[]): Promise<Result<Model>> {
    const needed: Record<string, number> = { ...this.#extents };
    const least = contextOf(this.#module) ?? 16;
    for (const [name, extent] of this.#openExtents(entry, inputs))
      if ((needed[name] ?? 0) < extent)
        needed[name] = Math.max(least, 2 ** Math.ceil(Math.log2(Math.max(1, extent))));
    const grows = Object.keys(needed).some((name) => needed[name] !== this.#extents[name]);
    if (this.#model && !grows) return ok(this.#model);
    const compiled = compile(this.#module, this.#registry, this.#constants, {
      extents: {},
      extentOf: (name) => needed[name] ?? least,
    });
    if (!compiled.ok) return compiled;
    const { program, kernels, weights } = compiled.value;
    this.#extents = needed;
    this.#model = await Model.load(program, kernels, weights);
    return ok(this.#model);
  }

  #openExtents(
    entry: string,
    inputs: readonly RuntimeValue[],
  ): readonly (readonly [name: string, extent: number])[] {
    const op = topLevel(this.#module).find((each) => symbolNameOf(each) === entry);
    const block = op?.regions[0]?.[0];
    const values = block === undefined ? [] : blockAt(this.#module, block).arguments;
    return values.flatMap((value, i) => {
      const { type, name } = valueAt(this.#module, value);
      const shape = inputs[i]?.shape ?? [];
      return type.kind === "tensor"
        ? type.shape.flatMap((extent, axis) =>
            extent === DYNAMIC
              ? [[openExtentName(name ?? `input${i}`, type.shape, axis), shape[axis] ?? 0] as const]
              : [],
          )
        : [];
    });
  }
}
