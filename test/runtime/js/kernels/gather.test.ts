import { expect, test } from "vitest";
import { decodeBf16, decodeF16 } from "../../../../compiler/numeric/half.ts";
import { gather } from "../../../../dialects/nn/reference/gather.ts";
import { gatherRows, type HeldFloat } from "../../../../runtime/js/kernels/gather.ts";
import { runKernel } from "../run-kernel.ts";

/** Every pattern of 16 bits, as one row each of 1 element. */
const patterns = Int16Array.from({ length: 65536 }, (_, i) => i);

test.each([
  ["f16", decodeF16],
  ["bf16", decodeBf16],
] as const)("reads every %s exactly", (held, decode) => {
  const args = {
    table: patterns,
    indices: Int32Array.of(0),
    output: new Float32Array(65536),
    count: 1,
  };
  const kernel = gatherRows({ held, size: 1, inner: 65536 });
  const found = runKernel(kernel, args, { units: 1 }).output!;
  const wanted = decode(Uint16Array.from(patterns));
  for (let i = 0; i < 65536; i++) if (!Object.is(found[i], wanted[i])) expect.fail(`${i}: ${found[i]}`);
});

test("takes rows of any width from any axis, from the end where the index is negative", () => {
  for (const [outer, inner] of [
    [1, 1],
    [1, 5],
    [3, 4],
    [2, 33],
  ] as const) {
    const size = 11;
    const data = Int32Array.from({ length: outer * size * inner }, (_, i) => Math.imul(i, 0x9e3779b1));
    const indices = Int32Array.of(0, 10, -1, -11, 3, 3, 7);
    const wanted = gather({ shape: [outer, size, inner], data }, { shape: [7], data: indices }, { axis: 1 });
    const held: HeldFloat = "f32";
    const args = { table: data, indices, output: new Int32Array(outer * 7 * inner), count: 7 };
    for (const split of [[], [1, 6]])
      expect(runKernel(gatherRows({ held, size, inner }), args, { units: outer * 7, split }).output).toEqual(
        wanted.data,
      );
  }
});
