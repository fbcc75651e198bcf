import {
  type AxisPin,
  type AxisRole,
  type AxisTouch,
  type Crossing,
  crossings,
  type ValueAxis,
} from "../../compiler/define/axis-flow.ts";
import type { Registry } from "../../compiler/define/dialect.ts";
import type { Module, OpId, ValueId } from "../../compiler/ir/module.ts";
import { DYNAMIC } from "../../compiler/ir/types.ts";
import { AxisPlaces } from "./axis-places.ts";
import { type FoundFlow, flowsOf, joinSame, shapesOf } from "./gather-flows.ts";

/** An axis of a parameter, and what ops do with it; none where nothing says. */
export interface ParameterAxis {
  readonly symbol: string;
  readonly axis: number;
  readonly uses: readonly { readonly op: OpId; readonly role: AxisRole }[];
}

export interface ClassTouch extends AxisTouch {
  readonly op: OpId;
}

export interface ClassPin extends AxisPin {
  readonly op: OpId;
  /** Whether it holds another class, of which this one is a part, or which is made of this one. */
  readonly isInherited: boolean;
}

/**
 * Axes whose channels must have one basis and one order: of values, in all functions that hand them on, and of the
 * parameters that meet them. Everything is in program order.
 */
export interface AxisClass {
  /** Its place among the classes. */
  readonly id: number;
  /** How many channels; DYNAMIC where no type says. */
  readonly extent: number;
  readonly places: readonly ValueAxis[];
  readonly parameters: readonly ParameterAxis[];
  readonly touches: readonly ClassTouch[];
  readonly pins: readonly ClassPin[];
  /** What every touch lets through, without its parts; none where anything pins it. */
  readonly crossing: Crossing | "none";
  /** Where a reshape takes its channels apart or puts them together: ids of the parts, row-major. */
  readonly madeOf: readonly { readonly op: OpId; readonly parts: readonly number[] }[];
  readonly partOf: readonly { readonly op: OpId; readonly whole: number; readonly part: number }[];
  /** Classes of which several neighbouring channels go with each channel here, as query heads with a key head. */
  readonly serves: readonly number[];
  readonly servedBy: readonly number[];
}

export interface AxisFlows {
  readonly classes: readonly AxisClass[];
  classOf(value: ValueId, axis: number): AxisClass;
}

/**
 * Which axes of a verified module share their channels, what touches them and what pins them, through calls; names
 * play no part. Reshapes of one class into equal extents agree on the parts, as its channels are their products.
 */
export function axisFlows(
  module: Module,
  registry: Pick<Registry, "op">,
  cuts: AxisCuts = new Map(),
): AxisFlows {
  const flows = flowsOf(module, registry).map((found) => cutFlow(found, cuts));
  const places = new AxisPlaces(module);
  joinSame(places, flows, module);
  const ids = new Map<number, number>();
  const members: ValueAxis[][] = [];
  for (const place of places.all) {
    const root = places.rootOf(place);
    const id = ids.get(root) ?? members.length;
    ids.set(root, id);
    members[id] = [...(members[id] ?? []), place];
  }
  const idOf = (place: ValueAxis): number => ids.get(places.rootOf(place))!;
  const shapeOf = shapesOf(module);
  const drafts = members.map((own, id) => ({
    id,
    extent: own.map(({ value, axis }) => shapeOf(value)[axis]!).find((size) => size !== DYNAMIC) ?? DYNAMIC,
    places: own,
    touches: [] as ClassTouch[],
    pins: [] as ClassPin[],
    madeOf: [] as { op: OpId; parts: readonly number[] }[],
    partOf: [] as { op: OpId; whole: number; part: number }[],
    serves: new Set<number>(),
    servedBy: new Set<number>(),
  }));
  for (const { op, flow } of flows) {
    for (const touch of flow.touches ?? []) drafts[idOf(touch)]!.touches.push({ ...touch, op });
    for (const pin of flow.pins ?? []) drafts[idOf(pin)]!.pins.push({ ...pin, op, isInherited: false });
    for (const { whole, parts } of flow.factors ?? []) {
      drafts[idOf(whole)]!.madeOf.push({ op, parts: parts.map(idOf) });
      for (const [part, place] of parts.entries())
        drafts[idOf(place)]!.partOf.push({ op, whole: idOf(whole), part });
    }
    for (const { each, serves } of flow.repeats ?? []) {
      drafts[idOf(each)]!.serves.add(idOf(serves));
      drafts[idOf(serves)]!.servedBy.add(idOf(each));
    }
  }
  spreadPins(drafts);
  const symbols = symbolsOf(flows);
  const classes = drafts.map(
    (draft): AxisClass => ({
      ...draft,
      parameters: parametersOf(draft, symbols),
      crossing: draft.pins.length > 0 ? "none" : narrowest(draft.touches),
      serves: [...draft.serves],
      servedBy: [...draft.servedBy],
    }),
  );
  return { classes, classOf: (value, axis) => classes[idOf({ value, axis })]! };
}

