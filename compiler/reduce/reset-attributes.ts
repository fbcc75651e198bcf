import { attributesOf, type Op, type OpId, opAt, walk } from "../ir/module.ts";
import { same } from "../ir/types.ts";
import { defineReduction } from "./reduction.ts";
import { withOps } from "./with-ops.ts";

interface Resettable {
  readonly op: OpId;
  readonly key: string;
  readonly kind: "attribute" | "extra" | "location";
}

/** Attributes that are not what they would be if left out, discardable ones, and locations. */
export const resetAttributes = defineReduction<Resettable>({
  name: "attributes",
  items: (module, { registry }) =>
    walk(module).flatMap((op) => {
      const schemas = registry.op(op.name)?.spec.attributes ?? {};
      const changed = Object.entries(attributesOf(op)).filter(([key, value]) => {
        const fallback = schemas[key]?.fallback;
        return fallback !== undefined && value !== undefined && !same(value, fallback.value);
      });
      return [
        ...changed.map(([key]): Resettable => ({ op: op.id, key, kind: "attribute" })),
        ...Object.keys(op.extra).map((key): Resettable => ({ op: op.id, key, kind: "extra" })),
        ...(op.location ? [{ op: op.id, key: "", kind: "location" } as const] : []),
      ];
    }),
  without: (module, dropped, { registry }) => {
    const ops = [...new Set(dropped.map(({ op }) => op))].map((id): Op => {
      const op = opAt(module, id);
      const schemas = registry.op(op.name)?.spec.attributes ?? {};
      const keys = (kind: Resettable["kind"]) =>
        dropped.filter((each) => each.op === id && each.kind === kind).map(({ key }) => key);
      const reset = keys("attribute").map((key) => [key, schemas[key]?.fallback?.value]);
      const extra = Object.entries(op.extra).filter(([key]) => !keys("extra").includes(key));
      return {
        ...op,
        attributes: { ...op.attributes, ...Object.fromEntries(reset) },
        extra: Object.fromEntries(extra),
        location: keys("location").length > 0 ? undefined : op.location,
      };
    });
    return [withOps(module, ops)];
  },
});
