import type { AxisFlow, ValueAxis } from "../../compiler/define/axis-flow.ts";
import type { Registry } from "../../compiler/define/dialect.ts";
import type { VerifyContext } from "../../compiler/define/op.ts";
import { parentOf } from "../../compiler/ir/analysis.ts";
import {
  blockAt,
  flatten,
  type Module,
  type Op,
  type OpId,
  type ValueId,
  valueAt,
  walk,
} from "../../compiler/ir/module.ts";
import { lookupSymbol } from "../../compiler/ir/symbols.ts";
import type { AxisPlaces } from "./axis-places.ts";

export interface FoundFlow {
  readonly op: OpId;
  readonly flow: AxisFlow;
}

/** What every op says of its axes, in program order; ops that say nothing pin all they touch. */
export const flowsOf = (module: Module, registry: Pick<Registry, "op">): readonly FoundFlow[] =>
  walk(module).map((op) => ({ op: op.id, flow: flowOf(op, module, registry) }));

function flowOf(op: Op, module: Module, registry: Pick<Registry, "op">): AxisFlow {
  const spec = registry.op(op.name)?.spec;
  if (!spec?.axes) return unknownFlow(op, module);
  const context: VerifyContext = {
    module,
    typeOf: (value) => valueAt(module, value).type,
    symbol: (path) => lookupSymbol(module, op.id, path),
    parent: parentOf(module, op.id),
  };
  return spec.axes(op as never, context);
}

function unknownFlow(op: Op, module: Module): AxisFlow {
  const inner = op.regions.flatMap((region) => region.flatMap((block) => blockAt(module, block).arguments));
  const values = [...flatten(op.operands), ...flatten(op.results), ...inner];
  const reason = `nothing says what ${op.name} does with it`;
  const shapeOf = shapesOf(module);
  return {
    pins: values.flatMap((value) =>
      [...shapeOf(value).keys()].map((axis) => ({ value, axis, kind: "unknown", reason }) as const),
    ),
  };
}

/** Extents of a value; none where it is no tensor. */
export const shapesOf =
  (module: Module) =>
  (value: ValueId): readonly number[] => {
    const { type } = valueAt(module, value);
    return type.kind === "tensor" ? type.shape : [];
  };

/** Zeros, and what an op makes of them alone by carrying them on: an argument that is given zeros may be given more. */
export function zerosIn(module: Module, flows: readonly FoundFlow[]): ReadonlySet<ValueId> {
  const zeros = new Set<ValueId>();
  for (const { op, flow } of flows) {
    for (const value of flow.zeros ?? []) zeros.add(value);
    for (const { from, to } of flow.carries ?? [])
      if (zeros.has(from) && valueAt(module, to).definedBy === op) zeros.add(to);
  }
  return zeros;
}

/** Joins axes with the same channels, those of all reads of a parameter, and equal parts of equal wholes. */
export function joinSame(places: AxisPlaces, flows: readonly FoundFlow[], module: Module): void {
  const shapeOf = shapesOf(module);
  const zeros = zerosIn(module, flows);
  const readFirst = new Map<string, ValueId>();
  for (const { flow } of flows) {
    for (const together of flow.same ?? []) {
      const [first, ...others] = together.filter(({ value }) => !zeros.has(value));
      for (const other of others) places.join(first!, other);
    }
    for (const { symbol, value } of flow.reads ?? []) {
      const first = readFirst.get(symbol) ?? value;
      readFirst.set(symbol, first);
      for (const axis of shapeOf(value).keys()) places.join({ value: first, axis }, { value, axis });
    }
  }
  const factors = flows.flatMap(({ flow }) => flow.factors ?? []);
  for (let isChanging = true; isChanging; ) {
    isChanging = false;
    const known = new Map<string, readonly ValueAxis[]>();
    for (const { whole, parts } of factors) {
      const extents = parts.map(({ value, axis }) => shapeOf(value)[axis]!);
      const key = `${places.rootOf(whole)}: ${extents.join(" ")}`;
      const others = known.get(key) ?? parts;
      known.set(key, others);
      for (const [i, part] of parts.entries()) if (places.join(others[i]!, part)) isChanging = true;
    }
  }
}
