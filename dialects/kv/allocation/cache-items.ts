import { type Module, walk } from "../../../compiler/ir/module.ts";
import { DYNAMIC, f32, type TensorType } from "../../../compiler/ir/types.ts";
import { joinGroups } from "../../lowp/join-groups.ts";
import { ring } from "../../lowp/types.ts";
import type { CachedAttention } from "../passes/find-caches.ts";
import { type Func, Functions, followRings } from "../passes/ring-values.ts";
import { type Side, sides } from "../sides.ts";

/** One side of an attention. */
export interface CacheUse {
  readonly attention: CachedAttention;
  readonly side: Side;
}

/** What gets one type: a cache, or several that hand their entries to each other. */
export interface CacheItem {
  /** Function and side of the first attention that reads it, such as `layer0.keys`; unique. */
  readonly id: string;
  readonly uses: readonly CacheUse[];
  /** [tokens, heads, width] of floats; its tokens are as the program says them. */
  readonly type: TensorType;
  /** Caches of that type that one run of a public function fills. */
  readonly count: number;
}

/** The items of these sides, in the order of the file. */
export function cacheItems(
  module: Module,
  caches: readonly CachedAttention[],
  chosen: readonly Side[],
): readonly CacheItem[] {
  const functions = new Functions(module);
  const owners = functions
    .all()
    .map((owner) => ({ owner, ops: new Set(walk(module, owner.id).map(({ id }) => id)) }));
  const named = new Map<string, CacheUse & { readonly owner: Func | undefined }>();
  for (const attention of caches)
    for (const side of sides.filter((each) => chosen.includes(each))) {
      const owner = owners.find(({ ops }) => ops.has(attention.op.id))?.owner;
      const name = `${owner?.attributes.sym_name ?? "module"}.${side}`;
      named.set(freshName(name, named), { attention, side, owner });
    }
  const names = [...named.keys()];
  const byValue = new Map<number, string[]>();
  for (const [name, use] of named)
    for (const value of valuesOf(module, functions, use))
      byValue.set(value, [...(byValue.get(value) ?? []), name]);
  return joinGroups([...names.map((name) => [name]), ...byValue.values()]).map((group) => {
    // In the order of the file, whatever joined them.
    const members = names.filter((name) => group.includes(name)).map((name) => named.get(name)!);
    const [first] = members;
    const { attention, side, owner } = first!;
    const id = names.find((name) => group.includes(name))!;
    return {
      id,
      uses: members,
      type: attention[side].type,
      count: owner ? copiesOf(module, functions, owner) : 1,
    };
  });
}

/** `layer0.keys`, and where that is taken `layer0.keys-2`, and so on. */
function freshName(name: string, taken: { has(name: string): boolean }): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** Any ring: only where it goes is asked. */
const PROBE = ring.of({ old: f32, recent: f32, window: 0, axis: 0 });

/** The values that would be rings if this side alone were one. */
function valuesOf(module: Module, functions: Functions, { attention, side }: CacheUse): Iterable<number> {
  const { past, joined } = attention[side];
  return followRings(module, functions, [
    [past, PROBE],
    [joined, PROBE],
  ]).types.keys();
}

/** How often a run of some public function comes to another at most; once where none does. */
function copiesOf(module: Module, functions: Functions, owner: Func): number {
  const callers = functions.all().map((caller) => ({
    caller,
    ops: new Set(walk(module, caller.id).map(({ id }) => id)),
  }));
  // A function that calls itself runs as often as the data say; it counts once.
  const from = (start: Func, target: Func, above: readonly Func[]): number =>
    start === target
      ? 1
      : functions.callsOf(target).reduce((sum, site) => {
          const caller = callers.find(({ ops }) => ops.has(site.id))?.caller;
          return caller && !above.includes(caller) ? sum + from(start, caller, [...above, caller]) : sum;
        }, 0);
  const entries = functions.all().filter(({ attributes }) => attributes.sym_visibility !== "private");
  return Math.max(1, ...entries.map((entry) => from(entry, owner, [owner])));
}

/** Numbers that an item holds with so many tokens, all its caches together; undefined where heads or width are unknown. */
export function numbersIn({ type, count }: CacheItem, tokens: number): number | undefined {
  const [, heads, width] = type.shape as [number, number, number];
  return heads === DYNAMIC || width === DYNAMIC ? undefined : tokens * heads * width * count;
}
