import {
  type Module,
  type Op,
  operandsOf,
  type Slot,
  slotsOf,
  type ValueId,
  walk,
} from "../../../compiler/ir/module.ts";
import { type DialectType, same, type TensorType } from "../../../compiler/ir/types.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { call, returnOp } from "../../func/ops.ts";
import { dequantize, quantize } from "../../lowp/ops.ts";
import { append, attention } from "../ops.ts";
import type { CachedAttention } from "./find-caches.ts";
import type { Func, Functions } from "./ring-values.ts";

/** Which attentions read rings, and which values are rings. */
export interface Plan {
  readonly attentions: readonly CachedAttention[];
  readonly types: ReadonlyMap<ValueId, DialectType>;
  readonly functions: Functions;
}

/**
 * nn.attention(q, concat(past, k), concat(past', v)) → kv.attention(q, past, k, past', v), with past ++ k → kv.append
 * and rings in the signatures. Other uses of a ring see it dequantized; other values are quantized to become one.
 */
export function rewriteCaches(module: Module, plan: Plan): Module {
  return new CacheRewriter(module, plan).run();
}

class CacheRewriter {
  readonly #editor: Editor;
  readonly #plan: Plan;
  /** Joined caches and the rings that take their place. */
  readonly #appended = new Map<ValueId, ValueId>();
  /** Conversions made for the op being visited, so that it shares them. */
  #converted: { readonly from: ValueId; readonly to: DialectType | undefined; readonly by: ValueId }[] = [];

  constructor(module: Module, plan: Plan) {
    this.#editor = new Editor(module);
    this.#plan = plan;
  }

  run(): Module {
    const { attentions, types, functions } = this.#plan;
    const { module } = this.#editor;
    const joins = new Map(
      attentions.flatMap(({ keys, values }) => [keys, values].map((each) => [each.join, each])),
    );
    const reads = new Map(attentions.map((each) => [each.op.id, each]));
    for (const [value, element] of types) if (!this.#isJoined(value)) this.#retype(value, element);
    for (const owner of functions.all()) this.#retypeFunction(owner);
    for (const op of walk(module)) {
      const join = joins.get(op.id);
      const read = reads.get(op.id);
      if (join && types.has(join.joined)) this.#append(op, join);
      else if (read) this.#attend(op, read);
      else this.#convertOperands(op);
    }
    return this.#editor.commit();
  }

  #isJoined(value: ValueId): boolean {
    return this.#plan.attentions.some(({ keys, values }) => keys.joined === value || values.joined === value);
  }

  #retype(value: ValueId, element: DialectType): void {
    this.#editor.retype(value, { ...(this.#editor.typeOf(value) as TensorType), element });
  }

  #retypeFunction(owner: Func): void {
    const { types, functions } = this.#plan;
    const { function_type: type } = owner.attributes;
    const places = functions.arguments(owner);
    const inputs = type.inputs.map((input, i) => withElement(input as TensorType, types.get(places[i]!)));
    const results = type.results.map((result, i) =>
      withElement(result as TensorType, this.#returned(owner, i)),
    );
    if ([...inputs, ...results].every((each, i) => each === [...type.inputs, ...type.results][i])) return;
    this.#editor.update({
      ...owner,
      attributes: { ...owner.attributes, function_type: { ...type, inputs, results } },
    });
  }

  /** The ring that a function returns at a place, if it returns one. */
  #returned(owner: Func, place: number): DialectType | undefined {
    const { functions, types } = this.#plan;
    return functions
      .returnsOf(owner)
      .map(({ operands }) => types.get(operands.values[place]!))
      .find((type) => type);
  }

  #append(op: Op, { past, next, joined }: CachedAttention["keys"]): void {
    const { output } = this.#editor.insertBefore(op, append, { cache: past, entries: next }, {});
    this.#appended.set(joined, output);
    this.#editor.replace(joined, output);
    this.#editor.erase(op.id);
  }

  #attend(anchor: Op, { op, keys, values }: CachedAttention): void {
    const { query } = op.operands;
    const { output } = this.#editor.insertBefore(
      anchor,
      attention,
      { query, past_keys: keys.past, new_keys: keys.next, past_values: values.past, new_values: values.next },
      { scale: op.attributes.scale },
    );
    this.#editor.replace(op.results.output, output);
    this.#editor.erase(op.id);
  }

  #convertOperands(op: Op): void {
    const isInvolved = operandsOf(op).some((value) => this.#plan.types.has(value));
    if (!isInvolved && !call.is(op) && !returnOp.is(op)) return;
    this.#converted = [];
    let changed = false;
    const convert = (value: ValueId, slot: string, index: number): ValueId => {
      const converted = this.#convert(op, value, this.#wanted(op, slot, index));
      changed ||= converted !== value;
      return converted;
    };
    const operands = Object.fromEntries(
      slotsOf(op).map(([name, slot]): [string, Slot] => [
        name,
        typeof slot === "number"
          ? convert(slot, name, 0)
          : slot?.map((value, index) => convert(value, name, index)),
      ]),
    );
    if (changed) this.#editor.update({ ...op, operands });
  }

  /** The ring an operand must be; undefined where it must be dense. */
  #wanted(op: Op, slot: string, index: number): DialectType | undefined {
    const { functions, types } = this.#plan;
    if (call.is(op) && slot === "inputs") {
      const callee = functions.callee(op);
      return callee && types.get(functions.arguments(callee)[index]!);
    }
    const owner = returnOp.is(op)
      ? functions.all().find((each) => functions.returnsOf(each).includes(op))
      : undefined;
    return owner && this.#returned(owner, index);
  }

  #convert(anchor: Op, from: ValueId, to: DialectType | undefined): ValueId {
    if (same(this.#plan.types.get(from), to)) return from;
    const known = this.#converted.find((each) => each.from === from && each.to === to);
    const by = known?.by ?? this.#buildConversion(anchor, from, to);
    if (!known) this.#converted.push({ from, to, by });
    return by;
  }

  #buildConversion(anchor: Op, from: ValueId, to: DialectType | undefined): ValueId {
    const value = this.#appended.get(from) ?? from;
    const isRing = this.#plan.types.has(from);
    const input = isRing ? this.#editor.insertBefore(anchor, dequantize, { input: value }, {}).output : value;
    if (!to) return input;
    const output = { ...(this.#editor.typeOf(input) as TensorType), element: to };
    return this.#editor.insertBefore(anchor, quantize, { input }, {}, { resultTypes: { output } }).output;
  }
}

const withElement = (type: TensorType, element: DialectType | undefined): TensorType =>
  element ? { ...type, element } : type;
