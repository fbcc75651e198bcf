import { expect, test } from "vitest";
import * as reference from "../../../../dialects/nn/reference/softmax.ts";
import { type RowSoftmax, rowSoftmax } from "../../../../runtime/js/kernels/softmax.ts";
import { runKernel } from "../run-kernel.ts";
import { expectSame, normalFloats, unitsApart } from "./float-samples.ts";

function run(kind: RowSoftmax["kind"], input: Float32Array, width: number, split: readonly number[] = []) {
  const args = { input, output: new Float32Array(input.length) };
  return runKernel(rowSoftmax({ kind, width }), args, { units: input.length / width, split })
    .output as Float32Array;
}
const widths = [1, 2, 3, 4, 5, 8, 31, 64, 1001];

test.each(widths)("softmax of rows of %i is as near as it claims", (width) => {
  for (const scale of [0.1, 3, 30]) {
    const input = normalFloats(4 * width, width, scale);
    const exact = reference.softmax({ shape: [4, width], data: Float64Array.from(input) }, { axis: 1 }).data;
    const found = run("softmax", input, width);
    const largest = [0, 1, 2, 3].map((row) => Math.max(...input.subarray(width * row, width * (row + 1))));
    for (const [i, value] of found.entries()) {
      const below = largest[Math.floor(i / width)]! - input[i]!;
      if (unitsApart(value, exact[i]!) > 6 + below) expect.fail(`[${i}] is ${value}, not ${exact[i]}`);
    }
    expectSame(run("softmax", input, width, [1, 3]), found);
  }
});

test.each(widths)("log_softmax of rows of %i is as near as it claims", (width) => {
  for (const scale of [0.1, 3, 1e6]) {
    const input = normalFloats(3 * width, width, scale);
    const exact = reference.logSoftmax(
      { shape: [3, width], data: Float64Array.from(input) },
      { axis: 1 },
    ).data;
    const found = run("log_softmax", input, width);
    for (const [i, value] of found.entries())
      if (unitsApart(value, exact[i]!, 1) > 2) expect.fail(`[${i}] is ${value}, not ${exact[i]}`);
    expectSame(run("log_softmax", input, width, [2]), found);
  }
});

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
test.each(["softmax", "log_softmax"] as const)("%s of what is not finite", (kind) => {
  const rows = [
    [-inf, -inf, -inf, -inf, -inf],
    [1, -inf, 1, -inf, -inf],
    [1, 2, nan, 4, 5],
    [1, 2, 3, 4, inf],
    [3e38, 3e38, -3e38, 3e38, 3e38],
  ];
  for (const row of rows) {
    const input = Float32Array.from(row);
    const tensor = { shape: [1, 5], data: Float64Array.from(row) };
    const exact = (kind === "softmax" ? reference.softmax : reference.logSoftmax)(tensor, { axis: 1 }).data;
    for (const [i, value] of run(kind, input, 5).entries())
      expect(unitsApart(value, exact[i]!), `${row} ${i}: ${value}`).toBeLessThanOrEqual(2);
  }
});
