import type { OpOf } from "../../../compiler/define/op.ts";
import { type Diagnostic, error } from "../../../compiler/diagnostics/diagnostic.ts";
import { blockAt, type Module, type Op, type ValueId, valueAt, walk } from "../../../compiler/ir/module.ts";
import { lookupSymbol, symbolNameOf } from "../../../compiler/ir/symbols.ts";
import { type DialectType, same } from "../../../compiler/ir/types.ts";
import { call, func, returnOp } from "../../func/ops.ts";

export type Func = OpOf<typeof func>;
export type Call = OpOf<typeof call>;
export type Return = OpOf<typeof returnOp>;

/** The calls, arguments and returns of a module's functions. */
export class Functions {
  readonly #module: Module;
  readonly #calls = new Map<Func, Call[]>();
  readonly #returns = new Map<Func, readonly Return[]>();
  readonly #places = new Map<ValueId, { readonly owner: Func; readonly place: number }>();

  constructor(module: Module) {
    this.#module = module;
    const ops = walk(module);
    for (const op of ops) {
      if (!func.is(op)) continue;
      this.#returns.set(
        op,
        walk(module, op.id).filter((each): each is Return => returnOp.is(each)),
      );
      for (const [place, value] of this.arguments(op).entries())
        this.#places.set(value, { owner: op, place });
    }
    for (const op of ops) {
      const callee = call.is(op) ? this.callee(op) : undefined;
      if (callee && call.is(op)) this.#calls.set(callee, [...this.callsOf(callee), op]);
    }
  }

  all(): readonly Func[] {
    return [...this.#returns.keys()];
  }

  arguments(owner: Func): readonly ValueId[] {
    const entry = owner.regions[0]?.[0];
    return entry === undefined ? [] : blockAt(this.#module, entry).arguments;
  }

  callee(op: Call): Func | undefined {
    const found = lookupSymbol(this.#module, op.id, op.attributes.callee);
    return found && func.is(found) ? found : undefined;
  }

  callsOf(owner: Func): readonly Call[] {
    return this.#calls.get(owner) ?? [];
  }

  returnsOf(owner: Func): readonly Return[] {
    return this.#returns.get(owner) ?? [];
  }

  /** Which argument of which function a value is. */
  placeOf(value: ValueId): { readonly owner: Func; readonly place: number } | undefined {
    return this.#places.get(value);
  }
}

/** The values that become rings, with the type of their elements, and what stands in the way. */
export interface RingValues {
  readonly types: ReadonlyMap<ValueId, DialectType>;
  readonly problems: readonly Diagnostic[];
}

/**
 * Follows caches through calls: what is handed to an argument that is a ring is one where it is itself an argument,
 * and what is returned as a ring is one for every caller. Other values are converted where they meet a ring.
 */
export function followRings(
  module: Module,
  functions: Functions,
  seeds: readonly (readonly [ValueId, DialectType])[],
): RingValues {
  const types = new Map<ValueId, DialectType>();
  const problems: Diagnostic[] = [];
  const waiting = [...seeds];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [value, type] = next;
    const known = types.get(value);
    if (known && !same(known, type)) problems.push(twoTypes(module, functions, value));
    if (known) continue;
    types.set(value, type);
    const place = functions.placeOf(value);
    for (const site of place ? functions.callsOf(place.owner) : []) {
      const given = site.operands.inputs[place!.place]!;
      if (functions.placeOf(given)) waiting.push([given, type]);
    }
    for (const owner of functions.all())
      for (const { operands } of functions.returnsOf(owner))
        for (const [index, returned] of operands.values.entries())
          if (returned === value)
            for (const site of functions.callsOf(owner)) waiting.push([site.results.outputs[index]!, type]);
  }
  return { types, problems };
}

function twoTypes(module: Module, functions: Functions, value: ValueId): Diagnostic {
  const { name, span } = valueAt(module, value);
  const owner: Op | undefined = functions.placeOf(value)?.owner;
  const where = owner ? ` of @${symbolNameOf(owner)}` : "";
  return error("kv-conflict", `%${name ?? value}${where} would be a cache of two types`, {
    span,
    hint: "hand keys and values in different arguments, or give both the same type",
  });
}
