import { type Diagnostic, error } from "../../compiler/diagnostics/diagnostic.ts";
import { type Attribute, typeAttribute } from "../../compiler/ir/attributes.ts";
import { describeType } from "../../compiler/ir/describe.ts";
import { type Module, type Op, valueAt, walk } from "../../compiler/ir/module.ts";
import type { DialectType, TensorType } from "../../compiler/ir/types.ts";
import type { Schema } from "../../compiler/schema/schema.ts";
import { attention } from "../nn/ops/attention.ts";
import { type CacheTypes, cacheProblems, cacheType } from "./cache-types.ts";
import { type Side, sides } from "./sides.ts";

/** Attributes beside nn.attention: the types that `quantize-kv{keys=allocated values=allocated}` gives its caches. */
export const plannedAttributes: Readonly<Record<Side, string>> = { keys: "kv.keys", values: "kv.values" };

/** One type for all caches, or for each the one that stands beside its attention. */
export const plannedOrCacheType: Schema<DialectType | "allocated"> = {
  describe: `${cacheType.describe}, or allocated`,
  decode: (literal) =>
    literal.kind === "word" && literal.text === "allocated" ? "allocated" : cacheType.decode(literal),
  encode: (value) => (value === "allocated" ? { kind: "word", text: value } : cacheType.encode(value)),
};

/** What is planned for the caches of an op of a verified module. */
export function plannedTypes({ extra }: Op): CacheTypes {
  const planned = (side: Side) => {
    const attribute = extra[plannedAttributes[side]];
    return attribute && cacheType.decode(attribute);
  };
  return { keys: planned("keys"), values: planned("values") };
}

/** An op with these types beside it, in the place of those that it had for the same sides. */
export function withPlan<O extends Op>(op: O, types: Partial<CacheTypes>): O {
  const plan: Record<string, Attribute> = {};
  for (const side of sides) {
    const type = types[side];
    if (type) plan[plannedAttributes[side]] = typeAttribute(type);
  }
  return { ...op, extra: { ...op.extra, ...plan } };
}

/** An op with no plan beside it. */
export function withoutPlan<O extends Op>(op: O): O {
  const names = Object.values(plannedAttributes);
  return {
    ...op,
    extra: Object.fromEntries(Object.entries(op.extra).filter(([name]) => !names.includes(name))),
  };
}

/** Types are planned for caches of nn.attention, which they fit. Code: `kv-allocated`. */
export const planLaws = (module: Module): readonly Diagnostic[] =>
  walk(module).flatMap((op) =>
    sides.flatMap((side) => {
      const name = plannedAttributes[side];
      const planned = op.extra[name];
      if (!planned) return [];
      const refuse = (message: string, hint = `drop ${name}`) =>
        error("kv-allocated", message, { span: op.span, hint });
      if (!attention.is(op))
        return [refuse(`${name} stands beside ${op.name}, which has no cache to put into it`)];
      const type = cacheType.decode(planned);
      if (!type) return [refuse(`${name} is no type of a cache`, `write ${name} = !lowp.q<…>`)];
      const cache = valueAt(module, op.operands[side]).type as TensorType;
      return cacheProblems(type, cache).map(({ message, hint }) =>
        refuse(`${name} does not fit ${describeType(cache)}: ${message}`, hint),
      );
    }),
  );
