import { type Module, type Op, type Slot, slotsOf } from "../ir/module.ts";
import { endsOf, type FunctionOp, functionsOf, retyped } from "./functions.ts";
import { defineReduction } from "./reduction.ts";
import { withOps } from "./with-ops.ts";

interface FunctionResult {
  readonly of: FunctionOp;
  readonly place: number;
}

/** Results of functions, with the values that end them. */
export const dropResults = defineReduction<FunctionResult>({
  name: "results of functions",
  items: (module, { registry }) =>
    functionsOf(module, registry).flatMap((of) => of.type.results.map((_, place) => ({ of, place }))),
  without: (module, results) => {
    const places = new Map<FunctionOp, readonly number[]>();
    for (const { of, place } of results) {
      const known = [...places.keys()].find(({ op }) => op === of.op) ?? of;
      places.set(known, [...(places.get(known) ?? []), place]);
    }
    const updated = [...places].flatMap(([of, dropped]) => withoutResults(module, of, dropped));
    return [withOps(module, updated)];
  },
});

function withoutResults(module: Module, of: FunctionOp, dropped: readonly number[]): readonly Op[] {
  const keep = of.type.results.map((_, place) => !dropped.includes(place));
  const stays = <T>(list: readonly T[]): readonly T[] => list.filter((_, place) => keep[place]);
  const ends = endsOf(module, of).map((end): Op => {
    const operands = Object.fromEntries(
      slotsOf(end).map(([name, slot]): [string, Slot] => [name, Array.isArray(slot) ? stays(slot) : slot]),
    );
    return { ...end, operands };
  });
  const type = { ...of.type, results: stays(of.type.results) };
  return [...ends, retyped(of.op, type, { results: keep })];
}
