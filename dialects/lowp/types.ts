import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { type AnyParametric, defineType } from "../../compiler/define/type.ts";
import { DYNAMIC, type Type, tensorType } from "../../compiler/ir/types.ts";
import { leastCommonMultiple } from "../../compiler/numeric/integers.ts";
import {
  bool,
  int,
  listOf,
  oneOf,
  optional,
  type Schema,
  string,
  withDefault,
} from "../../compiler/schema/schema.ts";
import { type BlockExtent, blockProblems, blockSchema, scaleShape } from "./blocks.ts";
import { minifloat } from "./element-types.ts";
import { elementSchema, elementsPerCode, hasCodebook, tableOf } from "./elements.ts";
import { factorShapes } from "./low-rank.ts";
import { nestedProblems, quantizedProblems, tableProblems } from "./quantized-laws.ts";
import { sparseKindSchema } from "./sparse-kind.ts";
import {
  runProblems,
  sparseKindProblems,
  sparseShapeProblems,
  storedNumberProblems,
  storedValuesShape,
} from "./sparse-kind-laws.ts";
import { splitAxisProblems, splitPartProblems, splitPartsSchema } from "./split-parts.ts";
import { table } from "./table-type.ts";
import { describeValueType, type ValueType, valueTypeSchema } from "./value-type.ts";

export { minifloat } from "./element-types.ts";
export { table } from "./table-type.ts";
export { type ValueType, valueTypeSchema } from "./value-type.ts";

const axisSchema: Schema<number> = int({ min: 0 });

/** `!lowp.q<element, block = […], scale = T>`: real = scale · (code value − zero), or scale · code value + shift. */
export const quantized = defineType("lowp.q", {
  summary: "Codes of an element format with one scale, itself a value, per block.",
  parameters: {
    element: elementSchema,
    block: blockSchema,
    scale: valueTypeSchema,
    zero: optional(valueTypeSchema),
    shift: optional(valueTypeSchema),
    tail: withDefault(oneOf("error", "short", "pad"), "error"),
    rounding: withDefault(
      oneOf("half_even", "half_away", "floor", "ceil", "trunc", "stochastic"),
      "half_even",
    ),
    overflow: withDefault(oneOf("saturate", "inf"), "saturate"),
    scale_rounding: optional(oneOf("ceil", "floor", "nearest")),
    pack: withDefault(string, "lsb_first"),
  },
  positional: ["element"],
  verify: (parameters) => [
    ...quantizedProblems(parameters),
    ...[parameters.scale, parameters.zero, parameters.shift].flatMap((type) => [
      ...valueTypeProblems(type),
      ...problemsNested(parameters.block, type),
    ]),
  ],
  verifyInTensor({ element, block, scale, zero, shift, tail }, { shape }) {
    const problems = [...blockProblems(block, shape, tail), ...tableProblems(element, block, shape)];
    if (problems.length > 0) return problems;
    const scales = scaleShape(shape, block);
    return [scale, zero, shift].flatMap((type) => problemsInShape(type, scales));
  },
});

/** `!lowp.sum<T, T, …>`: the sum of terms of the same shape. */
export const sum = defineType("lowp.sum", {
  summary: "The sum of several values of the same shape.",
  parameters: { terms: listOf(valueTypeSchema) },
  positional: ["terms"],
  variadic: true,
  verify: ({ terms }) => [
    ...(terms.length < 2
      ? [mismatch("sum-terms", `a sum has at least two terms, found ${terms.length}`)]
      : []),
    ...terms.flatMap((term) => realProblems(term, "a term")),
  ],
  verifyInTensor: ({ terms }, { shape }) => terms.flatMap((term) => problemsInShape(term, shape)),
});

/**
 * `!lowp.split<axis, [(extent : T), …], permuted = true>`: neighbours along an axis, by part. Permuted ones have a
 * component `perm`: place i of the parts, one after another, holds index perm[i] of the axis.
 */
export const split = defineType("lowp.split", {
  summary: "A partition of one axis, each part with a type of its own.",
  parameters: { axis: axisSchema, parts: splitPartsSchema, permuted: withDefault(bool, false) },
  positional: ["axis", "parts"],
  verify: ({ parts }) => [
    ...splitPartProblems(parts),
    ...parts.flatMap(({ type }) => realProblems(type, "a part")),
  ],
  verifyInTensor({ axis, parts }, { shape }) {
    const problems = splitAxisProblems(axis, parts, shape);
    if (problems.length > 0) return problems;
    return parts.flatMap(({ extent, type }) => problemsInShape(type, shape.with(axis, extent)));
  },
});

