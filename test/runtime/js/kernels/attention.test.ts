import { describe, expect, test } from "vitest";
import { attention as reference } from "../../../../dialects/nn/reference/attention.ts";
import {
  type Attention,
  attention,
  attentionUnits,
  attentionWorkspace,
} from "../../../../runtime/js/kernels/attention.ts";
import { runKernel } from "../run-kernel.ts";
import { expectSame, normalFloats } from "./float-samples.ts";

interface Case extends Attention {
  readonly queryCount: number;
  readonly keyCount: number;
}

function inputsOf({ heads, groups, width, valueWidth, queryCount, keyCount }: Case, scale = 1) {
  return {
    query: normalFloats(queryCount * heads * width, 1, scale),
    keys: normalFloats(keyCount * groups * width, 2, scale),
    values: normalFloats(keyCount * groups * valueWidth, 3),
  };
}
type Inputs = ReturnType<typeof inputsOf>;

function run(each: Case, inputs: Inputs, split: readonly number[] = []): Float32Array {
  const { heads, valueWidth, queryCount, keyCount } = each;
  const output = new Float32Array(queryCount * heads * valueWidth).fill(77);
  const workspace = new Uint8Array(attentionWorkspace(keyCount)).fill(0xff);
  const args = { ...inputs, output, queryCount, keyCount, workspace };
  const units = attentionUnits(each, queryCount);
  return runKernel(attention(each), args, { units, split: split.filter((u) => u < units) })
    .output as Float32Array;
}

function exactly(each: Case, { query, keys, values }: Inputs): Float64Array {
  const { heads, groups, width, valueWidth, queryCount, keyCount } = each;
  return reference(
    { shape: [queryCount, heads, width], data: Float64Array.from(query) },
    { shape: [keyCount, groups, width], data: keys },
    { shape: [keyCount, groups, valueWidth], data: values },
    each,
  ).data;
}

const sizes = [
  [1, 1],
  [1, 2],
  [1, 37],
  [2, 2],
  [3, 7],
  [5, 5],
  [9, 33],
  [16, 16],
  [17, 64],
  [4, 3],
] as const;
const heads = [
  { heads: 1, groups: 1, width: 1, valueWidth: 1 },
  { heads: 2, groups: 2, width: 3, valueWidth: 5 },
  { heads: 4, groups: 2, width: 8, valueWidth: 8 },
  { heads: 6, groups: 2, width: 18, valueWidth: 33 },
  { heads: 8, groups: 1, width: 64, valueWidth: 64 },
] as const;

describe.each(heads)("$heads heads in $groups groups, $width and $valueWidth wide", (shape) => {
  test.each([true, false])("errs by no more than it claims, causal %s", (causal) => {
    for (const [queryCount, keyCount] of sizes) {
      const each: Case = { ...shape, scale: 1 / Math.sqrt(shape.width), causal, queryCount, keyCount };
      const inputs = inputsOf(each);
      const found = run(each, inputs);
      const exact = exactly(each, inputs);
      // |q k| and |v| are below 25 and 5 here. Scores that erred by 25 · width · scale · 2^-24 would err by less than claimed.
      const relative = Math.sqrt(shape.width) * 25 + keyCount + 16;
      for (const [i, value] of found.entries())
        if (!(Math.abs(value - exact[i]!) <= relative * 5 * 2 ** -24))
          expect.fail(`${queryCount} queries, ${keyCount} keys: [${i}] is ${value}, not ${exact[i]}`);
      expectSame(run(each, inputs, [1, 2, 5]), found);
    }
  });
});

const small: Case = {
  heads: 2,
  groups: 1,
  width: 6,
  valueWidth: 7,
  scale: 0.5,
  causal: true,
  queryCount: 5,
  keyCount: 9,
};

test("never uses what a query does not see", () => {
  const inputs = inputsOf(small);
  const before = run(small, inputs);
  // The last key is seen by the last query alone.
  for (const [data, width] of [
    [inputs.keys, 6],
    [inputs.values, 7],
  ] as const)
    data.fill(Number.NaN, 8 * width);
  const after = run(small, inputs);
  const row = 2 * small.valueWidth;
  expect(after.subarray(0, 4 * row)).toEqual(before.subarray(0, 4 * row));
  expect(after.subarray(4 * row).every(Number.isNaN)).toBe(true);
});

test("scores beyond all exponents leave the weight to the largest", () => {
  const inputs = inputsOf(small, 1e4);
  const found = run(small, inputs);
  for (const [i, exact] of exactly(small, inputs).entries()) expect(found[i]).toBeCloseTo(exact, 5);
});

test("scores that are not finite give what the interpreter gives", () => {
  for (const bad of [Number.NaN, Infinity, -Infinity]) {
    const inputs = inputsOf(small);
    inputs.keys.fill(bad, 12, 18);
    const found = run(small, inputs);
    for (const [i, exact] of exactly(small, inputs).entries())
      if (Number.isNaN(exact)) expect(found[i]).toBeNaN();
      else expect(found[i]).toBeCloseTo(exact, 5);
  }
});
