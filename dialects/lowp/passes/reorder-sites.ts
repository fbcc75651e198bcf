import type { Registry } from "../../../compiler/define/dialect.ts";
import { type Module, type OpId, valueAt } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import { DYNAMIC, type TensorType, type Type } from "../../../compiler/ir/types.ts";
import { type AxisClass, axisFlows, type ParameterAxis } from "../../nn/axis-flow.ts";
import { param } from "../ops.ts";
import { isOrderFree } from "../order-free.ts";
import { headPlaces, headsApart } from "./head-places.ts";
import { placesOfPairs, type RotaryTurns, rotaryTurns } from "./rotary-pairs.ts";

/** An axis of a parameter that moves with the channels. */
export interface MovedAxis {
  readonly symbol: string;
  readonly axis: number;
  /** Where the channels are along the axis, once for each query head that shares them. */
  readonly places: readonly Int32Array[];
}

/** Channels that may be put into another order wherever they are, and all parameters that have them. */
export interface ReorderSite {
  readonly channels: number;
  /** Runs of equally many neighbours among the channels, such as heads; each is put in order by itself. */
  readonly scopes: number;
  /** The axes of matrices that are summed along the channels; where there is none, those that make them. */
  readonly met: readonly MovedAxis[];
  /** Those of them that an order is chosen for. */
  readonly counted: readonly MovedAxis[];
  readonly isSummed: boolean;
  readonly moved: readonly MovedAxis[];
  /** Given where the channels are rotary pairs, each of which moves as one. */
  readonly turns?: RotaryTurns;
}

/** Channels that matrices meet and that must keep their order. */
export interface KeptSite extends Pick<ReorderSite, "met" | "isSummed"> {
  readonly op: OpId;
  /** Completes "…, as". */
  readonly reason: string;
}

/**
 * The channels between the matrices of a verified module that a permutation may cross, in program order, and those
 * it may not. An axis taken apart into heads moves inside each head; the heads stay in order, and query heads that
 * share keys or values move alike.
 */
export function reorderSites(
  module: Module,
  registry: Pick<Registry, "op">,
): { readonly sites: readonly ReorderSite[]; readonly kept: readonly KeptSite[] } {
  const flows = axisFlows(module, registry);
  const { classes } = flows;
  const sites: ReorderSite[] = [];
  const kept: KeptSite[] = [];
  for (const own of classes) {
    if (own.madeOf.length > 0 || own.partOf.some(({ whole, part }) => part < lastPart(classes[whole]!)))
      continue;
    const turns = rotaryTurns(module, own);
    // An op that turns pairs does so in all heads alike.
    const scopes = turns ? 1 : headsApart(module, own, flows);
    const heads = movedAxes(module, own, classes, scopes);
    const moved = turns && "ropes" in turns ? heads.map((each) => inPairs(each, turns)) : heads;
    const summed = moved.filter((each) => isMatrix(module, each) && each.roles.includes("contracted"));
    const met = summed.length > 0 ? summed : scoredMatrices(module, own, moved);
    if (met.length === 0 || own.extent === 1) continue;
    const obstacle = obstacleOf(module, own, classes) ?? oddTurn(turns);
    const isSummed = summed.length > 0;
    if (obstacle) kept.push({ met, isSummed, ...obstacle });
    else {
      const channels = moved[0]!.places[0]!.length;
      const rotary = turns && "ropes" in turns ? { turns } : {};
      sites.push({ channels, scopes, met, counted: met, isSummed, moved, ...rotary });
    }
  }
  return { sites, kept };
}

const lastPart = ({ madeOf }: AxisClass): number => (madeOf[0]?.parts.length ?? 1) - 1;

interface MovedRole extends MovedAxis {
  readonly roles: readonly string[];
}

/**
 * The parameters of a class, and those of the flat axes that it is the last part of. Of `scopes` heads, those of a
 * longer axis are shared out in runs of neighbours.
 */
