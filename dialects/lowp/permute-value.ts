import { type CompositeValue, isDense, type RuntimeValue } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import type { Type } from "../../compiler/ir/types.ts";
import type { Tensor } from "../../compiler/numeric/tensor.ts";
import { type BlockExtent, blocksAlong } from "./blocks.ts";
import { elementsPerCode, tableOf } from "./elements.ts";
import { composePermutations, inversePermutation, type Permutation, permuteAxis } from "./permutation.ts";
import type { QuantizedParameters } from "./quantized-laws.ts";
import { lowrank, minifloat, quantized, sparse, split, sum } from "./types.ts";
import { componentOf, integersOf } from "./values.ts";

/**
 * A value with index perm[i] of an axis at place i, code for code: nothing is rounded anew. Where a scale spans several
 * indices the permutation must keep them together, whole blocks moving as one.
 */
export function permuteValue(value: RuntimeValue, axis: number, perm: Permutation): RuntimeValue | Mismatch {
  if (isDense(value)) return permuteTensor(value, axis, perm);
  const { type } = value;
  if (quantized.is(type)) return permuteBlocks(value, type.parameters, axis, perm);
  if (minifloat.is(type)) return permuteAll(value, ["codes"], axis, perm);
  if (sum.is(type))
    return permuteAll(
      value,
      type.parameters.terms.map((_, index) => `${index}`),
      axis,
      perm,
    );
  if (lowrank.is(type)) return permuteAll(value, [axis === 0 ? "left" : "right"], axis, perm);
  if (split.is(type)) {
    const { axis: along, parts, permuted } = type.parameters;
    if (along !== axis)
      return permuteAll(
        value,
        parts.map((_, index) => `${index}`),
        axis,
        perm,
      );
    if (!permuted) return refused(value, axis, "its parts are cut along this axis");
    // Place i of the parts holds index old[i] of the axis, which from now on is index inverse[old[i]].
    const order = composePermutations(inversePermutation(perm), integersOf(value, "perm"));
    return { ...value, components: { ...value.components, perm: order } };
  }
  if (sparse.is(type) && type.parameters.kind.kind === "nm" && axis !== value.shape.length - 1)
    return permuteAll(value, ["indices", "values"], axis, perm);
  return refused(value, axis, "its numbers are not stored place by place");
}

function permuteTensor({ shape, data }: Tensor, axis: number, perm: Permutation): Tensor | Mismatch {
  if (data instanceof BigInt64Array)
    return mismatch("reorder-type", "64-bit integers cannot be reordered, expected narrower numbers");
  return permuteAxis({ shape, data }, axis, perm);
}

/** The value with some of its components permuted along one axis, which has the same indices in all. */
function permuteAll(
  value: CompositeValue,
  names: readonly string[],
  axis: number,
  perm: Permutation,
): CompositeValue | Mismatch {
  const components = { ...value.components };
  for (const name of names) {
    const moved = permuteValue(componentOf(value, name), axis, perm);
    if (isMismatch(moved)) return moved;
    components[name] = moved;
  }
  return { ...value, components };
}

function permuteBlocks(
  value: CompositeValue,
  { element, block }: QuantizedParameters,
  axis: number,
  perm: Permutation,
): CompositeValue | Mismatch {
  const extent = value.shape[axis]!;
  const codes = componentOf(value, "codes");
  if (codes.shape[axis] !== extent)
    return refused(
      value,
      axis,
      elementsPerCode(element) > 1 ? "a code stands for several numbers" : "its last block is filled up",
    );
  const own = tableOf(element)?.per === "row" && axis === 0 ? ["codes", "table"] : ["codes"];
  const moved = permuteAll(value, own, axis, perm);
  const span = block[axis]!;
  if (isMismatch(moved) || span === "*") return moved;
  const blocks = span === 1 ? perm : blockPermutation(perm, span);
  if (!blocks) return refused(value, axis, `${span} neighbours share a scale`);
  const scales = Object.keys(value.components).filter((name) => name !== "codes" && name !== "table");
  return permuteAll(moved, scales, axis, blocks);
}

/** How whole blocks move under a permutation; undefined where it takes one apart. */
export function blockPermutation(perm: Permutation, span: BlockExtent): Permutation | undefined {
  const blocks = new Int32Array(blocksAlong(perm.data.length, span));
  if (span === "*") return { shape: [1], data: blocks };
  for (const [place, index] of perm.data.entries()) {
    const [to, from] = [Math.floor(place / span), Math.floor(index / span)];
    // A shorter last block only moves onto itself, as it would not fill another.
    if (place % span === 0) blocks[to] = from;
    else if (blocks[to] !== from) return undefined;
  }
  return { shape: [blocks.length], data: blocks };
}

const refused = ({ type }: CompositeValue, axis: number, reason: string): Mismatch =>
  mismatch("reorder-type", `${typeName(type)} cannot be reordered along axis ${axis}: ${reason}`, {
    hint: "reorder before quantize-weights",
  });

const typeName = (type: Type): string => (type.kind === "dialect" ? `!${type.name}` : type.kind);
