import * as fc from "fast-check";
import { f32, f64, i1, i32, i64, type Type, tensorType } from "../../../compiler/ir/types.ts";
import {
  anyElement,
  axisOf,
  binary,
  broadcasting,
  compute,
  convolution,
  extent,
  norm,
  onAxis,
  onShape,
  pool,
  type Question,
  reduction,
  shape,
  stored,
  tokenElement,
  unary,
} from "./question.ts";

/** One generator per op, by its name without the dialect's. */
export const questions: Readonly<Record<string, fc.Arbitrary<Question>>> = {
  linear: fc
    .tuple(shape(1), extent, compute, stored, fc.boolean())
    .map(([input, out, element, weights, biased]) => ({
      operands: {
        input: tensorType(input, element),
        weight: tensorType([out, input.at(-1)!], weights),
        ...(biased && { bias: tensorType([out], weights) }),
      },
    })),
  matmul: fc
    .tuple(broadcasting, extent, extent, extent, compute, stored, fc.constantFrom("both", "left", "right"))
    .map(([[left, right], rows, depth, columns, element, weights, matrices]) => ({
      operands: {
        left: tensorType(matrices === "right" ? [depth] : [...left, rows, depth], element),
        right: tensorType(matrices === "left" ? [depth] : [...right, depth, columns], weights),
      },
    })),
  attention: fc
    .tuple(fc.tuple(extent, extent, extent, extent, extent, extent), compute, stored, fc.boolean())
    .map(([[queries, keyCount, groups, share, width, out], element, cached, causal]) => ({
      operands: {
        query: tensorType([queries, groups * share, width], element),
        keys: tensorType([keyCount, groups, width], cached),
        values: tensorType([keyCount, groups, out], cached),
      },
      attributes: { causal, ...(causal && { scale: 0.5 }) },
    })),
  rope: fc
    .tuple(extent, extent, extent, compute, fc.boolean())
    .map(([count, heads, pairs, element, interleaved]) => ({
      operands: {
        input: tensorType([count, heads, 2 * pairs], element),
        positions: tensorType([count], i32),
      },
      attributes: { interleaved },
      below: { positions: 1000 },
    })),
  rms_norm: norm.map(([size, element, weights, hasGain]) => ({
    operands: {
      input: tensorType(size, element),
      ...(hasGain && { gain: tensorType(size.slice(-1), weights) }),
    },
  })),
  layer_norm: norm.map(([size, element, weights, hasGain, isWide]) => {
    const axis = isWide ? -2 : -1;
    const parameter = tensorType(size.slice(axis), weights);
    return {
      operands: { input: tensorType(size, element), ...(hasGain && { gain: parameter, bias: parameter }) },
      attributes: { axis },
    };
  }),
  batch_norm: norm.map(([size, element, weights]) => {
    const parameter = tensorType([size[1]!], weights);
    return {
      operands: {
        input: tensorType(size, element),
        gain: parameter,
        bias: parameter,
        mean: parameter,
        variance: parameter,
      },
    };
  }),
  softmax: onAxis(),
  log_softmax: onAxis(),
  ...Object.fromEntries(
    [
      "relu",
      "silu",
      "sigmoid",
      "tanh",
      "exp",
      "log",
      "sqrt",
      "erf",
      "reciprocal",
      "floor",
      "ceil",
      "round",
    ].map((name) => [name, unary()]),
  ),
  abs: unary(fc.constantFrom<Type>(f32, f64, i32)),
  neg: unary(fc.constantFrom<Type>(f32, f64, i32)),
  gelu: unary(compute, { approximation: fc.constantFrom("none", "tanh") }),
  leaky_relu: unary(compute, { alpha: fc.constant(0.25) }),
  clip: unary(fc.constantFrom<Type>(f32, f64, i32), {
    min: fc.constantFrom(undefined, 0),
    max: fc.constantFrom(undefined, 1),
  }),
  add: binary(),
  sub: binary(),
  mul: binary(),
  div: binary(),
  min: binary(),
  max: binary(),
  pow: binary(compute),
  sum: reduction(fc.constantFrom<Type>(f32, f64, i32)),
  mean: reduction(),
  prod: reduction(),
  reduce_max: reduction(fc.constantFrom<Type>(f32, f64, i32)),
  reduce_min: reduction(fc.constantFrom<Type>(f32, f64, i32)),
  argmax: onAxis(fc.constantFrom<Type>(f32, i32)),
  conv2d: convolution,
  max_pool2d: pool(),
  average_pool2d: pool({ count_include_pad: fc.boolean() }),
  global_average_pool: onShape(compute, 2, (input) => fc.constant({ operands: { input } })),
  reshape: onShape(anyElement, 1, (input) =>
    fc
      .tuple(
        fc.shuffledSubarray([...input.shape.keys()], { minLength: input.shape.length }),
        fc.nat(input.shape.length),
      )
      .map(([order, open]) => {
        const target = order.map((axis, place) => (place === open ? -1 : input.shape[axis]!));
        return { operands: { input }, attributes: { shape: target } };
      }),
  ),
  transpose: onShape(anyElement, 0, (input) =>
    fc
      .shuffledSubarray([...input.shape.keys()], { minLength: input.shape.length })
      .map((permutation) => ({ operands: { input }, attributes: { permutation } })),
  ),
  concat: onShape(anyElement, 1, (input) =>
    fc.tuple(axisOf(input), fc.array(extent, { minLength: 1, maxLength: 3 })).map(([axis, sizes]) => ({
      operands: { inputs: sizes.map((size) => ({ ...input, shape: input.shape.with(axis, size) })) },
      attributes: { axis },
    })),
  ),
  slice: onShape(anyElement, 0, (input) =>
    fc
      .tuple(
        ...input.shape.map((size) =>
          fc.tuple(
            fc.integer({ min: -size, max: size - 1 }),
            fc.constantFrom(-1, 0, 1),
            fc.constantFrom(1, 2, -1),
          ),
        ),
      )
      .map((axes) => ({
        operands: { input },
        attributes: {
          starts: axes.map(([start]) => start),
          sizes: axes.map(([, size]) => size),
          strides: axes.map(([, , stride]) => stride),
        },
      })),
  ),
  pad: onShape(anyElement, 0, (input) => {
    const counts = fc.array(fc.nat(2), { minLength: input.shape.length, maxLength: input.shape.length });
    return fc.record({
      operands: fc.constant({ input }),
      attributes: fc.record({ low: counts, high: counts }),
    });
  }),
  gather: onShape(anyElement, 1, (table) =>
    fc.tuple(axisOf(table), shape(), tokenElement).map(([axis, indices, element]) => ({
      operands: { table, indices: tensorType(indices, element) },
      attributes: { axis },
      below: { indices: table.shape.at(axis)! },
    })),
  ),
  embedding: fc
    .tuple(extent, extent, stored, shape(), tokenElement)
    .map(([rows, width, element, tokens, token]) => ({
      operands: { table: tensorType([rows, width], element), tokens: tensorType(tokens, token) },
      below: { tokens: rows },
    })),
  where: fc.tuple(broadcasting, anyElement).map(([[condition, yes, no], element]) => ({
    operands: {
      condition: tensorType(condition, i1),
      whenTrue: tensorType(yes, element),
      whenFalse: tensorType(no, element),
    },
    below: { condition: 2 },
  })),
  compare: fc
    .tuple(
      binary(fc.constantFrom<Type>(f32, f64, i32, i64, i1)),
      fc.constantFrom("eq", "ne", "lt", "le", "gt", "ge"),
    )
    .map(([question, predicate]) => ({ ...question, attributes: { predicate } })),
  cast: onShape(anyElement, 0, (input) =>
    fc.oneof(anyElement, stored).map((element) => ({ operands: { input }, attributes: { element } })),
  ),
  refine: onShape(anyElement, 0, (input) => fc.constant({ operands: { input }, result: input })),
  constant: fc.tuple(shape(), anyElement).map(([size, element]) => {
    const value = element.kind === "float" ? 0.5 : 1n;
    return { operands: {}, attributes: { value: { kind: "dense", value, type: tensorType(size, element) } } };
  }),
  zeros: fc
    .tuple(shape(), anyElement)
    .map(([size, element]) => ({ operands: {}, attributes: { shape: size, element } })),
  positions: onShape(anyElement, 1, (input) => fc.constant({ operands: { input } })),
  iota: shape(1).map((size) => ({ operands: {}, attributes: { shape: size, axis: -1 } })),
  broadcast_to: fc.tuple(broadcasting, anyElement).map(([[left, right], element]) => {
    const rank = Math.max(left.length, right.length);
    const at = (sizes: readonly number[], axis: number) => sizes[axis - rank + sizes.length] ?? 1;
    const target = Array.from({ length: rank }, (_, axis) => Math.max(at(left, axis), at(right, axis)));
    return { operands: { input: tensorType(left, element) }, attributes: { shape: target } };
  }),
};