function movedAxes(
  module: Module,
  { extent, parameters, partOf }: AxisClass,
  classes: readonly AxisClass[],
  scopes: number,
): readonly MovedRole[] {
  const width = Math.max(extent, 0);
  const direct = parameters.map((each) => moved(each, [headPlaces(width, 1, 0, 1)]));
  const wholes = [...new Set(partOf.map(({ whole }) => whole))].map((id) => classes[id]!);
  const byHeads = wholes.flatMap((whole) => {
    const heads = Math.max(whole.extent, 0) / width;
    const shares = heads / scopes;
    const places = Array.from({ length: shares }, (_, share) => headPlaces(width, scopes, share, shares));
    return whole.parameters.map((each) => moved(each, places));
  });
  return [...direct, ...byHeads].filter(({ symbol }) => isParam(module, symbol));
}

const moved = ({ symbol, axis, uses }: ParameterAxis, places: readonly Int32Array[]): MovedRole => ({
  symbol,
  axis,
  places,
  roles: uses.map(({ role }) => role),
});

function isParam(module: Module, symbol: string): boolean {
  const definition = topLevelSymbol(module, symbol);
  return definition !== undefined && param.is(definition);
}

function isMatrix(module: Module, { symbol }: MovedAxis): boolean {
  const definition = topLevelSymbol(module, symbol);
  return definition !== undefined && param.is(definition) && rankOf(definition.attributes.type) === 2;
}
const rankOf = (type: Type): number => (type.kind === "tensor" ? type.shape.length : 0);

/** What makes queries and keys, whose products no matrix sees. */
const scoredMatrices = (module: Module, own: AxisClass, axes: readonly MovedRole[]): readonly MovedRole[] =>
  own.touches.some(({ role }) => role === "scored")
    ? axes.filter((each) => isMatrix(module, each) && each.roles.includes("produced"))
    : [];

const inPairs = (each: MovedRole, { interleaved }: RotaryTurns): MovedRole => ({
  ...each,
  places: placesOfPairs(each.places, interleaved),
});

type Obstacle = Pick<KeptSite, "op" | "reason">;

const oddTurn = (turns: ReturnType<typeof rotaryTurns>): Obstacle | undefined =>
  turns && "odd" in turns ? { op: turns.odd, reason: "it turns other pairs than ops before it" } : undefined;

function obstacleOf(module: Module, own: AxisClass, classes: readonly AxisClass[]): Obstacle | undefined {
  const wholes = [...new Set(own.partOf.map(({ whole }) => whole))].map((id) => classes[id]!);
  for (const each of [own, ...wholes]) {
    const [pin] = each.pins;
    if (pin) return { op: pin.op, reason: pin.reason };
    const turned = each !== own && each.touches.find(({ role }) => role === "turned");
    if (turned) return { op: turned.op, reason: "it turns pairs of a flat axis" };
    const rounded = roundedTogether(module, each);
    if (rounded) return rounded;
  }
  const [op] = own.partOf.map((part) => part.op);
  const splits = wholes.map(({ madeOf }) => new Set(madeOf.map(({ parts }) => parts.join())).size);
  if (op !== undefined && splits.some((count) => count > 1))
    return { op, reason: "it is taken apart in more than one way" };
  if (
    op !== undefined &&
    (own.extent === DYNAMIC || wholes.some(({ extent, partOf }) => extent === DYNAMIC || partOf.length > 0))
  )
    return { op, reason: "it is taken apart more than once, or into unknown extents" };
  return undefined;
}

/** A value whose type rounds several neighbours of the axis together, so that another order gives other numbers. */
function roundedTogether(module: Module, { places }: AxisClass): Obstacle | undefined {
  for (const { value, axis } of places) {
    const { type, definedBy } = valueAt(module, value);
    if (definedBy === undefined || type.kind !== "tensor" || isOrderFree(type.element, axis)) continue;
    const op = module.ops[definedBy]!;
    if (Object.keys(op.operands).length > 0)
      return { op: op.id, reason: `${op.name} rounds neighbours together` };
  }
  return undefined;
}

/** A permutation of the channels as one of the whole axis. */
export function axisPermutation(
  { shape }: TensorType,
  { axis, places }: MovedAxis,
  { data }: { readonly data: Int32Array },
): { readonly shape: readonly number[]; readonly data: Int32Array } {
  const whole = Int32Array.from({ length: shape[axis]! }, (_, index) => index);
  for (const each of places) for (const [place, at] of each.entries()) whole[at] = each[data[place]!]!;
  return { shape: [whole.length], data: whole };
}
