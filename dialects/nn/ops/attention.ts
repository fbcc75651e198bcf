import type { AxisFlow } from "../../../compiler/define/axis-flow.ts";
import { type Mismatch, mismatch, one } from "../../../compiler/define/op.ts";
import { DYNAMIC, sizesAgree, tensorType } from "../../../compiler/ir/types.ts";
import { bool, int, listOf, optional, real, withDefault } from "../../../compiler/schema/schema.ts";
import { axisOf, ordered, type Shaped, sameAxes, touch } from "../axis-rules.ts";
import { activationTensor, floatTensor, positionTensor } from "../constraints.ts";
import { defineTensorOp } from "../define-tensor-op.ts";
import { describeExtent } from "../describe.ts";
import { requireRank, requireShape } from "../shapes.ts";

/** Grouped-query attention of one sequence; each key-value head serves H / G neighbouring query heads. */
export const attention = defineTensorOp("nn.attention", {
  summary: "softmax(query [T, H, D] · keysᵀ [S, G, D] · scale) · values [S, G, E] → [T, H, E], per head.",
  operands: {
    query: one(activationTensor),
    keys: one(floatTensor),
    values: one(floatTensor),
  },
  attributes: {
    /** 1 / sqrt(D) where left out. */
    scale: optional(real()),
    /** Query i of T sees keys 0 … S - T + i of S. */
    causal: withDefault(bool, false),
  },
  infer({ query, keys, values }, _, name) {
    const problem =
      requireRank(name, "query", query, 3) ??
      requireRank(name, "keys", keys, 3) ??
      requireRank(name, "values", values, 3);
    if (problem) return problem;
    const [positions, heads, width] = [query.shape[0]!, query.shape[1]!, query.shape[2]!];
    const [keyCount, groups, keyWidth] = [keys.shape[0]!, keys.shape[1]!, keys.shape[2]!];
    if (!sizesAgree(width, keyWidth))
      return mismatch("head-width", `heads of ${name} are ${width} wide in query but ${keyWidth} in keys`, {
        blames: "keys",
      });
    const valueWidth = values.shape[2]!;
    const wrongValues = requireShape(name, "values", values, [keyCount, groups, valueWidth]);
    if (wrongValues) return wrongValues;
    if (groups === 0 || (heads !== DYNAMIC && groups !== DYNAMIC && heads % groups !== 0))
      return mismatch(
        "head-count",
        `${name} cannot share ${groups} key-value heads among ${describeExtent(heads)} query heads`,
        {
          hint: "the query heads must be a multiple of the key-value heads",
          blames: "keys",
        },
      );
    return tensorType([positions, heads, valueWidth], query.element);
  },
  axes: ({ operands, output }, { causal }) => attentionFlow({ ...operands, output }, causal),
});

export interface ShapedAttention {
  readonly query: Shaped;
  readonly keys: Shaped;
  readonly values: Shaped;
  readonly output: Shaped;
}

/** How axes flow through attention: widths of queries meet those of keys, outputs have those of values. */
export function attentionFlow({ query, keys, values, output }: ShapedAttention, causal: boolean): AxisFlow {
  const isShared = query.shape[1] !== keys.shape[1];
  const groups = [axisOf(keys, 1), axisOf(values, 1)];
  const heads = [axisOf(query, 1), axisOf(output, 1)];
  const times = [query, output, keys, values];
  const seen = "queries see the positions before them";
  return {
    same: [
      [axisOf(query, 2), axisOf(keys, 2)],
      [axisOf(values, 2), axisOf(output, 2)],
      [axisOf(query, 0), axisOf(output, 0)],
      [axisOf(keys, 0), axisOf(values, 0)],
      ...(isShared ? [groups, heads] : [[...groups, ...heads]]),
    ],
    repeats: isShared ? [{ each: axisOf(keys, 1), serves: axisOf(query, 1) }] : [],
    touches: [
      touch(query, 2, "scored"),
      touch(keys, 2, "scored"),
      touch(values, 2, "mixed"),
      ...[query, keys, values].map((tensor) => touch(tensor, 1, "mapped")),
      ...(causal ? [] : [touch(keys, 0, "reduced"), touch(values, 0, "reduced"), touch(query, 0, "mapped")]),
    ],
    pins: causal ? times.map((tensor) => ordered(tensor, 0, seen)) : [],
  };
}

/** Rotary position embedding, a turn in each of D / 2 planes. */
export const rope = defineTensorOp("nn.rope", {
  summary:
    "Turns pair j of input [T, H, D] by positions [T] · theta^(-2j/D), or by pairs[j] for j; same shape.",
  operands: { input: one(activationTensor), positions: one(positionTensor) },
  attributes: {
    theta: withDefault(real({ above: 0 }), 10000),
    /** Pairs are (2j, 2j + 1), else (j, j + D/2). */
    interleaved: withDefault(bool, false),
    /** The j in the angle of the pair at each place; 0, 1, … where left out. */
    pairs: optional(listOf(int({ min: 0 }))),
  },
  infer({ input, positions }, { pairs }, name) {
    const problem = requireRank(name, "input", input, 3) ?? requireRank(name, "positions", positions, 1);
    if (problem) return problem;
    const width = input.shape[2]!;
    if (width !== DYNAMIC && width % 2 !== 0)
      return mismatch("head-width", `${name} turns pairs, but heads are ${width} wide`, { blames: "input" });
    return (
      requirePairs(name, pairs, width) ??
      requireShape(name, "positions", positions, [input.shape[0]!]) ??
      input
    );
  },
  axes: ({ operands: { input, positions }, output }) => ({
    same: [...sameAxes(input, output), [axisOf(input, 0), axisOf(positions, 0)]],
    touches: [touch(input, 0, "mapped"), touch(input, 1, "mapped"), touch(input, 2, "turned")],
  }),
});

function requirePairs(
  name: string,
  pairs: readonly number[] | undefined,
  width: number,
): Mismatch | undefined {
  if (!pairs || width === DYNAMIC) return undefined;
  const count = width / 2;
  if (pairs.length !== count)
    return mismatch("rope-pairs", `pairs of ${name} has ${pairs.length} entries, expected ${count}`, {
      hint: `heads of width ${width} have ${count} pairs`,
    });
  const stray = pairs.find((pair) => pair >= count);
  return stray === undefined
    ? undefined
    : mismatch("rope-pairs", `pairs of ${name} names pair ${stray}, expected one below ${count}`);
}
