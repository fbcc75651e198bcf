import { uses } from "../../../compiler/ir/analysis.ts";
import {
  type Module,
  type Op,
  type OpId,
  opAt,
  type ValueId,
  valueAt,
  walk,
} from "../../../compiler/ir/module.ts";
import { DYNAMIC, same, type TensorType } from "../../../compiler/ir/types.ts";
import { attention } from "../../nn/ops/attention.ts";
import { mul } from "../../nn/ops/binary.ts";
import { linear } from "../../nn/ops/linear.ts";
import { reshape } from "../../nn/ops/shape.ts";
import { observe } from "../ops.ts";
import type { ParamOp } from "../params.ts";
import { type GroupLinear, type GroupRefusal, groupLinear, usersOf } from "./norm-groups.ts";

/**
 * A linear op whose output goes, channel by channel and linearly, into the inputs of other linear ops and nowhere
 * else: row j of the one may be divided by what column j of the others is multiplied by.
 */
export interface RowGroup {
  readonly producer: GroupLinear;
  readonly linears: readonly GroupLinear[];
  /** The weights of the linears that see the channels, each once, in program order. */
  readonly weights: readonly ParamOp[];
  readonly channels: number;
}

/**
 * The groups of a module, in program order: down_proj behind up_proj in a gated network, o_proj behind v_proj where
 * each head of queries has values of its own. Names play no part.
 */
export function rowGroups(module: Module): {
  readonly groups: readonly RowGroup[];
  readonly refusals: readonly GroupRefusal[];
} {
  const groups: RowGroup[] = [];
  const refusals: GroupRefusal[] = [];
  const seen = new Set<ValueId>();
  for (const op of walk(module)) {
    if (!linear.is(op) || !groupLinear(module, op) || seen.has(op.operands.input)) continue;
    const { input } = op.operands;
    seen.add(input);
    const way = wayInto(module, input);
    if (!way) continue;
    const group = groupOf(module, input, way.value);
    if (typeof group === "string") refusals.push({ op: way.op, reason: group });
    else groups.push(group);
  }
  return { groups, refusals };
}

/** The product or attention that makes a value, and the operand its channels come from, or why they cannot. */
function wayInto(
  module: Module,
  value: ValueId,
): { readonly op: Op; readonly value: ValueId | string } | undefined {
  const op = producerOf(module, value);
  if (op && mul.is(op)) return { op, value: factorOf(module, op.operands, value) };
  if (!op || !reshape.is(op)) return undefined;
  const mixed = producerOf(module, op.operands.input);
  if (!mixed || !attention.is(mixed)) return undefined;
  return { op: mixed, value: valuesOf(module, mixed.operands.values, op.operands.input, value) };
}

/** The factor that a linear op makes, the left one of two; both factors have the shape of the product. */
function factorOf(
  module: Module,
  { left, right }: { readonly left: ValueId; readonly right: ValueId },
  product: ValueId,
): ValueId | string {
  const shape = shapeOf(module, product);
  if ([left, right].some((factor) => !same(shapeOf(module, factor), shape))) return "it broadcasts a factor";
  const factor = [left, right].find((each) => {
    const op = producerOf(module, each);
    return op !== undefined && linear.is(op);
  });
  return factor ?? "neither factor comes from a linear op";
}

/** The value [S, H · E] that attention takes apart into heads, and whose output its reshape puts together again. */
function valuesOf(module: Module, values: ValueId, mixed: ValueId, flat: ValueId): ValueId | string {
  const split = producerOf(module, values);
  if (!split || !reshape.is(split))
    return `its values come from ${split?.name ?? "an argument"}, not from a linear op alone`;
  const [, groups, width] = shapeOf(module, values);
  const [, heads] = shapeOf(module, mixed);
  if (groups !== heads) return `its ${heads} heads share the values of ${groups}`;
  const whole = [flat, split.operands.input].map((each) => shapeOf(module, each));
  const isWhole = whole.every((shape) => shape.length === 2 && shape[1] === heads! * width!);
  return isWhole && heads !== DYNAMIC && width !== DYNAMIC
    ? split.operands.input
    : "its heads are not put side by side as they came";
}

function groupOf(module: Module, input: ValueId, from: ValueId | string): RowGroup | string {
  if (typeof from === "string") return from;
  const made = producerOf(module, from);
  const producer = made && linear.is(made) ? groupLinear(module, made) : undefined;
  if (!producer) return "its channels come from no linear op on a dense parameter";
  const shared = valuesBetween(module, from, input).find((value) => usersIn(module, value).length > 1);
  if (shared !== undefined) return "what it is made of is used elsewhere too";
  const linears: GroupLinear[] = [];
  for (const id of usersIn(module, input)) {
    const op = opAt(module, id);
    const found = linear.is(op) && op.operands.input === input && groupLinear(module, op);
    if (!found) return `${op.name} sees its output too, which is no linear op on a dense parameter`;
    linears.push(found);
  }
  const weights = [...new Set(linears.map(({ weight }) => weight))];
  if (weights.includes(producer.weight)) return "one weight stands before it and behind it";
  const behind = new Set<Op>(linears.map(({ op }) => op));
  const own = [producer.weight, ...(producer.bias ? [producer.bias] : [])];
  const other =
    weights.find((weight) => usersOf(module, weight).some((user) => !behind.has(user))) ??
    own.find((each) => usersOf(module, each).some((user) => user !== producer.op));
  if (other) return `@${other.attributes.sym_name} is used elsewhere too`;
  return { producer, linears, weights, channels: shapeOf(module, input).at(-1)! };
}

/** The values from one to another, both ends, without the last: each is made of the one before alone of its channels. */
function valuesBetween(module: Module, from: ValueId, to: ValueId): readonly ValueId[] {
  const found: ValueId[] = [];
  for (let value = from; value !== to; ) {
    found.push(value);
    const [next] = usersIn(module, value);
    const op = next === undefined ? undefined : opAt(module, next);
    if (op && (mul.is(op) || reshape.is(op) || attention.is(op))) value = op.results.output;
    else return found;
  }
  return found;
}

/** The ops that use a value, as often as they do, but for those that only watch it. */
const usersIn = (module: Module, value: ValueId): readonly OpId[] =>
  (uses(module).get(value) ?? []).filter((id) => !observe.is(opAt(module, id)));

function producerOf(module: Module, value: ValueId): Op | undefined {
  const { definedBy } = valueAt(module, value);
  return definedBy === undefined ? undefined : opAt(module, definedBy);
}

const shapeOf = (module: Module, value: ValueId): readonly number[] =>
  (valueAt(module, value).type as TensorType).shape;
