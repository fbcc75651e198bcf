import { type Op, type OpId, opAt, type Slot, slotsOf, walk } from "../ir/module.ts";
import { isInside } from "./functions.ts";
import { defineReduction } from "./reduction.ts";
import { withOps } from "./with-ops.ts";

interface Dispensable {
  readonly op: OpId;
  readonly slot: string;
  /** Which one of a group; undefined for an optional operand. */
  readonly place: number | undefined;
}

/** Optional operands, and single ones of groups of any length. */
export const dropOperands = defineReduction<Dispensable>({
  name: "operands",
  items: (module, { registry }) =>
    walk(module)
      .filter((op) => isInside(module, op.id))
      .flatMap((op) => {
        const specs = registry.op(op.name)?.spec.operands ?? {};
        return slotsOf(op).flatMap(([slot, value]): Dispensable[] => {
          const arity = specs[slot]?.arity;
          if (arity === "optional" && value !== undefined) return [{ op: op.id, slot, place: undefined }];
          return Array.isArray(value) ? value.map((_, place) => ({ op: op.id, slot, place })) : [];
        });
      }),
  without: (module, dropped) => {
    const ops = [...new Set(dropped.map(({ op }) => op))].map((id): Op => {
      const op = opAt(module, id);
      const gone = dropped.filter((each) => each.op === id);
      const operands = slotsOf(op).map(([slot, value]): [string, Slot] => {
        const places = gone.filter((each) => each.slot === slot).map(({ place }) => place);
        if (places.length === 0) return [slot, value];
        return [slot, Array.isArray(value) ? value.filter((_, place) => !places.includes(place)) : undefined];
      });
      return { ...op, operands: Object.fromEntries(operands) };
    });
    return [withOps(module, ops)];
  },
});
