import { type Op, opAt, resultSlotsOf, typeOf, type ValueId, valueAt } from "../ir/module.ts";
import { symbolNameOf } from "../ir/symbols.ts";
import type { Compared } from "./alignment.ts";
import { namedOperands } from "./block-graph.ts";
import type { Detail, Mention } from "./difference.ts";
import type { Spelled } from "./spelling.ts";

/** One side of a comparison, and how its text shows ops and values. */
export interface Seen extends Compared {
  nameOf(value: ValueId): string;
  mention(op: Op): Mention;
}

/** What differs between two ops that stand for each other; `values` says which left values are which right ones. */
export function detailsOf(
  left: Op,
  right: Op,
  seen: { readonly left: Seen; readonly right: Seen },
  values: ReadonlyMap<ValueId, ValueId>,
): readonly Detail[] {
  const details: Detail[] = [];
  const compare = (kind: Detail["kind"], key: string, a: Spelled | undefined, b: Spelled | undefined) => {
    if (a?.compared !== b?.compared) details.push({ kind, key, left: a?.shown, right: b?.shown });
  };
  compare("name", "op", plain(left.name), plain(right.name));
  compare("symbol", "symbol", plain(symbolNameOf(left)), plain(symbolNameOf(right)));
  compareMaps(seen.left.spelling.entries(left), seen.right.spelling.entries(right), (key, a, b) =>
    compare("attribute", key, a, b),
  );
  // A left operand counts as the right value it has become; one that is gone differs from all.
  compareMaps(
    operandsOf(left, seen.left, (value) => values.get(value)),
    operandsOf(right, seen.right, (value) => value),
    (key, a, b) => compare("operand", key, a, b),
  );
  compareMaps(resultTypes(left, seen.left), resultTypes(right, seen.right), (key, a, b) =>
    compare("type", key, a, b),
  );
  return details;
}

/** Operands with what defines them, as the same name may mean another value on the other side. */
function operandsOf(
  op: Op,
  { side: { module }, nameOf }: Seen,
  image: (value: ValueId) => ValueId | undefined,
): ReadonlyMap<string, Spelled> {
  const definer = (value: ValueId): string => {
    const { definedBy } = valueAt(module, value);
    return definedBy === undefined ? "argument" : opAt(module, definedBy).name;
  };
  return new Map(
    namedOperands(op).map(({ slot, value }) => [
      slot,
      { compared: String(image(value) ?? "gone"), shown: `${nameOf(value)} (${definer(value)})` },
    ]),
  );
}

const plain = (text: string | undefined): Spelled | undefined =>
  text === undefined ? undefined : { compared: text, shown: text };

function resultTypes(op: Op, { side, spelling }: Seen): ReadonlyMap<string, Spelled> {
  const types = new Map<string, Spelled>();
  for (const [name, slot] of resultSlotsOf(op))
    for (const [i, value] of [slot ?? []].flat().entries())
      types.set(
        typeof slot === "number" ? name : `${name}[${i}]`,
        plain(spelling.type(typeOf(side.module, value)))!,
      );
  return types;
}

/** Visits the keys of both, those of the right one that are new last. */
function compareMaps(
  left: ReadonlyMap<string, Spelled>,
  right: ReadonlyMap<string, Spelled>,
  visit: (key: string, left: Spelled | undefined, right: Spelled | undefined) => void,
): void {
  for (const [key, value] of left) visit(key, value, right.get(key));
  for (const [key, value] of right) if (!left.has(key)) visit(key, undefined, value);
}
