import { describe, expect, test } from "vitest";
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
  type Type,
  tensorType,
} from "../../../compiler/ir/types.ts";
import type { Tensor } from "../../../compiler/numeric/tensor.ts";
import { constants } from "../../../dialects/nn/materialize.ts";
import { type TypeSlots, tensor } from "./describe-inference.ts";
import { evaluate } from "./evaluate.ts";

const f32s = (...values: number[]): Tensor => ({ shape: [values.length], data: Float32Array.from(values) });
const i32s = (...values: number[]): Tensor => ({ shape: [values.length], data: Int32Array.from(values) });
const i64s = (...values: bigint[]): Tensor => ({ shape: [values.length], data: BigInt64Array.from(values) });

/** Evaluates on types written as text. */
function run(name: string, types: TypeSlots, inputs: Record<string, Tensor>, attributes = {}, result?: Type) {
  const read = Object.fromEntries(
    Object.entries(types).map(([slot, type]) => [slot, tensor(type as string)]),
  );
  return evaluate(name, { types: read, inputs, attributes, ...(result && { result }) });
}

const cast = (from: Type, to: Type, input: Tensor) =>
  evaluate("cast", {
    types: { input: tensorType(input.shape, from) },
    inputs: { input },
    attributes: { element: to },
  });

describe("nn.cast", () => {
  const hostile = f32s(1.1, -1.9, Number.NaN, Number.POSITIVE_INFINITY, -300, 1e6);

  test("rounds to the nearest f16 or bf16, and overflows to infinity", () => {
    expect(cast(f32, f16, f32s(0.1, 65520, 2049))).toEqual(
      f32s(0.0999755859375, Number.POSITIVE_INFINITY, 2048),
    );
    expect(cast(f32, bf16, f32s(0.1, 3.4e38))).toEqual(f32s(0.10009765625, Number.POSITIVE_INFINITY));
  });

  test("saturates in the small floats", () => {
    expect(cast(f32, float("f8E4M3FN"), f32s(1000, -0.3))).toEqual(f32s(448, -0.3125));
  });

  test("truncates floats to integers, saturating, and makes NaN 0", () => {
    expect(cast(f32, integer(8), hostile)).toEqual(i32s(1, -1, 0, 127, -128, 127));
    expect(cast(f32, integer(8, "unsigned"), hostile)).toEqual(i32s(1, 0, 0, 255, 0, 255));
    expect(cast(f32, i64, f32s(1e30, -2.5))).toEqual(i64s(2n ** 63n - 1n, -2n));
  });

  test("takes to i1 whether a number is not 0", () => {
    expect(cast(f32, i1, f32s(0.25, -0, Number.NaN))).toEqual(i32s(1, 0, 1));
    expect(cast(i32, i1, i32s(4, 0))).toEqual(i32s(1, 0));
  });

  test("wraps integers to narrower ones, and widens by sign", () => {
    expect(cast(i64, integer(8), i64s(300n, -129n))).toEqual(i32s(44, 127));
    expect(cast(integer(8), i64, i32s(-3))).toEqual(i64s(-3n));
    expect(cast(integer(32, "unsigned"), i64, i32s(-1))).toEqual(i64s(2n ** 32n - 1n));
  });

  test("reads unsigned integers as such", () => {
    expect(cast(integer(32, "unsigned"), f64, i32s(-1))).toEqual({
      shape: [1],
      data: Float64Array.of(2 ** 32 - 1),
    });
    expect(cast(i64, f32, i64s(2n ** 60n + 2n ** 36n + 1n))).toEqual(f32s(2 ** 60 + 2 ** 37));
  });

  test("rounds nothing to f32 at f64 precision, but still rounds to f16", () => {
    const input = { shape: [1], data: Float64Array.of(0.1) };
    const to = (element: Type) =>
      evaluate("cast", {
        types: { input: tensor("1xf64") },
        inputs: { input },
        attributes: { element },
        precision: "f64",
      });
    expect(to(f32)).toEqual(input);
    expect(to(f16)).toEqual({ shape: [1], data: Float64Array.of(0.0999755859375) });
  });
});

