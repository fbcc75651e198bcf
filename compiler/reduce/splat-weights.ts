import type { Attribute } from "../ir/attributes.ts";
import { attributesOf, type Op, type OpId, opAt, walk } from "../ir/module.ts";
import { defineReduction } from "./reduction.ts";
import { withOps } from "./with-ops.ts";

interface Stored {
  readonly op: OpId;
  readonly key: string;
}

/** Stored floats, which become one number repeated, so that the text says it all. */
export const splatWeights = defineReduction<Stored>({
  name: "stored weights",
  items: (module) =>
    walk(module).flatMap((op) =>
      Object.entries(attributesOf(op))
        .filter(([, value]) => splatOf(value) !== undefined)
        .map(([key]) => ({ op: op.id, key })),
    ),
  without: (module, dropped) => {
    const ops = [...new Set(dropped.map(({ op }) => op))].map((id): Op => {
      const op = opAt(module, id);
      const keys = dropped.filter((each) => each.op === id).map(({ key }) => key);
      const splats = keys.map((key) => [key, splatOf(attributesOf(op)[key])]);
      return { ...op, attributes: { ...op.attributes, ...Object.fromEntries(splats) } };
    });
    return [withOps(module, ops)];
  },
});

/** Ones instead of what a resource or a list of numbers holds; undefined where they are one number already. */
function splatOf(value: unknown): Attribute | undefined {
  const attribute = value as Attribute | undefined;
  const isStored =
    attribute?.kind === "resource" || (attribute?.kind === "dense" && Array.isArray(attribute.value));
  if (!isStored || attribute.type?.kind !== "tensor" || attribute.type.element.kind !== "float")
    return undefined;
  return { kind: "dense", value: 1, type: attribute.type };
}
