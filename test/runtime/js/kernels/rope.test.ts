import { expect, test } from "vitest";
import { rope as reference } from "../../../../dialects/nn/reference/rope.ts";
import { rope, ropeTable } from "../../../../runtime/js/kernels/rope.ts";
import { runKernel } from "../run-kernel.ts";
import { FIRST_BUFFER, normalFloats } from "./float-samples.ts";

const cases = [2, 4, 6, 8, 10, 64].flatMap((width) =>
  [true, false].map((interleaved) => ({ width, interleaved })),
);

test.each(cases)("turns heads of width $width as the interpreter, interleaved $interleaved", (shape) => {
  const { width, interleaved } = shape;
  const half = width / 2;
  const reversed = Array.from({ length: half }, (_, j) => half - 1 - j);
  for (const [heads, pairs] of [
    [1, undefined],
    [3, reversed],
  ] as const) {
    const positions = Int32Array.of(0, 1, 2, 99, 5, 1000);
    const input = normalFloats(positions.length * heads * width, 3, 5);
    input.set([Number.NaN, Infinity], width);
    const theta = 500000;
    const { cosines, sines } = ropeTable({ theta, width, pairs }, 1001);
    const wanted = reference(
      { shape: [positions.length, heads, width], data: input },
      { shape: [positions.length], data: positions },
      { theta, interleaved, pairs },
    ).data;
    const args = { input, output: new Float32Array(input.length), positions, cosines, sines };
    const kernel = rope({ heads, ...shape });
    expect(runKernel(kernel, args, { units: 6 }).output).toEqual(wanted);
    expect(runKernel(kernel, args, { units: 6, split: [1, 5] }).output).toEqual(wanted);
    const inPlace = { ...args, output: FIRST_BUFFER };
    expect(runKernel(kernel, inPlace, { units: 6 }).input).toEqual(wanted);
  }
});