describe("errors of the data", () => {
  const table = { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };

  test("are a token outside the table", () => {
    const look = (...tokens: number[]) =>
      run("embedding", { table: "2x2xbf16", tokens: "?xi32" }, { table, tokens: i32s(...tokens) });
    expect(look(1, 0)).toEqual({ shape: [2, 2], data: Float32Array.of(3, 4, 1, 2) });
    expect(look(0, 2)).toMatchObject({
      code: "token-range",
      message: "token 2 is outside the table of 2 rows",
    });
    expect(look(-1)).toMatchObject({ code: "token-range" });
  });

  test("are an index outside the axis", () => {
    const pick = (index: bigint) =>
      run("gather", { table: "2x2xf32", indices: "1xi64" }, { table, indices: i64s(index) }, { axis: 1 });
    expect(pick(-1n)).toEqual({ shape: [2, 1], data: Float32Array.of(2, 4) });
    expect(pick(2n)).toMatchObject({
      code: "index-range",
      message: "index 2 is outside axis 1 of 2 elements",
    });
  });

  test("are extents that turn out not to fit", () => {
    const inputs = { left: f32s(1, 2), right: f32s(1, 2, 3) };
    expect(run("add", { left: "?xf32", right: "?xf32" }, inputs)).toMatchObject({ code: "broadcast" });
    const cut = { starts: [1], sizes: [2] };
    expect(run("slice", { input: "?xf32" }, { input: f32s(1, 2) }, cut)).toMatchObject({
      code: "slice-range",
    });
    const none = run("argmax", { input: "?xf32" }, { input: f32s() });
    expect(none).toMatchObject({ code: "empty-reduction" });
  });

  test("are a refinement the data does not bear out", () => {
    const refine = (size: number) =>
      run("refine", { input: "?xf32" }, { input: f32s(1, 2) }, {}, tensorType([size], f32));
    expect(refine(2)).toEqual(f32s(1, 2));
    expect(refine(3)).toMatchObject({
      code: "refine-shape",
      message: "nn.refine promises 3, but the data is 2",
    });
  });
});

describe("nn.slice", () => {
  const slice = (starts: number, sizes: number, strides: number) =>
    run(
      "slice",
      { input: "?xf32" },
      { input: f32s(0, 1, 2, 3) },
      { starts: [starts], sizes: [sizes], strides: [strides] },
    );

  test("counts negative starts from the end", () => expect(slice(-1, 1, 1)).toEqual(f32s(3)));
  test("takes what is left for a size of -1", () => expect(slice(1, -1, 2)).toEqual(f32s(1, 3)));
  test("walks backwards", () => expect(slice(-1, -1, -2)).toEqual(f32s(3, 1)));
});

describe("nn.attention", () => {
  test("scales by 1 / sqrt(D) unless told otherwise", () => {
    const types = { query: "1x1x4xf32", keys: "2x1x4xf32", values: "2x1x1xf32" };
    const inputs = {
      query: { shape: [1, 1, 4], data: Float32Array.of(1, 0, 0, 0) },
      keys: { shape: [2, 1, 4], data: Float32Array.of(2, 0, 0, 0, 0, 0, 0, 0) },
      values: { shape: [2, 1, 1], data: Float32Array.of(1, 0) },
    };
    // Scores 1 and 0 after halving: the first weight is e / (e + 1).
    const expected = { shape: [1, 1, 1], data: Float32Array.of(Math.E / (Math.E + 1)) };
    expect(run("attention", types, inputs)).toEqual(expected);
    expect(run("attention", types, inputs, { scale: 0.5 })).toEqual(expected);
  });
});

describe("constants", () => {
  const dense = (type: Type & { kind: "tensor" }, value: unknown) => ({
    value: { kind: "dense", value, type },
  });

  test("are rounded to their type, at f64 precision too", () => {
    const attributes = dense(tensor("2xf32"), [0.1, 1n]);
    const evaluation = { types: {}, inputs: {}, attributes, result: tensor("2xf32") };
    expect(evaluate("constant", { ...evaluation, precision: "f64" })).toEqual({
      shape: [2],
      data: Float64Array.of(Math.fround(0.1), 1),
    });
  });

  test("read signless integers that are written unsigned", () => {
    const evaluation = { types: {}, inputs: {}, attributes: dense(tensor("2xi8"), [255n, -1n]), result: f32 };
    expect(evaluate("constant", evaluation)).toEqual(i32s(-1, -1));
  });

  test("are written as they are computed", () => {
    const write = (value: Tensor, type: Type) => constants.attributesFor(value, type)?.value;
    const matrix = { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
    expect(write(matrix, tensor("2x2xf32"))).toMatchObject({
      value: [
        [1, 2],
        [3, 4],
      ],
    });
    expect(write(i32s(7, 7), tensor("2xi32"))).toMatchObject({ value: 7n });
    expect(write(i32s(-1), tensor("1xui32"))).toMatchObject({ value: 2n ** 32n - 1n });
    expect(write(f32s(0, -0), tensor("2xf32"))).toMatchObject({ value: [0, -0] });
    expect(write(i32s(7), tensor("?xi32"))).toBeUndefined();
  });
});
