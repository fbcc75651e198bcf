import type { Registry } from "../define/dialect.ts";
import { hasTrait } from "../define/op.ts";
import { applyEdits, noEdits } from "../ir/edit.ts";
import {
  type Block,
  type BlockId,
  forEachOperand,
  type Module,
  type Op,
  type OpId,
  operandsOf,
  resultsOf,
  type Value,
  type ValueId,
  valueAt,
  walk,
} from "../ir/module.ts";
import { DYNAMIC, same, type Type } from "../ir/types.ts";
import type { Tensor } from "../numeric/tensor.ts";
import { elementCount } from "../numeric/tensor.ts";
import { constructOp } from "../rewrite/build.ts";
import { eraseDeadOps } from "../rewrite/dead-code.ts";
import { functionAround, isInside, retyped } from "./functions.ts";
import { defineReduction } from "./reduction.ts";

/**
 * Ops inside functions. What others need of a dropped op becomes its first operand of the same type, or else a new
 * argument of the function, or zeros where the type allows and the function has callers.
 */
export const dropOps = defineReduction<OpId>({
  name: "ops",
  items: (module, { registry }) =>
    walk(module)
      .filter((op) => isInside(module, op.id) && !isTerminator(op, registry))
      .map(({ id }) => id)
      .toReversed(),
  without: (module, ids, { registry }) =>
    (["argument", "zeros"] as const).flatMap((stand) => {
      const smaller = withoutOps(module, new Set(ids), registry, stand);
      return smaller ? [eraseDeadOps(smaller, registry), smaller] : [];
    }),
});

const isTerminator = (op: Op, registry: Registry): boolean => {
  const definition = registry.op(op.name);
  return definition !== undefined && hasTrait(definition, "terminator");
};

/** Undefined where nothing can stand for a result. */
function withoutOps(
  module: Module,
  dropped: ReadonlySet<OpId>,
  registry: Registry,
  stand: "argument" | "zeros",
): Module | undefined {
  const replaced = new Map<ValueId, ValueId>();
  const createdValues: Value[] = [];
  const createdBlocks = new Map<BlockId, Block>();
  const updated = new Map<OpId, Op>();
  const insertedBefore = new Map<OpId, Op[]>();
  const next = { ...module.next };
  const kept = neededWithout(module, dropped);
  for (const op of walk(module)) {
    if (!dropped.has(op.id)) continue;
    for (const value of resultsOf(op)) {
      if (!kept.has(value)) continue;
      const { type, name } = valueAt(module, value);
      const twin = operandsOf(op).find((operand) => same(valueAt(module, operand).type, type));
      if (twin !== undefined) {
        replaced.set(value, twin);
        continue;
      }
      const around = functionAround(module, op.id, registry);
      if (!around) return undefined;
      if (stand === "zeros") {
        const zeros = zerosOf(type, registry);
        // Zeros in the place of a constant would be no progress.
        if (!zeros || !registry.constants || registry.constants.op.is(op)) return undefined;
        const construction = {
          definition: registry.constants.op,
          operands: {},
          attributes: zeros,
          span: op.span,
        };
        const made = constructOp(construction, next, (id) => valueAt(module, id).type);
        createdValues.push(...made.values);
        replaced.set(value, made.values[0]!.id);
        insertedBefore.set(op.id, [...(insertedBefore.get(op.id) ?? []), made.op]);
        continue;
      }
      const id = next.value++ as ValueId;
      createdValues.push({ id, type, definedBy: undefined, ...(name !== undefined && { name }) });
      replaced.set(value, id);
      const block = createdBlocks.get(around.entry.id) ?? around.entry;
      createdBlocks.set(block.id, { ...block, arguments: [...block.arguments, id] });
      const inputs = [...block.arguments, id].map((each) =>
        each === id ? type : (createdValues.find((made) => made.id === each) ?? valueAt(module, each)).type,
      );
      updated.set(around.op.id, retyped(around.op, { ...around.type, inputs }));
    }
  }
  return applyEdits(module, {
    ...noEdits(module),
    erased: dropped,
    replaced,
    createdValues,
    createdBlocks: [...createdBlocks.values()],
    updated,
    insertedBefore,
    next,
  });
}

/** What the ops that stay use, and what those need through the operands that may stand for dropped results. */
function neededWithout(module: Module, dropped: ReadonlySet<OpId>): ReadonlySet<ValueId> {
  const needed = new Set<ValueId>();
  for (const op of walk(module).toReversed()) {
    const passesOn = resultsOf(op).some((value) => needed.has(value));
    if (!dropped.has(op.id) || passesOn) forEachOperand(op, (value) => needed.add(value));
  }
  return needed;
}

/** Attributes of the op that gives zeros of a type, if there is one. */
function zerosOf(type: Type, registry: Registry): Readonly<Record<string, unknown>> | undefined {
  if (type.kind !== "tensor" || type.shape.includes(DYNAMIC)) return undefined;
  const count = elementCount(type.shape);
  const { element } = type;
  const isWide = element.kind === "integer" && element.width > 32;
  const data =
    element.kind === "float"
      ? new Float32Array(count)
      : isWide
        ? new BigInt64Array(count)
        : new Int32Array(count);
  return registry.constants?.attributesFor({ shape: type.shape, data } satisfies Tensor, type);
}
