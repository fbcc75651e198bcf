import type { Registry } from "../../compiler/define/dialect.ts";
import { isDense, type RuntimeValue } from "../../compiler/define/kernel.ts";
import { error, fail, ok, type Result } from "../../compiler/diagnostics/diagnostic.ts";
import type { ConstantStore } from "../../compiler/ir/constants.ts";
import { blockAt, type Module, topLevel, valueAt } from "../../compiler/ir/module.ts";
import { symbolNameOf } from "../../compiler/ir/symbols.ts";
import { DYNAMIC, type FunctionType } from "../../compiler/ir/types.ts";
import type { Tensor } from "../../compiler/numeric/tensor.ts";
import { type Executable, publicFunctions } from "../backend.ts";
import { NarrowError } from "./artifact/failure.ts";
import { Model, type Tensor as ModelTensor } from "./artifact/model.ts";
import { compile, openExtentName } from "./emit/compile.ts";
import { contextOf } from "./emit/language-model.ts";

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
    const model = await this.#modelFor(entry, inputs);
    if (!model.ok) return model;
    try {
      const outputs = model.value.runInOrder(entry, inputs.map(asModelTensor));
      return ok(outputs.map(({ shape, data }) => ({ shape, data: data as Float32Array | Int32Array })));
    } catch (problem) {
      if (problem instanceof NarrowError) return fail(error(problem.code, problem.message));
      throw problem;
    }
  }

  async runValues(entry: string, inputs: readonly RuntimeValue[]): Promise<Result<readonly RuntimeValue[]>> {
    const dense = inputs.filter(isDense);
    return dense.length === inputs.length
      ? this.run(entry, dense)
      : fail(error("js-unsupported", `@${entry} takes quantized values, which the js backend does not`));
  }

  /**
   * Compiled for at least the extents of these inputs, and the model's context: powers of two, so that sequences that
   * grow beyond it compile seldom.
   */
  async #modelFor(entry: string, inputs: readonly Tensor[]): Promise<Result<Model>> {
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
    inputs: readonly Tensor[],
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

function asModelTensor({ shape, data }: Tensor): ModelTensor {
  if (data instanceof Float32Array || data instanceof Int32Array) return { shape, data };
  throw new NarrowError("input-type", `the js backend takes f32 and i32, not a ${data.constructor.name}`);
}
