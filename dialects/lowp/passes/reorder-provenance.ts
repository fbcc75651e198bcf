import type { PassContext } from "../../../compiler/define/pass.ts";
import {
  type Attribute,
  floatAttribute,
  integerAttribute,
  stringAttribute,
} from "../../../compiler/ir/attributes.ts";
import { type Objective, statisticsFor } from "../reordering/objectives.ts";
import { calibratedProvenance } from "./input-statistics.ts";

const PASS = "reorder-channels";

/** How an order came about: the objective, its options, and the data it saw. */
export function orderProvenance(objective: Objective, context: PassContext): Attribute {
  const { kind, ...options } = objective;
  const entries = Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, optionAttribute(value)]),
  );
  const about = {
    algo: stringAttribute(kind),
    pass: stringAttribute(PASS),
    ...(Object.keys(entries).length > 0 && { options: { kind: "dictionary", entries } as const }),
  };
  return statisticsFor(objective).length > 0
    ? calibratedProvenance(about, context)
    : { kind: "dictionary", entries: about };
}

function optionAttribute(value: number | string | { readonly kept: number; readonly of: number }): Attribute {
  if (typeof value === "string") return stringAttribute(value);
  if (typeof value !== "number") return stringAttribute(`${value.kept}:${value.of}`);
  return Number.isInteger(value) ? integerAttribute(value) : floatAttribute(value);
}

/** The provenance of a reordered parameter; how it came about before it was first reordered stays in it, as `before`. */
export function reordered(order: Attribute, prov: Attribute | undefined): Attribute {
  const before = restored(prov);
  return order.kind === "dictionary" && before
    ? { kind: "dictionary", entries: { ...order.entries, before } }
    : order;
}

/** The provenance of a parameter whose channels are all back in their places; undefined where it has none of its own. */
export function restored(prov: Attribute | undefined): Attribute | undefined {
  if (prov?.kind !== "dictionary") return prov;
  const { pass, before } = prov.entries;
  return pass?.kind === "string" && pass.value === PASS ? before : prov;
}
