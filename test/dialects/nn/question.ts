import * as fc from "fast-check";
import {
  bf16,
  f16,
  f32,
  f64,
  float,
  i1,
  i32,
  i64,
  integer,
  type TensorType,
  type Type,
  tensorType,
} from "../../../compiler/ir/types.ts";

/** A well-formed use of an op, with static shapes. */
export interface Question {
  readonly operands: Readonly<Record<string, TensorType | readonly TensorType[]>>;
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Only for ops that cannot tell it. */
  readonly result?: Type;
  /** Integers of a slot stay below; 3 where left out. */
  readonly below?: Readonly<Record<string, number>>;
}

export const extent = fc.integer({ min: 1, max: 4 });
export const shape = (minLength = 0) => fc.array(extent, { minLength, maxLength: 3 });
export const compute = fc.constantFrom(f32, f64);
export const stored = fc.constantFrom(f32, f64, f16, bf16, float("f8E4M3FN"));
export const anyElement = fc.constantFrom<Type>(f32, f64, f16, i32, i64, i1, integer(8));
export const tokenElement = fc.constantFrom(i32, i64);

/** Unary ops, and other questions about one tensor of any shape. */
export const onShape = (
  element: fc.Arbitrary<Type>,
  minRank: number,
  ask: (type: TensorType) => fc.Arbitrary<Question>,
) => fc.tuple(shape(minRank), element).chain(([size, each]) => ask(tensorType(size, each)));

export const unary = (
  element: fc.Arbitrary<Type> = compute,
  attributes: Readonly<Record<string, fc.Arbitrary<unknown>>> = {},
) =>
  onShape(element, 0, (input) =>
    fc.record({ operands: fc.constant({ input }), attributes: fc.record(attributes) }),
  );

export const axisOf = ({ shape: { length } }: TensorType) => fc.integer({ min: -length, max: length - 1 });

/** Two shapes of which each may have extents of 1, or fewer axes, where the other has more. */
export const broadcasting = shape().chain((full) => {
  const narrowed = fc
    .tuple(...full.map((size) => fc.constantFrom(size, 1)), fc.nat(full.length))
    .map((parts) => {
      const sizes = parts.slice(0, -1);
      return sizes.slice(parts.at(-1));
    });
  return fc.tuple(narrowed, narrowed, narrowed);
});

export const binary = (element: fc.Arbitrary<Type> = fc.constantFrom<Type>(f32, f64, i32)) =>
  fc.tuple(broadcasting, element).map(
    ([[left, right], each]): Question => ({
      operands: { left: tensorType(left, each), right: tensorType(right, each) },
    }),
  );

export const onAxis = (element: fc.Arbitrary<Type> = compute) =>
  onShape(element, 1, (input) =>
    fc.record({ operands: fc.constant({ input }), attributes: fc.record({ axis: axisOf(input) }) }),
  );

export const reduction = (element: fc.Arbitrary<Type> = compute) =>
  onShape(element, 0, (input) =>
    fc.record({
      operands: fc.constant({ input }),
      attributes: fc.record({
        axes: fc.option(fc.subarray([...input.shape.keys()]), { nil: undefined }),
        keep_dims: fc.boolean(),
      }),
    }),
  );

export const pair = fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 }));
export const pads = fc.tuple(fc.nat(1), fc.nat(1), fc.nat(1), fc.nat(1));
export const side = fc.integer({ min: 4, max: 7 });
export const imageType = fc
  .tuple(extent, extent, side, side, compute)
  .map(([n, c, h, w, element]) => tensorType([n, c, h, w], element));

export const pool = (more: object = {}) =>
  fc.record({
    operands: fc.record({ input: imageType }),
    attributes: fc.record({
      kernel: fc.constant([2, 2]),
      strides: pair,
      pads,
      dilations: pair,
      ceil_mode: fc.boolean(),
      ...more,
    }),
  });

export const convolution = fc
  .tuple(
    fc.tuple(extent, extent, extent, extent, side, side),
    compute,
    stored,
    fc.boolean(),
    pair,
    pads,
    pair,
  )
  .map(
    ([
      [groups, inner, outer, batch, height, width],
      element,
      weights,
      biased,
      strides,
      edges,
      dilations,
    ]): Question => ({
      operands: {
        input: tensorType([batch, groups * inner, height, width], element),
        weight: tensorType([groups * outer, inner, 2, 2], weights),
        ...(biased && { bias: tensorType([groups * outer], weights) }),
      },
      attributes: { groups, strides, pads: edges, dilations },
    }),
  );

export const norm = fc.tuple(shape(2), compute, stored, fc.boolean(), fc.boolean());
