import type { DialectType, TensorType } from "../../../../compiler/ir/types.ts";
import type { Extent } from "../../artifact/program.ts";
import { mostWaiting } from "../../kernels/cache-rule.ts";
import { appendEntries, keepEntries } from "../../kernels/cache-tail.ts";
import { ELEMENTS_PER_UNIT } from "../../kernels/elementwise.ts";
import { roundEntries } from "../../kernels/round-entries.ts";
import { add, known, scaled } from "../extents.ts";
import type { LoweringContext } from "../lowering.ts";
import { copyAxes } from "../lowerings/movement.ts";
import { bytesOf, type CodedValue, type DenseValue } from "../values.ts";
import { cacheParts } from "./cache-parts.ts";
import { type CacheType, cacheTypeOf } from "./cache-type.ts";

/** A cache with more entries at its end. */
export interface Grown {
  readonly cache: CodedValue;
  /** What waited before, and the entries that came, as they are held in the tail. */
  readonly history: DenseValue;
  readonly type: CacheType;
}

/** A cache of no entries. */
export function emptyCache(context: LoweringContext, type: TensorType): CodedValue {
  const shape = [known(0), ...type.shape.slice(1).map(known)];
  const parts = cacheParts(cacheTypeOf(type)).map(({ name, element, room }) => [
    name,
    context.allocate(element, [room(shape)]),
  ]);
  return { kind: "coded", type: type.element as DialectType, shape, parts: Object.fromEntries(parts) };
}

/** Ops that ask for the same growth of the same cache share it. */
const growths = new WeakMap<CodedValue, readonly { readonly entries: DenseValue; readonly grown: Grown }[]>();

/**
 * The cache with entries at its end, rounded as `kv.append` rounds them. What is rounded is put behind what a caller
 * keeps, as with `nn.concat`; the cache as it was may still be read.
 */
export function grow(
  context: LoweringContext,
  type: TensorType,
  past: CodedValue,
  entries: DenseValue,
): Grown {
  const earlier = growths.get(past) ?? [];
  const found = earlier.find((each) => each.entries === entries);
  if (found) return found.grown;
  const grown = append(context, type, past, entries);
  growths.set(past, [...earlier, { entries, grown }]);
  return grown;
}

function append(context: LoweringContext, tensor: TensorType, past: CodedValue, entries: DenseValue): Grown {
  const type = cacheTypeOf(tensor);
  const { rule, groups, width, codes } = type;
  const size = groups * width;
  for (const axis of [1, 2]) context.unify(past.shape[axis]!, entries.shape[axis]!);
  const [before, added] = [context.resolve(past.shape[0]!), context.resolve(entries.shape[0]!)];
  const after = add(before, added);
  const shape = past.shape.with(0, after);
  const isEmpty = context.is(before, 0);
  const waiting = known(mostWaiting(rule) * size);
  const history = extended(context, past.parts.recent!, add(waiting, scaled(added, size)), isEmpty);
  context.step(
    appendEntries({ rule, size }, type.tail),
    { ...scaled(added, size), per: ELEMENTS_PER_UNIT },
    { entries: entries.address, tail: history.address, before, added },
  );
  const parts: Record<string, DenseValue> = {};
  for (const { name, room } of cacheParts(type))
    if (name !== "recent") parts[name] = extended(context, past.parts[name]!, room(shape), isEmpty);
  context.step(roundEntries(type), groups, {
    ...{ tail: history.address, before, after },
    ...{ codes: parts.codes!.address, scales: parts.scale!.address },
    ...(codes.zero && { zeros: parts.zero!.address }),
    ...(codes.shift && { shifts: parts.shift!.address }),
  });
  parts.recent = context.allocate("f32", [waiting]);
  if (mostWaiting(rule) > 0)
    context.step(keepEntries({ rule, size }), 1, {
      ...{ history: history.address, tail: parts.recent.address, before, after },
    });
  return { cache: { ...past, shape, parts }, history, type };
}

/** A part with room for more: in its place where a caller keeps it, else a copy. */
function extended(context: LoweringContext, part: DenseValue, room: Extent, isEmpty: boolean): DenseValue {
  const { address, element } = part;
  if (address.in === "buffer" && context.takesMore(address.buffer)) {
    context.extend(address.buffer, scaled(room, bytesOf[element]));
    return { ...part, shape: [room] };
  }
  const output = context.allocate(element, [room]);
  const all = { extent: context.count(part.shape), source: known(1), target: known(1) };
  if (!isEmpty) copyAxes(context, part, output, [all]);
  return output;
}
