import type { Attribute, DenseValue } from "../ir/attributes.ts";
import {
  attributesOf,
  type Module,
  type Op,
  type OpId,
  type Value,
  type ValueId,
  walk,
} from "../ir/module.ts";
import type { TensorType, Type } from "../ir/types.ts";
import { cutResource } from "./cut-resource.ts";
import { defineReduction, type Tools } from "./reduction.ts";

/** Everywhere in the module, axes of one length become axes of another. */
interface Resizing {
  readonly from: number;
  readonly to: number;
}

/**
 * Lengths of axes, the longest first: 1, 2, half or all but one of them. All axes of one length change together,
 * as they mostly must; whole numbers in attributes of that value change with them, or else stay. Of weights the
 * first elements along each axis remain.
 */
export const shrinkExtents = defineReduction<Resizing>({
  name: "lengths of axes",
  items: (module) =>
    [...extentsOf(module)]
      .toSorted((a, b) => b - a)
      .flatMap((from) => {
        const targets = [...new Set([1, 2, Math.floor(from / 2), from - 1])];
        return targets.filter((to) => to >= 1 && to < from).map((to) => ({ from, to }));
      }),
  without: (module, [first, ...rest], tools) =>
    // Several targets of one length exclude each other, so only one change is made at a time.
    first === undefined || rest.length > 0
      ? []
      : [true, false].flatMap((numbers) => resized(module, first, numbers, tools) ?? []),
});

function extentsOf(module: Module): ReadonlySet<number> {
  const extents = new Set<number>();
  const visit = (type: unknown): void => {
    const { kind, shape } = (type ?? {}) as Partial<TensorType>;
    if (kind === "tensor") for (const size of shape ?? []) if (size > 1) extents.add(size);
  };
  for (const { type } of Object.values(module.values) as Value[]) visit(type);
  for (const op of walk(module)) Object.values(attributesOf(op)).forEach(visit);
  return extents;
}

/** Undefined where bytes of a weight are missing. */
function resized(module: Module, resizing: Resizing, numbers: boolean, tools: Tools): Module | undefined {
  const { from, to } = resizing;
  let resources = module.resources;
  let isWhole = true;
  const typeOf = (type: Type): Type => {
    if (type.kind === "function")
      return { ...type, inputs: type.inputs.map(typeOf), results: type.results.map(typeOf) };
    if (type.kind !== "tensor") return type;
    return { ...type, shape: type.shape.map((size) => (size === from ? to : size)) };
  };
  const visit = (value: unknown): unknown => {
    if (numbers && value === from) return to;
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(visit);
    const record = value as Attribute | Type;
    if (record.kind === "tensor" || record.kind === "function") return typeOf(record as Type);
    if (record.kind === "dense")
      return {
        ...record,
        value: cutDense(record.value, record.type.shape, resizing),
        type: typeOf(record.type),
      };
    if (record.kind === "resource" && record.type?.kind === "tensor") {
      const type = typeOf(record.type) as TensorType;
      const cut = cutResource(record.key, module.resources[record.key], record.type, type, tools.constants);
      if (cut) resources = { ...resources, [record.key]: cut };
      else isWhole = false;
      return { ...record, type };
    }
    if (record.kind === "dialect") return record;
    return Object.fromEntries(Object.entries(record).map(([key, item]) => [key, visit(item)]));
  };
  const ops = walk(module).map((op): [OpId, Op] => [
    op.id,
    { ...op, attributes: visit(op.attributes) as object },
  ]);
  const values = (Object.values(module.values) as Value[]).map((value): [ValueId, Value] => [
    value.id,
    { ...value, type: typeOf(value.type) },
  ]);
  return isWhole
    ? { ...module, ops: Object.fromEntries(ops), values: Object.fromEntries(values), resources }
    : undefined;
}

/** The first elements along each axis that gets shorter. A splat stays as it is. */
function cutDense(value: DenseValue, shape: readonly number[], { from, to }: Resizing): DenseValue {
  if (!Array.isArray(value)) return value;
  const [size, ...inner] = shape;
  const kept = size === from ? value.slice(0, to) : value;
  return kept.map((item: DenseValue) => cutDense(item, inner, { from, to }));
}