/** `!lowp.sparse<kind, T>`: mostly zeros; T types the values that are stored. */
export const sparse = defineType("lowp.sparse", {
  summary: "A value with few non-zeros: their values, and where they are.",
  parameters: { kind: sparseKindSchema, values: valueTypeSchema },
  positional: ["kind", "values"],
  verify: ({ kind, values }) => [
    ...sparseKindProblems(kind),
    ...realProblems(values, "a sparse value"),
    ...storedNumberProblems(kind, values),
  ],
  verifyInTensor({ kind, values }, { shape }) {
    const problems = sparseShapeProblems(kind, shape);
    return problems.length > 0 ? problems : problemsInShape(values, storedValuesShape(kind, shape));
  },
});

/** What `!lowp.lowrank<…>` says. */
export interface LowRankParameters {
  readonly rank: number;
  readonly left: ValueType;
  readonly right: ValueType;
  readonly run?: number | undefined;
}

/**
 * `!lowp.lowrank<r, T, T>`: the matrix product of left[rows, r] and right[r, columns]. With `run = n` a tensor
 * [entries, …, columns] of any rank from 2 on, every n entries at every place of the axes between being a matrix.
 */
export const lowrank = defineType("lowp.lowrank", {
  summary: "The product of two factors of inner extent r.",
  parameters: {
    rank: int(),
    left: valueTypeSchema,
    right: valueTypeSchema,
    /** Entries of the first axis that share a right factor; all where left out. */
    run: optional(int({ min: 1 })),
  },
  positional: ["rank", "left", "right"],
  verify: ({ rank, left, right }) => [
    ...(rank > 0 ? [] : [mismatch("lowrank-rank", `inner extent is ${rank}, at least 1 expected`)]),
    ...[left, right].flatMap((factor) => realProblems(factor, "a factor")),
  ],
  verifyInTensor({ rank, left, right, run }, { shape }) {
    if (run === undefined ? shape.length !== 2 : shape.length < 2)
      return [
        mismatch("lowrank-matrix", `lowrank needs a tensor of rank 2, found rank ${shape.length}`, {
          hint: "with run = N it takes every N entries of the first axis as a matrix, whatever axes lie between",
        }),
      ];
    const problems = run === undefined ? [] : runProblems(run, `run ${run}`, 0, shape[0]!);
    if (problems.length > 0) return problems;
    const factors = factorShapes(shape, rank, run);
    return [...problemsInShape(left, factors.left), ...problemsInShape(right, factors.right)];
  },
});

/**
 * `!lowp.ring<T_old, T_recent, window, axis>`: a cache growing along `axis`. Entries wait in the tail, in T_recent,
 * until they are rounded to T_old: one by one, all but the last `window`, or in whole groups, `window` entries at
 * once (one group where it is 0). ring-extents.ts has the arithmetic.
 */
export const ring = defineType("lowp.ring", {
  summary: "A growing cache whose most recent entries have a type of their own.",
  parameters: { old: valueTypeSchema, recent: valueTypeSchema, window: int(), axis: axisSchema },
  positional: ["old", "recent", "window", "axis"],
  verify: ({ old, recent, window }) => [
    ...(window >= 0 ? [] : [mismatch("ring-window", `window is ${window}, at least 0 expected`)]),
    ...(recent.kind === "dialect"
      ? [mismatch("ring-recent", `the tail of a ring is !${recent.name}, a float type expected`)]
      : []),
    ...[old, recent].flatMap((type) => realProblems(type, "a part of a ring")),
  ],
  verifyInTensor({ old, window, axis }, { shape }) {
    if (axis >= shape.length)
      return [mismatch("axis-range", `axis ${axis} is out of range for rank ${shape.length}`)];
    const problems = problemsInShape(old, shape.with(axis, DYNAMIC));
    return problems.length > 0 ? problems : ringGroupProblems(old, window, axis);
  },
});

