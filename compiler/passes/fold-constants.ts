import type { ConstantMaterializer, Registry } from "../define/dialect.ts";
import type { KernelContext, RuntimeValue } from "../define/kernel.ts";
import { hasTrait, isMismatch, mismatch } from "../define/op.ts";
import { definePass } from "../define/pass.ts";
import { error, fail, ok } from "../diagnostics/diagnostic.ts";
import { type Module, type Op, resultsOf, type Slot, type ValueId, valueAt, walk } from "../ir/module.ts";
import { elementCount } from "../numeric/tensor.ts";
import { Editor } from "../rewrite/editor.ts";
import { int, withDefault } from "../schema/schema.ts";

/**
 * Computes pure ops whose operands are constants. Never folds a cast that loses precision: what a
 * quantize yields must stay a quantized value, whoever could compute it. Results larger than `limit`
 * elements stay computed, so folding cannot blow a program up.
 */
export const foldConstants = definePass({
  name: "fold-constants",
  summary: "Computes pure ops whose operands are constants.",
  options: { limit: withDefault(int({ min: 1 }), 1024) },
  contract: { kind: "exact" },
  run(module, { limit }, { registry }) {
    const { constants } = registry;
    if (!constants) return fail(error("no-constants", "no dialect says how constants are written"));
    const folding = new Folding(module, registry, constants, limit);
    for (const op of walk(module)) folding.visit(op);
    return ok(folding.editor.commit());
  },
});

class Folding {
  readonly editor: Editor;
  readonly #module: Module;
  readonly #registry: Registry;
  readonly #constants: ConstantMaterializer;
  readonly #limit: number;
  readonly #known = new Map<ValueId, RuntimeValue>();

  constructor(module: Module, registry: Registry, constants: ConstantMaterializer, limit: number) {
    this.editor = new Editor(module);
    this.#module = module;
    this.#registry = registry;
    this.#constants = constants;
    this.#limit = limit;
  }

  visit(op: Op): void {
    const definition = this.#registry.op(op.name);
    if (!definition || !hasTrait(definition, "pure") || hasTrait(definition, "not-foldable")) return;
    if (this.#constants.op.is(op)) {
      const value = this.#constants.valueOf(op);
      if (value) this.#known.set(resultsOf(op)[0]!, value);
      return;
    }
    const results = resultsOf(op);
    const inputs = this.#inputs(op);
    const kernel = this.#registry.kernel(op.name);
    if (!inputs || !kernel || results.length !== 1 || op.regions.length > 0) return;
    const outputs = kernel.evaluate(op, inputs, this.#context());
    if (isMismatch(outputs)) return;
    this.#replace(op, results[0]!, Object.values(outputs)[0] as RuntimeValue);
  }

  #replace(op: Op, result: ValueId, value: RuntimeValue): void {
    if (elementCount(value.shape) > this.#limit) return;
    const { type } = valueAt(this.#module, result);
    const attributes = this.#constants.attributesFor(value, type);
    if (!attributes) return;
    const built = this.editor.insertBefore(op, this.#constants.op, {}, attributes);
    this.editor.replace(result, Object.values(built)[0] as ValueId);
    this.editor.erase(op.id);
    this.#known.set(result, value);
  }

  /** Operand values by slot, if all are known and there is at least one: an op without operands is already as simple as a constant. */
  #inputs(op: Op): Record<string, RuntimeValue | readonly RuntimeValue[] | undefined> | undefined {
    const inputs: Record<string, RuntimeValue | readonly RuntimeValue[] | undefined> = {};
    let count = 0;
    for (const [name, slot] of Object.entries(op.operands) as [string, Slot][]) {
      const values = slot === undefined ? [] : typeof slot === "number" ? [slot] : slot;
      const known = values.flatMap((value) => this.#known.get(value) ?? []);
      if (known.length !== values.length) return undefined;
      count += known.length;
      inputs[name] = slot === undefined ? undefined : typeof slot === "number" ? known[0] : known;
    }
    return count > 0 ? inputs : undefined;
  }

  #context(): KernelContext {
    const refuse = () => mismatch("not-constant", "only the interpreter can do this");
    return {
      precision: "f32",
      typeOf: (value) => valueAt(this.#module, value).type,
      call: refuse,
      symbol: () => undefined,
      resource: refuse,
      memo: (_key, compute) => compute(),
    };
  }
}
