import type { AxisRole } from "../../../compiler/define/axis-flow.ts";
import type { OpOf } from "../../../compiler/define/op.ts";
import { uses } from "../../../compiler/ir/analysis.ts";
import {
  type Module,
  type Op,
  type OpId,
  opAt,
  operandsOf,
  resultsOf,
  type ValueId,
  valueAt,
} from "../../../compiler/ir/module.ts";
import { DYNAMIC } from "../../../compiler/ir/types.ts";
import { call } from "../../func/ops.ts";
import { get } from "../../lowp/ops.ts";
import type { AxisClass } from "../../nn/axis-flow.ts";
import { linear } from "../../nn/ops/linear.ts";
import { rmsNorm } from "../../nn/ops/norm.ts";
import { frameAt } from "../frames.ts";
import { type Obstacle, obstacleOf } from "./rotation-sites.ts";
import { denseParam } from "./untie.ts";

/** A part of a residual stream with a basis of its own, and what its channels meet. */
export interface SliceSite {
  readonly channels: AxisClass;
  readonly norms: readonly OpOf<typeof rmsNorm>[];
  /** Weights that only linear ops right behind these norms sum with. */
  readonly normed: readonly string[];
  /** Other weights that linear ops sum with. */
  readonly direct: readonly string[];
}

/** What does not depend on how many channels there are. */
const sliceable: readonly AxisRole[] = [
  "contracted",
  "produced",
  "bias",
  "added",
  "embedded",
  "root-mean-square",
];

/** The site of a class, or what is in the way of channels of other number and basis. */
export function sliceSite(module: Module, channels: AxisClass): SliceSite | { readonly obstacle: Obstacle } {
  const obstacle = classObstacle(module, channels);
  if (obstacle) return { obstacle };
  const norms = channels.touches.flatMap(({ op, role }) => {
    const norm = opAt(module, op);
    return role === "root-mean-square" && rmsNorm.is(norm) ? [norm] : [];
  });
  const behind = linearsBehind(module, norms);
  if ("obstacle" in behind) return behind;
  const contracted = channels.parameters.filter(({ uses: own }) =>
    own.some(({ role }) => role === "contracted"),
  );
  const [normed, direct]: [string[], string[]] = [[], []];
  for (const { symbol, uses: own } of contracted) {
    const isBehind = own.map(({ op, role }) => role === "contracted" && behind.has(op));
    if (isBehind.some((each) => each !== isBehind[0])) return { obstacle: sharedWeight(own[0]!.op, symbol) };
    (isBehind[0] ? normed : direct).push(symbol);
  }
  if (normed.length + direct.length > 0) return { channels, norms, normed, direct };
  const reason = "no linear op reads it, so nothing tells which of its channels matter";
  return { obstacle: { op: channels.touches[0]?.op ?? module.root, reason } };
}

function classObstacle(module: Module, channels: AxisClass): Obstacle | undefined {
  const found = obstacleOf(module, channels, () => false);
  if (found) return found;
  const framed = channels.places.flatMap(({ value, axis }) => {
    const { type, definedBy } = valueAt(module, value);
    const frame = type.kind === "tensor" ? frameAt(type, axis) : undefined;
    return frame === undefined ? [] : [{ op: definedBy ?? module.root, frame }];
  })[0];
  if (framed)
    return { op: framed.op, reason: `it is in frame @${framed.frame}`, hint: "slice before rotating" };
  const touch = channels.touches.find(({ role }) => !sliceable.includes(role));
  if (touch)
    return {
      op: touch.op,
      reason: `what ${opAt(module, touch.op).name} makes of it depends on how many channels there are`,
    };
  const [reshaped] = [...channels.madeOf, ...channels.partOf];
  if (reshaped) return { op: reshaped.op, reason: "a reshape takes its channels apart" };
  if (channels.extent === DYNAMIC)
    return { op: channels.touches[0]!.op, reason: "no type says how many channels there are" };
  const other = channels.parameters.find(({ symbol }) => !denseParam(module, symbol));
  return (
    other && {
      op: other.uses[0]?.op ?? module.root,
      reason: `@${other.symbol} is no dense parameter`,
      hint: "slice before quantizing",
    }
  );
}

const sharedWeight = (op: OpId, symbol: string): Obstacle => ({
  op,
  reason: `@${symbol} meets it behind a norm and elsewhere`,
  hint: "give one of its users a copy; fold-norms unties embeddings",
});

/** Linear ops on what norms give, perhaps moved on the way; an obstacle where anything else takes it. */
function linearsBehind(
  module: Module,
  norms: readonly Op[],
): ReadonlySet<OpId> | { readonly obstacle: Obstacle } {
  const found = new Set<OpId>();
  const values = norms.flatMap((norm) => resultsOf(norm));
  for (const value of values)
    for (const id of uses(module).get(value) ?? []) {
      const user = opAt(module, id);
      if (linear.is(user) && isParameter(module, user.operands.weight)) found.add(id);
      // What computes has a role that is an obstacle, so what is left moves them, unless a function takes them.
      else if (operandsOf(user).length === 1 && resultsOf(user).length === 1 && !call.is(user))
        values.push(resultsOf(user)[0]!);
      else
        return {
          obstacle: { op: id, reason: `${user.name} takes what a norm gives, which only linear ops may` },
        };
    }
  return found;
}

function isParameter(module: Module, value: ValueId): boolean {
  const { definedBy } = valueAt(module, value);
  return definedBy !== undefined && get.is(opAt(module, definedBy));
}
