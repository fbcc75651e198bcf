import type { ConstantMaterializer, Registry } from "../define/dialect.ts";
import { applied, type Outcome, refused, siteOf } from "../define/explanation.ts";
import type { KernelContext, RuntimeValue } from "../define/kernel.ts";
import { hasTrait, isMismatch, mismatch } from "../define/op.ts";
import { definePass } from "../define/pass.ts";
import { error, fail, ok } from "../diagnostics/diagnostic.ts";
import { describeType, describeValue } from "../ir/describe.ts";
import {
  type Module,
  type Op,
  operandsOf,
  resultsOf,
  type Slot,
  type ValueId,
  valueAt,
  walk,
} from "../ir/module.ts";
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
  explains: "pure ops that see a constant",
  run(module, { limit }, { registry, explain }) {
    const { constants } = registry;
    if (!constants) return fail(error("no-constants", "no dialect says how constants are written"));
    const folding = new Folding(module, registry, constants, limit);
    for (const op of walk(module)) {
      const outcome = folding.visit(op);
      if (outcome) explain?.({ ...siteOf(module, op), rule: "fold", outcome });
    }
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

  /** What became of an op that sees a constant; undefined of others. */
  visit(op: Op): Outcome | undefined {
    const definition = this.#registry.op(op.name);
    if (!definition || !hasTrait(definition, "pure")) return undefined;
    if (this.#constants.op.is(op)) {
      const value = this.#constants.valueOf(op);
      if (value) this.#known.set(resultsOf(op)[0]!, value);
      return undefined;
    }
    const operands = operandsOf(op);
    if (!operands.some((value) => this.#known.has(value))) return undefined;
    const open = operands.find((value) => !this.#known.has(value));
    if (open !== undefined) return refused(`${describeValue(this.#module, open)}, is no constant`);
    if (hasTrait(definition, "not-foldable")) return refused(`what ${op.name} yields must stay its result`);
    return this.#evaluate(op);
  }

  #evaluate(op: Op): Outcome {
    const results = resultsOf(op);
    const kernel = this.#registry.kernel(op.name);
    if (!kernel || results.length !== 1 || op.regions.length > 0)
      return refused("no kernel computes one result of it");
    const outputs = kernel.evaluate(op, this.#inputs(op), this.#context());
    if (isMismatch(outputs)) return refused(outputs.message);
    return this.#replace(op, results[0]!, Object.values(outputs)[0] as RuntimeValue);
  }

  #replace(op: Op, result: ValueId, value: RuntimeValue): Outcome {
    const count = elementCount(value.shape);
    if (count > this.#limit) return refused(`${count} elements, expected at most limit = ${this.#limit}`);
    const { type } = valueAt(this.#module, result);
    const attributes = this.#constants.attributesFor(value, type);
    if (!attributes) return refused(`a constant of type ${describeType(type)} cannot be written`);
    const built = this.editor.insertBefore(op, this.#constants.op, {}, attributes);
    this.editor.replace(result, Object.values(built)[0] as ValueId);
    this.editor.erase(op.id);
    this.#known.set(result, value);
    return applied(`${count} ${count === 1 ? "element" : "elements"}`);
  }

  /** Operand values by slot, all of which are known. */
  #inputs(op: Op): Record<string, RuntimeValue | readonly RuntimeValue[] | undefined> {
    const known = (value: ValueId) => this.#known.get(value)!;
    return Object.fromEntries(
      (Object.entries(op.operands) as [string, Slot][]).map(([name, slot]) => [
        name,
        slot === undefined ? undefined : typeof slot === "number" ? known(slot) : slot.map(known),
      ]),
    );
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
