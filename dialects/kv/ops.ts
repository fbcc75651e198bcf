import { joinFlows } from "../../compiler/define/axis-flow.ts";
import {
  defineOp,
  isMismatch,
  type Mismatch,
  mismatch,
  one,
  type TypeConstraint,
} from "../../compiler/define/op.ts";
import { describeType } from "../../compiler/ir/describe.ts";
import type { ValueId } from "../../compiler/ir/module.ts";
import {
  DYNAMIC,
  f32,
  knownSize,
  sizesAgree,
  type TensorType,
  type Type,
  tensorType,
} from "../../compiler/ir/types.ts";
import { oneOf, optional, real, withDefault } from "../../compiler/schema/schema.ts";
import { ring } from "../lowp/types.ts";
import { ordered, sameAxes, shaped } from "../nn/axis-rules.ts";
import { attentionFlow, attention as denseAttention } from "../nn/ops/attention.ts";
import { codedParameters } from "./coded-entries.ts";

const isTensor = (type: Type): type is TensorType => type.kind === "tensor";
const isFloats = (type: Type): boolean => isTensor(type) && type.element.kind === "float";
const isRing = (type: Type): boolean => isTensor(type) && ring.is(type.element);

const ringTensor: TypeConstraint = { describe: "tensor of a lowp.ring", accepts: isRing };
const entriesTensor: TypeConstraint = { describe: "tensor of floats", accepts: isFloats };
const cacheTensor: TypeConstraint = {
  describe: "tensor of floats or of a lowp.ring",
  accepts: (type) => isFloats(type) || isRing(type),
};

/** Adds entries at the end of a cache. Those that leave its tail are rounded now, and never again. */
export const append = defineOp("kv.append", {
  summary: "The cache with more entries at the end of its growing axis.",
  operands: { cache: one(ringTensor), entries: one(entriesTensor) },
  attributes: {},
  results: { output: one(ringTensor) },
  traits: ["pure", "not-foldable"],
  infer({ cache, entries }) {
    const grown = join(cache, entries, growingAxis(cache));
    return isMismatch(grown) ? grown : { output: grown };
  },
  axes({ operands, results }, { typeOf }) {
    const axis = growingAxis(typeOf(operands.cache));
    const [cache, entries] = [shaped(operands.cache, typeOf), shaped(operands.entries, typeOf)];
    const output = shaped(results.output, typeOf);
    return {
      same: [...sameAxes(cache, output, [axis]), ...sameAxes(entries, output, [axis])],
      pins: [cache, entries, output].map((tensor) => ordered(tensor, axis, "it grows")),
    };
  },
});

/**
 * Causal attention of one sequence over caches and what follows them. The query of position t sees the caches as
 * they were when t was the last position: what was rounded by then rounded, the rest as it came. Feeding a sequence
 * at once or in pieces therefore gives the same output, bit for bit.
 */
export const attention = defineOp("kv.attention", {
  summary: "nn.attention of query [T, H, D] over past and T new keys [., G, D] and values [., G, E], causal.",
  operands: {
    query: one(entriesTensor),
    past_keys: one(cacheTensor),
    new_keys: one(entriesTensor),
    past_values: one(cacheTensor),
    new_values: one(entriesTensor),
  },
  attributes: {
    /** 1 / sqrt(D) where left out. */
    scale: optional(real()),
    /** The sides whose rounded entries are read as codes: scales are multiplied into queries, weights and sums. */
    on_codes: withDefault(oneOf("none", "keys", "values", "both"), "none"),
  },
  results: { output: one(entriesTensor) },
  traits: ["pure", "not-foldable"],
  verify: ({ operands, attributes: { on_codes: side } }, { typeOf }) =>
    (["keys", "values"] as const).flatMap((each) => {
      if (side !== "both" && side !== each) return [];
      const blames = `past_${each}` as const;
      const found = codedParameters(typeOf(operands[blames]));
      return isMismatch(found)
        ? [{ ...found, message: `the ${each} cannot be read as codes: ${found.message}`, blames }]
        : [];
    }),
  infer({ query, past_keys, new_keys, past_values, new_values }, { scale }) {
    const keys = join(past_keys, new_keys, 0);
    const values = join(past_values, new_values, 0);
    if (isMismatch(keys)) return { ...keys, blames: "past_keys" };
    if (isMismatch(values)) return { ...values, blames: "past_values" };
    const problem = mustGrowBy(query, new_keys, "new_keys") ?? mustGrowBy(query, new_values, "new_values");
    if (problem) return problem;
    return denseAttention.spec.infer!(
      { query, keys: asDense(keys), values: asDense(values) },
      { scale, causal: true },
    );
  },
  axes({ operands, results }, { typeOf }) {
    const [query, output] = [shaped(operands.query, typeOf), shaped(results.output, typeOf)];
    const flowOf = (keys: ValueId, values: ValueId) =>
      attentionFlow({ query, keys: shaped(keys, typeOf), values: shaped(values, typeOf), output }, true);
    return joinFlows(
      flowOf(operands.past_keys, operands.past_values),
      flowOf(operands.new_keys, operands.new_values),
    );
  },
});

function growingAxis(type: Type): number {
  return isTensor(type) && ring.is(type.element) ? type.element.parameters.axis : 0;
}

/** The type of a cache with entries joined to it along `axis`. */
function join(cache: Type, entries: Type, axis: number): TensorType | Mismatch {
  if (!isTensor(cache) || !isTensor(entries)) return mismatch("operand-type", "a cache is a tensor");
  if (growingAxis(cache) !== axis)
    return mismatch("ring-axis", `the cache grows along axis ${growingAxis(cache)}, expected ${axis}`);
  const [shape, other] = [cache.shape, entries.shape];
  const agree =
    shape.length === other.length && shape.every((size, at) => at === axis || sizesAgree(size, other[at]!));
  if (!agree)
    return mismatch("cache-shape", `${describeType(entries)} does not continue ${describeType(cache)}`, {
      hint: `all extents but that of axis ${axis} must agree`,
    });
  const joined = shape.map((size, at) => {
    if (at !== axis) return knownSize(size, other[at]!);
    return size === DYNAMIC || other[at] === DYNAMIC ? DYNAMIC : size + other[at]!;
  });
  return { ...cache, shape: joined };
}

/** Every query brings one key and one value. */
function mustGrowBy(query: Type, entries: Type, name: string): Mismatch | undefined {
  if (!isTensor(query) || !isTensor(entries)) return undefined;
  const [queries, count] = [query.shape[0] ?? DYNAMIC, entries.shape[0] ?? DYNAMIC];
  if (sizesAgree(queries, count)) return undefined;
  return mismatch(
    "cache-growth",
    `${queries} queries bring ${count} ${name.replace("_", " ")}, expected as many`,
    {
      blames: name,
    },
  );
}

const asDense = (type: TensorType): Type => tensorType(type.shape, f32, type.encoding);