/** `!lowp.entropy<huffman, bf16>`: the same numbers in fewer bytes, how many being up to the data. (F16) */
export const entropy = defineType("lowp.entropy", {
  summary: "Floats kept bit for bit, their exponents in a code in which frequent ones are short.",
  parameters: { coder: oneOf("huffman"), values: valueTypeSchema },
  positional: ["coder", "values"],
  verify: ({ values }) =>
    values.kind === "float" && values.name === "bf16"
      ? []
      : [mismatch("entropy-values", `entropy coding is of bf16, found ${describeValueType(values)}`)],
});

/** Every type of the dialect. */
export const lowpTypes: readonly AnyParametric[] = [
  quantized,
  sum,
  split,
  sparse,
  lowrank,
  ring,
  entropy,
  minifloat,
  table,
];

/**
 * Entries along an axis that are rounded together; undefined where there is no such number, as values depend on the
 * whole axis or are not stored entry by entry.
 */
export function groupAlong(type: ValueType, axis: number): number | undefined {
  if (type.kind !== "dialect") return 1;
  if (sum.is(type)) return commonGroup(type.parameters.terms, axis);
  if (lowrank.is(type)) return groupOfFactors(type.parameters, axis);
  // Neighbours of the last axis decide which of them are kept; entries of a cache are rows of it.
  if (sparse.is(type) && type.parameters.kind.kind === "nm" && axis === 0)
    return groupAlong(type.parameters.values, axis);
  if (!quantized.is(type)) return undefined;
  const { element, block, scale, zero, shift } = type.parameters;
  const extent = block[axis];
  const splitsCodes = axis === block.length - 1 && elementsPerCode(element) > 1;
  // A table that is data depends on all entries, or on those of its row.
  const sharesTable = hasCodebook(element) && !(tableOf(element)?.per === "row" && axis === 0);
  if (extent === undefined || extent === "*" || splitsCodes || sharesTable) return undefined;
  const offsets = [scale, zero, shift].filter((part) => part !== undefined);
  const scales = commonGroup(offsets, axis);
  return scales === undefined ? undefined : extent * scales;
}

function commonGroup(types: readonly ValueType[], axis: number): number | undefined {
  let common = 1;
  for (const type of types) {
    const group = groupAlong(type, axis);
    if (group === undefined) return undefined;
    common = leastCommonMultiple(common, group);
  }
  return common;
}

/** Whole runs of the first axis. */
function groupOfFactors({ left, right, run }: LowRankParameters, axis: number): number | undefined {
  if (run === undefined || axis !== 0) return undefined;
  const [own, runs] = [groupAlong(left, axis), groupAlong(right, axis)];
  return own === undefined || runs === undefined ? undefined : leastCommonMultiple(own, run * runs);
}

function ringGroupProblems(old: ValueType, window: number, axis: number): readonly Mismatch[] {
  const group = groupAlong(old, axis);
  if (group === undefined)
    return [
      mismatch("ring-group", `the old entries of a ring cannot be rounded in groups along axis ${axis}`, {
        hint:
          quantized.is(old) && hasCodebook(old.parameters.element)
            ? "use an element whose values the type fixes"
            : `use !lowp.q with a number, not *, as block along axis ${axis}, also in its scale`,
      }),
    ];
  if (window % group === 0) return [];
  return [
    mismatch("ring-window", `window ${window} does not hold whole groups of ${group} entries`, {
      hint: `use a multiple of ${group}, or 0 for one group at a time`,
    }),
  ];
}

const definitionOf = (name: string): AnyParametric | undefined =>
  lowpTypes.find((definition) => definition.name === name);

/** Laws of a value type on its own, those of the types in it included. */
export function valueTypeProblems(type: Type | undefined): readonly Mismatch[] {
  return (type?.kind === "dialect" && definitionOf(type.name)?.verify?.(type.parameters)) || [];
}

/** Laws of a value type as the element of a tensor of this shape; extents may be DYNAMIC. */
export function problemsInShape(type: Type | undefined, shape: readonly number[]): readonly Mismatch[] {
  if (type?.kind !== "dialect") return [];
  return definitionOf(type.name)?.verifyInTensor?.(type.parameters, tensorType(shape, type)) ?? [];
}

function realProblems(type: ValueType, what: string): readonly Mismatch[] {
  if (type.kind !== "integer") return valueTypeProblems(type);
  return [mismatch("value-type", `${what} is an integer type, expected a float or lowp value type`)];
}

const problemsNested = (block: readonly BlockExtent[], type: ValueType | undefined): readonly Mismatch[] =>
  type && quantized.is(type) ? nestedProblems(block, type.parameters) : [];
