import { expect, test } from "vitest";
import { float } from "../../../../compiler/ir/types.ts";
import { castDense } from "../../../../dialects/lowp/dense.ts";
import { appendEntries, keepEntries } from "../../../../runtime/js/kernels/cache-tail.ts";
import { ELEMENTS_PER_UNIT } from "../../../../runtime/js/kernels/elementwise.ts";
import { runKernel } from "../run-kernel.ts";
import { expectSame, floatSamples, normalFloats } from "./float-samples.ts";

const batches = { window: 0, batch: 6 };
const window = { window: 4, batch: 1 };

test.each(["f32", "f16", "bf16", "f8E4M3FN", "f8E5M2FNUZ", "f4E2M1FN"] as const)(
  "entries are put behind those that wait, as %s",
  (format) => {
    const samples = floatSamples(4, 1000);
    const size = 5;
    for (const [rule, before, waiting] of [
      [batches, 0, 0],
      [batches, 8, 2],
      [window, 3, 3],
      [window, 20, 4],
    ] as const)
      for (const added of [1, 3, Math.floor(samples.length / size)]) {
        const entries = samples.slice(0, added * size);
        const tail = normalFloats((waiting + added) * size, 1);
        const units = Math.ceil((added * size) / ELEMENTS_PER_UNIT);
        const args = { entries, tail, before, added };
        const kernel = appendEntries({ rule, size }, format);
        const found = runKernel(kernel, args, { units, split: units > 1 ? [1] : [] }).tail!;
        const cast = castDense({ shape: [added, size], data: entries }, float(format)).data;
        expectSame(found, [...tail.slice(0, waiting * size), ...cast]);
      }
  },
);

test.each([
  [batches, 8, 9, 0, 3],
  [batches, 8, 12, 6, 0],
  [batches, 8, 27, 18, 3],
  [window, 2, 3, 0, 3],
  [window, 2, 9, 5, 4],
  [window, 9, 10, 1, 4],
] as const)("what still waits is kept: %o, from %d to %d entries", (rule, before, after, from, kept) => {
  const size = 3;
  const history = normalFloats(40 * size, 2);
  const args = { history, tail: new Float32Array(kept * size), before, after };
  const { tail } = runKernel(keepEntries({ rule, size }), args, { units: 1 });
  expectSame(tail!, history.slice(from * size, (from + kept) * size));
  expect(tail).toHaveLength(kept * size);
});
