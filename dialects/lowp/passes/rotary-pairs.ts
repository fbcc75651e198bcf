import type { OpOf } from "../../../compiler/define/op.ts";
import { type Module, type OpId, opAt } from "../../../compiler/ir/module.ts";
import type { Editor } from "../../../compiler/rewrite/editor.ts";
import type { AxisClass } from "../../nn/axis-flow.ts";
import { rope } from "../../nn/ops/attention.ts";
import { composePermutations, isIdentity, type Permutation } from "../permutation.ts";

type Rope = OpOf<typeof rope>;

/** The ops that turn the channels of a class in pairs, whose angles must move with the pairs. */
export interface RotaryTurns {
  readonly ropes: readonly Rope[];
  /** Whether the channels of a pair are neighbours; else they are half a head apart. */
  readonly interleaved: boolean;
}

/** What turns a class; undefined where nothing does, or the op at which pairs are not those of other ops. */
export function rotaryTurns(
  module: Module,
  { touches }: Pick<AxisClass, "touches">,
): RotaryTurns | { readonly odd: OpId } | undefined {
  const ids = [...new Set(touches.filter(({ role }) => role === "turned").map(({ op }) => op))];
  const [first, ...others] = ids.map((id) => opAt(module, id));
  if (!first) return undefined;
  if (!rope.is(first)) return { odd: first.id };
  const ropes: Rope[] = [first];
  const { interleaved } = first.attributes;
  for (const op of others) {
    if (!rope.is(op) || op.attributes.interleaved !== interleaved) return { odd: op.id };
    ropes.push(op);
  }
  return { ropes, interleaved };
}

/** The places of first and of second channels of all pairs, from those of whole heads. */
export const placesOfPairs = (heads: readonly Int32Array[], interleaved: boolean): readonly Int32Array[] =>
  heads.flatMap((places) =>
    interleaved
      ? [0, 1].map((member) => places.filter((_, at) => at % 2 === member))
      : [places.subarray(0, places.length / 2), places.subarray(places.length / 2)],
  );

/** Gives the pair at place i the angle of the pair that was at place perm[i]. */
export function turnPairs(editor: Editor, { ropes }: RotaryTurns, perm: Permutation): void {
  for (const op of ropes) {
    const { pairs } = op.attributes;
    const moved = pairs
      ? composePermutations({ shape: perm.shape, data: Int32Array.from(pairs) }, perm)
      : perm;
    const attributes = { ...op.attributes, pairs: isIdentity(moved) ? undefined : [...moved.data] };
    editor.update({ ...op, attributes });
  }
}
