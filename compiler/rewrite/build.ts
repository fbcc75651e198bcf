import { type AnyOp, isMismatch } from "../define/op.ts";
import { unreachable } from "../diagnostics/diagnostic.ts";
import type { Location } from "../ir/attributes.ts";
import type { Module, Op, OpId, Slot, Value, ValueId } from "../ir/module.ts";
import type { Type } from "../ir/types.ts";
import { complete } from "../schema/schema.ts";

export type ResultTypes = Readonly<Record<string, Type | readonly Type[]>>;

export type ResultNames = Readonly<Record<string, string | readonly string[]>>;

/** What a new op is made from; ids come from `next`, which is advanced. */
export interface Construction {
  readonly definition: AnyOp;
  readonly operands: Readonly<Record<string, Slot>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resultTypes?: ResultTypes | undefined;
  readonly regions?: Op["regions"];
  readonly span: Op["span"];
  readonly location?: Location | undefined;
  /** Name hints by result slot; a list for a variadic one. */
  readonly names?: ResultNames;
}

type Counter = { -readonly [K in keyof Module["next"]]: number };

/** A new op with its result values. Operands that do not fit are a bug of the caller. */
export function constructOp(
  construction: Construction,
  next: Counter,
  typeOf: (value: ValueId) => Type,
): { readonly op: Op; readonly values: readonly Value[] } {
  const { definition, attributes, regions = [], span, location, names = {} } = construction;
  const { spec, name } = definition;
  const operands = Object.fromEntries(
    Object.keys(spec.operands).map((key) => [key, construction.operands[key]]),
  );
  const completed = complete(spec.attributes, attributes);
  const types = construction.resultTypes ?? inferTypes(definition, operands, completed, typeOf);
  const id = next.op++ as OpId;
  const values: Value[] = [];
  const define = (type: Type, hint: string | undefined): ValueId => {
    const value: Value = {
      id: next.value++ as ValueId,
      type,
      definedBy: id,
      ...(hint !== undefined && { name: hint }),
    };
    values.push(value);
    return value.id;
  };
  const results = Object.fromEntries(
    Object.keys(spec.results).map((key): [string, Slot] => {
      const type = types[key] ?? unreachable(`${name} is built without a type for ${key}`);
      const hints = [names[key] ?? []].flat();
      return [key, "kind" in type ? define(type, hints[0]) : type.map((each, i) => define(each, hints[i]))];
    }),
  );
  const op: Op = {
    id,
    name,
    operands,
    attributes: completed,
    results,
    regions,
    successors: [],
    extra: {},
    location,
    span,
  };
  return { op, values };
}

function inferTypes(
  { name, spec }: AnyOp,
  operands: Readonly<Record<string, Slot>>,
  attributes: Readonly<Record<string, unknown>>,
  typeOf: (value: ValueId) => Type,
): ResultTypes {
  if (Object.keys(spec.results).length === 0) return {};
  if (!spec.infer) return unreachable(`${name} cannot infer its results, so they must be given`);
  const types = Object.entries(operands).map(([key, slot]) => [
    key,
    slot === undefined ? undefined : typeof slot === "number" ? typeOf(slot) : slot.map(typeOf),
  ]);
  const inferred = spec.infer(Object.fromEntries(types), attributes);
  return isMismatch(inferred)
    ? unreachable(`built an ill-formed ${name}: ${inferred.message}`)
    : (inferred as ResultTypes);
}
