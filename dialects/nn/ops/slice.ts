import { isMismatch, type Mismatch, mismatch, one } from "../../../compiler/define/op.ts";
import { DYNAMIC } from "../../../compiler/ir/types.ts";
import { int, listOf, optional, real, withDefault } from "../../../compiler/schema/schema.ts";
import { counts, openExtents } from "../attributes.ts";
import { ordered, sameAxes, touch } from "../axis-rules.ts";
import { anyTensor } from "../constraints.ts";
import { defineTensorOp } from "../define-tensor-op.ts";
import { describeExtent } from "../describe.ts";
import { sliceAlong } from "../slices.ts";

/** Part of a tensor; strides may be negative. */
export const slice = defineTensorOp("nn.slice", {
  summary: "result[i, …] = input[starts[0] + i · strides[0], …]; a size of -1 takes what is left.",
  operands: { input: one(anyTensor) },
  attributes: {
    /** Negative starts count from the end. */
    starts: listOf(int()),
    sizes: openExtents,
    /** 1 along every axis where left out. */
    strides: optional(listOf(int())),
  },
  infer({ input }, { starts, sizes, strides = sizes.map(() => 1) }, name) {
    const problem = requireLengths(name, input.shape.length, { starts, sizes, strides });
    if (problem) return problem;
    const shape: number[] = [];
    for (const [axis, extent] of input.shape.entries()) {
      const asked = { start: starts[axis]!, size: sizes[axis]!, stride: strides[axis]! };
      const found = sliceAlong(name, axis, extent, asked);
      if (isMismatch(found)) return found;
      shape.push(found.size);
    }
    return { ...input, shape };
  },
  axes({ operands: { input }, output }, { starts, sizes, strides }) {
    const cut = [...input.shape.keys()].filter((axis) => {
      const takesAll = sizes[axis] === -1 || sizes[axis] === input.shape[axis];
      return starts[axis] !== 0 || !takesAll || (strides?.[axis] ?? 1) !== 1;
    });
    return {
      same: sameAxes(input, output, cut),
      pins: cut.flatMap((axis) => [input, output].map((tensor) => ordered(tensor, axis, "a slice cuts it"))),
    };
  },
});

/** Surrounds a tensor. */
export const pad = defineTensorOp("nn.pad", {
  summary: "Input with `value` before and after it, low[axis] and high[axis] times.",
  operands: { input: one(anyTensor) },
  attributes: { low: counts, high: counts, value: withDefault(real(), 0) },
  infer({ input }, { low, high, value }, name) {
    const { shape, element } = input;
    const problem = requireLengths(name, shape.length, { low, high });
    if (problem) return problem;
    if (element.kind === "integer" && !Number.isInteger(value))
      return mismatch("pad-value", `${name} of integers needs a whole value, not ${value}`);
    const padded = shape.map((size, axis) => (size === DYNAMIC ? DYNAMIC : low[axis]! + size + high[axis]!));
    return { ...input, shape: padded };
  },
  axes({ operands: { input }, output }, { low, high, value }) {
    const axes = [...input.shape.keys()];
    const grown = axes.filter((axis) => low[axis] !== 0 || high[axis] !== 0);
    const others = axes.filter((axis) => !grown.includes(axis));
    return {
      same: sameAxes(input, output, grown),
      touches: value === 0 ? [] : others.map((axis) => touch(output, axis, "spread")),
      pins: grown.flatMap((axis) => [input, output].map((tensor) => ordered(tensor, axis, "it is padded"))),
    };
  },
});

function requireLengths(
  name: string,
  rank: number,
  lists: Readonly<Record<string, readonly number[]>>,
): Mismatch | undefined {
  const wrong = Object.entries(lists).find(([, { length }]) => length !== rank);
  if (wrong === undefined) return undefined;
  const [key, { length }] = wrong;
  return mismatch("axis-count", `${key} of ${name} has ${length} entries for ${describeExtent(rank)} axes`, {
    hint: "give one entry per axis",
  });
}
