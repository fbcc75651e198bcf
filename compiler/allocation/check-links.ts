import { didYouMean } from "../diagnostics/suggest.ts";
import type { KnownItems } from "./check-problem.ts";
import { asArray, asObject, type Faults, finite, rejectOtherKeys, text } from "./json-values.ts";

/** Ties name items that exist, each once, and have choices in common; ties that share an item count as one. */
export function checkTies(value: unknown, known: KnownItems, add: Faults): void {
  const joined: { readonly members: Set<string>; readonly places: string[] }[] = [];
  asArray(value, "ties", add)?.forEach((entry, index) => {
    const place = `ties[${index}]`;
    const ids = (asArray(entry, place, add) ?? []).flatMap(
      (id, at) => itemAt(id, `${place}[${at}]`, known, add) ?? [],
    );
    if (Array.isArray(entry) && entry.length < 2)
      add(
        "tie",
        `${place} names ${entry.length} items, expected at least 2`,
        "a tie of one item does nothing: leave it out",
      );
    if (new Set(ids).size < ids.length)
      add("duplicate", `${place} names an item twice`, "name each item of a tie once");
    const touching = joined.filter(({ members }) => ids.some((id) => members.has(id)));
    for (const other of touching) joined.splice(joined.indexOf(other), 1);
    joined.push({
      members: new Set([...touching.flatMap(({ members }) => [...members]), ...ids]),
      places: [...touching.flatMap(({ places }) => places), place],
    });
  });
  for (const { members, places } of joined) {
    const [first = [], ...others] = [...members].map((id) => known.choices.get(id)!);
    if (members.size < 2 || first.some((choice) => others.every((ids) => ids.includes(choice)))) continue;
    add(
      "tie",
      `${places.join(" and ")}: no choice is common to ${[...members].join(", ")}`,
      "tied items take choices of the same id: give them one, or untie them",
    );
  }
}

/** Pairs name two items and a choice of each, and no two choices are paired twice. */
export function checkPairs(value: unknown, known: KnownItems, add: Faults): void {
  const earlier = new Map<string, string>();
  asArray(value, "pairs", add)?.forEach((entry, index) => {
    const place = `pairs[${index}]`;
    const pair = asObject(entry, place, add);
    if (!pair) return;
    rejectOtherKeys(pair, place, ["items", "choices", "loss"], add);
    finite(pair.loss, `${place}.loss`, add);
    const items = twoOf(pair.items, `${place}.items`, add)?.map((id, at) =>
      itemAt(id, `${place}.items[${at}]`, known, add),
    );
    const choices = twoOf(pair.choices, `${place}.choices`, add)?.map((id, at) =>
      choiceAt(id, `${place}.choices[${at}]`, known.choices.get(items?.[at] ?? ""), add),
    );
    if (!items || !choices || [...items, ...choices].includes(undefined)) return;
    if (items[0] === items[1]) {
      add("tie", `${place} pairs ${items[0]} with itself`, "add its loss to that of the choice");
      return;
    }
    const key = items
      .map((item, at) => JSON.stringify([item, choices[at]]))
      .sort()
      .join();
    const other = earlier.get(key);
    if (other !== undefined)
      add("duplicate", `${place} pairs the choices of ${other} again`, "add the two losses");
    earlier.set(key, other ?? place);
  });
}

function itemAt(value: unknown, place: string, { choices }: KnownItems, add: Faults): string | undefined {
  const id = text(value, place, add);
  if (id === undefined || choices.has(id)) return id;
  add("unknown", `${place}: there is no item ${JSON.stringify(id)}`, didYouMean(id, [...choices.keys()]));
  return undefined;
}

/** `ids` are the choices of the item, where that is known. */
function choiceAt(
  value: unknown,
  place: string,
  ids: readonly string[] | undefined,
  add: Faults,
): string | undefined {
  const id = text(value, place, add);
  if (id === undefined || ids === undefined || ids.includes(id)) return id;
  add("unknown", `${place}: the item has no choice ${JSON.stringify(id)}`, didYouMean(id, ids));
  return undefined;
}

function twoOf(value: unknown, place: string, add: Faults): readonly unknown[] | undefined {
  const list = asArray(value, place, add);
  if (!list || list.length === 2) return list;
  add("value", `${place} has ${list.length} entries, expected 2`, "a pair is of two items");
  return undefined;
}