/** Ops whose results are taken to have channels of their own along an axis, as if their operands had others. */
export type AxisCuts = ReadonlyMap<OpId, number>;

const cutFlow = ({ op, flow }: FoundFlow, cuts: AxisCuts): FoundFlow => {
  const cut = cuts.get(op);
  if (cut === undefined) return { op, flow };
  const same = (flow.same ?? []).filter((together) => together.every(({ axis }) => axis !== cut));
  return { op, flow: { ...flow, same } };
};

interface Pinned extends Pick<AxisClass, "madeOf" | "partOf"> {
  readonly pins: ClassPin[];
  readonly servedBy: ReadonlySet<number>;
}

/** A product of bases is the identity where all of its factors are, and only there. */
function spreadPins(classes: readonly Pinned[]): void {
  const held = classes.flatMap(({ pins }, id) => (pins.length > 0 ? [id] : []));
  const hold = (id: number, pin: ClassPin) => {
    if (classes[id]!.pins.length > 0) return;
    classes[id]!.pins.push({ ...pin, isInherited: true });
    held.push(id);
  };
  for (const id of held) {
    const { pins, madeOf, partOf, servedBy } = classes[id]!;
    for (const { parts } of madeOf) for (const part of parts) hold(part, pins[0]!);
    for (const each of servedBy) hold(each, pins[0]!);
    for (const { op, whole } of partOf) {
      const parts = classes[whole]!.madeOf.filter((made) => made.op === op).flatMap((made) => made.parts);
      if (parts.every((part) => classes[part]!.pins.length > 0)) hold(whole, pins[0]!);
    }
  }
}

const order: readonly Crossing[] = ["any", "orthogonal", "permutation", "pairs"];
const narrowest = (touches: readonly ClassTouch[]): Crossing =>
  order[Math.max(0, ...touches.map(({ role }) => order.indexOf(crossings[role])))]!;

/** The parameters each value is, by name, through whatever carries it. */
function symbolsOf(flows: readonly FoundFlow[]): ReadonlyMap<ValueId, ReadonlySet<string>> {
  const symbols = new Map<ValueId, Set<string>>();
  const heirs = new Map<ValueId, ValueId[]>();
  for (const { flow } of flows)
    for (const { from, to } of flow.carries ?? []) heirs.set(from, [...(heirs.get(from) ?? []), to]);
  const tell = (value: ValueId, symbol: string): void => {
    const known = symbols.get(value) ?? new Set<string>();
    if (known.has(symbol)) return;
    symbols.set(value, known.add(symbol));
    for (const heir of heirs.get(value) ?? []) tell(heir, symbol);
  };
  for (const { flow } of flows) for (const { value, symbol } of flow.reads ?? []) tell(value, symbol);
  return symbols;
}

/** The parameters with an axis in a class, in the order they are read; their uses in program order. */
function parametersOf(
  { places, touches }: Pick<AxisClass, "places" | "touches">,
  symbols: ReadonlyMap<ValueId, ReadonlySet<string>>,
): readonly ParameterAxis[] {
  const found = new Map<string, { symbol: string; axis: number; uses: { op: OpId; role: AxisRole }[] }>();
  for (const { value, axis } of places)
    for (const symbol of symbols.get(value) ?? [])
      if (!found.has(`${axis} ${symbol}`)) found.set(`${axis} ${symbol}`, { symbol, axis, uses: [] });
  for (const { value, axis, op, role } of touches)
    for (const symbol of symbols.get(value) ?? []) found.get(`${axis} ${symbol}`)?.uses.push({ op, role });
  return [...found.values()];
}
