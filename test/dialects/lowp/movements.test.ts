import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import type { Tensor } from "../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { joinedType, joinedValue, movedType, movedValue } from "../../../dialects/lowp/moved-value.ts";
import {
  gathering,
  type Movement,
  reshaping,
  slicing,
  transposition,
} from "../../../dialects/lowp/movements.ts";
import { quantize } from "../../../dialects/lowp/quantize.ts";
import { reshapedBlock } from "../../../dialects/lowp/reshaped-block.ts";
import { problemsInShape, valueTypeProblems } from "../../../dialects/lowp/types.ts";
import type { ValueType } from "../../../dialects/lowp/value-type.ts";
import { gather } from "../../../dialects/nn/reference/gather.ts";
import { concat } from "../../../dialects/nn/reference/shape.ts";
import { hostileTensor, quantizedText } from "./generate.ts";
import { lowpType } from "./text.ts";

function certain<T>(value: T | Mismatch): T {
  if (isMismatch(value)) throw new Error(value.message);
  return value;
}

const shape = [4, 10, 16];
const indices: Tensor<Int32Array> = { shape: [2, 3], data: Int32Array.of(3, 0, 0, -1, 2, 1) };
const list: Tensor<Int32Array> = { shape: [5], data: Int32Array.of(3, 0, 0, -1, 2) };
const gathered = (axis: number, at: Tensor<Int32Array>): Movement =>
  gathering(axis, at.shape, (tensor) => gather(tensor, at, { axis }));

const movement = fc.oneof(
  fc.constantFrom([0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1]).map(transposition),
  fc
    .constantFrom(
      [4, 160],
      [640],
      [2, 2, 10, 16],
      [4, 5, 2, 16],
      [4, 10, 2, 8],
      [40, 16],
      [8, 5, 16],
      [4, 1, 10, 16, 1],
    )
    .map((target) => reshaping(target)),
  fc
    .tuple(fc.constantFrom(0, 2), fc.constantFrom(0, 5), fc.constantFrom(0, 5, 8, 10))
    .map((starts) => slicing(starts, [2, 5, 6])),
  fc.tuple(fc.constantFrom(0, 1, 2), fc.constantFrom(indices, list)).map(([axis, at]) => gathered(axis, at)),
);

const quantizedValue = (text: string, seed: number): CompositeValue =>
  certain(quantize(hostileTensor(shape, seed), lowpType(text)));

describe("moving codes and scales", () => {
  it("gives the numbers that moving the numbers gives, or says why it cannot", () => {
    let moved = 0;
    let refused = 0;
    fc.assert(
      fc.property(quantizedText(3), movement, fc.integer(), (text, by, seed) => {
        const value = quantizedValue(text, seed);
        const type = movedType(value.type as ValueType, shape, by);
        if (isMismatch(type)) {
          refused++;
          return;
        }
        moved++;
        const result = movedValue(value, by) as CompositeValue;
        expect(result.type).toEqual(type);
        expect([...valueTypeProblems(type), ...problemsInShape(type, result.shape)]).toEqual([]);
        for (const precision of ["f32", "f64"] as const) {
          const expected = by.apply(certain(dequantize(value, precision)));
          expect(certain(dequantize(result, precision))).toEqual(expected);
        }
      }),
      { numRuns: 120, seed: 5 },
    );
    expect(moved).toBeGreaterThan(20);
    expect(refused).toBeGreaterThan(20);
  });

  it("joins values of one type as their numbers join", () => {
    let joined = 0;
    fc.assert(
      fc.property(quantizedText(3), fc.constantFrom(0, 1, 2), fc.integer(), (text, axis, seed) => {
        const values = [seed, seed + 1, seed + 2].map((each) => quantizedValue(text, each));
        const type = joinedType(values[0]!.type as ValueType, [shape, shape, shape], axis);
        if (isMismatch(type)) return;
        joined++;
        const result = joinedValue(values, axis) as CompositeValue;
        expect([...valueTypeProblems(type), ...problemsInShape(type, result.shape)]).toEqual([]);
        const numbers = values.map((value) => certain(dequantize(value, "f32")));
        expect(certain(dequantize(result, "f32"))).toEqual(concat(numbers, { axis }));
      }),
      { numRuns: 60, seed: 7 },
    );
    expect(joined).toBeGreaterThan(8);
  });
});

describe("the blocks of a reshaped tensor", () => {
  const DYNAMIC = -1;
  it.each([
    [
      [1, 32],
      [4, 64],
      [4, 2, 32],
      [1, 1, 32],
    ],
    [
      [1, 32],
      [4, 64],
      [16, 16],
      [2, 16],
    ],
    [[1, "*"], [4, 64], [256], [64]],
    [
      [1, "*"],
      [4, 64],
      [2, 2, 8, 8],
      [1, 1, "*", "*"],
    ],
    [
      ["*", "*"],
      [4, 64],
      [8, 32],
      ["*", "*"],
    ],
    [
      [1, 1, "*"],
      [DYNAMIC, 2, 8],
      [DYNAMIC, 16],
      [1, 8],
    ],
    [
      [1, "*"],
      [DYNAMIC, 16],
      [DYNAMIC, 2, 8],
      [1, "*", "*"],
    ],
    [[2, 1], [4, 8], [32], undefined],
    [[1, 32], [4, 96], [8, 48], undefined],
    [[1, 2], [DYNAMIC, 4], [DYNAMIC, 8], undefined],
  ] as const)("%j of %j as %j are %j", (block, from, to, expected) => {
    const found = reshapedBlock(block, from, to);
    expect(isMismatch(found) ? undefined : found).toEqual(expected);
  });
});
