import {
  type BlockId,
  blockAt,
  flatten,
  type Module,
  type Op,
  opAt,
  typeOf,
  type ValueId,
} from "../../../compiler/ir/module.ts";
import { f64, same } from "../../../compiler/ir/types.ts";

/** A module as nested plain data without ids, spans and names: equal for modules that mean the same. */
export function structureOf(module: Module): unknown {
  const numbers = new Map<ValueId, number>();
  const numberOf = (value: ValueId): number => {
    const number = numbers.get(value) ?? numbers.size;
    numbers.set(value, number);
    return number;
  };
  const typedNumberOf = (value: ValueId) => ({
    value: numberOf(value),
    type: withoutSpelling(typeOf(module, value)),
  });
  const blockStructure = (id: BlockId): unknown => {
    const block = blockAt(module, id);
    return {
      arguments: block.arguments.map(typedNumberOf),
      ops: block.ops.map((op) => opStructure(opAt(module, op))),
    };
  };
  const opStructure = (op: Op): unknown => ({
    name: op.name,
    operands: flatten(op.operands).map(numberOf),
    results: flatten(op.results).map(typedNumberOf),
    attributes: withoutSpelling(op.attributes),
    extra: withoutSpelling(op.extra),
    location: withoutSpelling(op.location),
    successors: op.successors.map(({ block, arguments: values }) => ({
      arguments: values.map(numberOf),
      block: blockAt(module, block).arguments.map(numberOf),
    })),
    regions: op.regions.map((region) => region.map(blockStructure)),
  });
  return {
    root: opStructure(opAt(module, module.root)),
    resources: module.resources,
    metadata: module.metadata,
  };
}

/** Generic form spells words as strings; below f64, floats are told apart as f32. */
function withoutSpelling(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutSpelling);
  const record = value as Readonly<Record<string, unknown>>;
  if (record.kind === "word") return { kind: "string", value: record.text };
  if (record.kind === "float" && !same(record.type, f64))
    return { ...record, value: Math.fround(record.value as number) };
  const entries = Object.entries(record).map(([key, item]) => [key, withoutSpelling(item)]);
  return Object.fromEntries(entries);
}
