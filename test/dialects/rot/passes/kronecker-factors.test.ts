import fc from "fast-check";
import { expect, test } from "vitest";
import { isMismatch } from "../../../../compiler/define/op.ts";
import { gramOfRows, multiply, transpose } from "../../../../compiler/numeric/matrix.ts";
import { gaussian, seededRandom } from "../../../../compiler/numeric/random.ts";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import { quantize } from "../../../../dialects/lowp/quantize.ts";
import { linear } from "../../../../dialects/nn/reference/linear.ts";
import {
  factorSizes,
  type Kronecker,
  kroneckerFactors,
  partialMoments,
} from "../../../../dialects/rot/passes/kronecker-factors.ts";
import { transformOf } from "../../../../dialects/rot/passes/planned-transform.ts";
import { applyAlong } from "../../../../dialects/rot/transforms/apply-along.ts";
import { hadamard } from "../../../../dialects/rot/transforms/hadamard.ts";
import type { Transform } from "../../../../dialects/rot/transforms/transform.ts";
import { drawTensor } from "../../lowp/generate.ts";
import { lowpType } from "../../lowp/text.ts";

const free = (kind: Kronecker["kind"]) => ({ kind, outer: undefined });

test.each([
  [64, 8, 8],
  [4096, 64, 64],
  [11008, 86, 128],
  [14336, 112, 128],
  [12, 3, 4],
])("%i channels are %i by %i", (channels, outer, inner) => {
  expect(factorSizes(channels, free("random"))).toEqual({ outer, inner });
});

test("factors that are Hadamard transforms are of sizes that have one", () => {
  expect(factorSizes(384, free("hadamard"))).toEqual({ outer: 16, inner: 24 });
  expect(factorSizes(384, free("random"))).toEqual({ outer: 16, inner: 24 });
  expect(factorSizes(24, free("klt"))).toEqual({ outer: 2, inner: 12 });
  expect(factorSizes(24, free("random"))).toEqual({ outer: 4, inner: 6 });
  expect([12, 7, 1].map((channels) => factorSizes(channels, free("hadamard")))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("an outer size is taken where it divides and both exist", () => {
  expect(factorSizes(64, { kind: "hadamard", outer: 4 })).toEqual({ outer: 4, inner: 16 });
  expect(factorSizes(64, { kind: "hadamard", outer: 64 })).toBeUndefined();
  expect(factorSizes(64, { kind: "hadamard", outer: 5 })).toBeUndefined();
  expect(factorSizes(24, { kind: "hadamard", outer: 4 })).toBeUndefined();
});

const [rows, outer, inner] = [200, 8, 16];
const channels = outer * inner;

/** Rows Z (A ⊗ B) of Gaussian Z whose factors have loud and quiet directions. */
function signal(seed: number): FloatTensor {
  const random = seededRandom(seed);
  const factor = (size: number) =>
    Float64Array.from(
      { length: size ** 2 },
      (_, at) => gaussian(random) * Math.exp((-3 * Math.floor(at / size)) / size),
    );
  const [a, b] = [factor(outer), factor(inner)];
  const data = new Float64Array(rows * channels);
  for (let row = 0; row < rows; row++) {
    const white = Float64Array.from({ length: channels }, () => gaussian(random));
    const within = multiply(white, b, { rows: outer, inner, columns: inner });
    const both = multiply(transpose(a, outer, outer), within, { rows: outer, inner: outer, columns: inner });
    data.set(both, row * channels);
  }
  return { shape: [rows, channels], data };
}

const momentOf = ({ data, shape: [count, width] }: FloatTensor): Float64Array =>
  gramOfRows(transpose(data, count!, width!), width!, count!);

test("partial second moments are those of groups and of what is within them", () => {
  const tensor = signal(1);
  const found = partialMoments(momentOf(tensor), { outer, inner });
  const [byGroup, within] = [new Float64Array(outer ** 2), new Float64Array(inner ** 2)];
  for (let row = 0; row < rows; row++) {
    const matrix = Float64Array.from(tensor.data.subarray(row * channels, (row + 1) * channels));
    const turned = transpose(matrix, outer, inner);
    for (const [at, value] of gramOfRows(matrix, outer, inner).entries()) byGroup[at] = byGroup[at]! + value;
    for (const [at, value] of gramOfRows(turned, inner, outer).entries()) within[at] = within[at]! + value;
  }
  for (const [left, right] of [
    [found.outer, byGroup],
    [found.inner, within],
  ] as const)
    for (const [at, value] of left.entries()) expect(Math.abs(value - right[at]!)).toBeLessThan(1e-9);
});

function factorsOf(tensor: FloatTensor, whitening: number, seed?: number): Transform {
  const how = { kind: "klt", whitening } as const;
  const sources = { moment: momentOf(tensor), seedOf: () => seed };
  return transformOf(kroneckerFactors({ outer, inner }, how, sources)!);
}

test("factors by principal axes give all groups, and all channels within them, one mean square", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99 }), (seed) => {
      const tensor = signal(seed);
      const mapped = applyAlong(tensor, 1, factorsOf(tensor, 0, seed), "forward");
      const found = partialMoments(momentOf(mapped), { outer, inner });
      for (const [size, moment] of [
        [outer, found.outer],
        [inner, found.inner],
      ] as const) {
        const diagonal = Array.from({ length: size }, (_, at) => moment[at * (size + 1)]!);
        const mean = diagonal.reduce((sum, value) => sum + value, 0) / size;
        for (const value of diagonal) expect(Math.abs(value / mean - 1)).toBeLessThan(1e-12);
      }
    }),
    { numRuns: 10 },
  );
});

test("what has no signal at all is not made any louder", () => {
  const silent = { shape: [4, channels], data: new Float64Array(4 * channels) };
  const transform = factorsOf(silent, 0.5);
  expect(transform.isOrthogonal).toBe(true);
});

test("axes without a signal stay far from singular", () => {
  const tensor = signal(2);
  const quiet = { ...tensor, data: tensor.data.map((value, at) => (at % inner < 3 ? 0 : value)) };
  const transform = factorsOf(quiet, 1);
  const back = applyAlong(applyAlong(quiet, 1, transform, "forward"), 1, transform, "inverse");
  for (const [at, value] of back.data.entries()) expect(Math.abs(value - quiet.data[at]!)).toBeLessThan(1e-9);
});

/** Signal over noise in dB of a product whose rows and weights are rounded to four bits behind a transform. */
function decibels(tensor: FloatTensor, transform: Transform): number {
  const weight = drawTensor("G", [64, channels], 2);
  const exact = linear(tensor, weight, undefined);
  const found = linear(
    rounded(applyAlong(tensor, 1, transform, "forward")),
    rounded(applyAlong(weight, 1, transform, "dual")),
    undefined,
  );
  let [noise, signal_] = [0, 0];
  for (const [at, value] of exact.data.entries()) {
    noise += (value - found.data[at]!) ** 2;
    signal_ += value ** 2;
  }
  return 10 * Math.log10(signal_ / noise);
}

const fourBits = lowpType("!lowp.q<i4<-7:7>, block = [1, *], scale = f32>");
function rounded({ shape, data }: FloatTensor): FloatTensor {
  const value = quantize({ shape, data: Float32Array.from(data) }, fourBits);
  const back = isMismatch(value) ? value : dequantize(value, "f64");
  if (isMismatch(back)) throw new Error(back.message);
  return back;
}

/** Measured: 15.7 dB; 16.3, 22.8 and 16.3 dB with whitening 0, 0.5 and 1. */
test("four bits lose less behind factors by principal axes than behind a Hadamard transform", () => {
  const tensor = signal(3);
  const [axes, half, white] = [0, 0.5, 1].map((whitening) =>
    decibels(tensor, factorsOf(tensor, whitening, 1)),
  );
  expect(axes).toBeGreaterThan(decibels(tensor, hadamard(channels, 1)) + 0.3);
  // Noise is least where rows and weights are whitened alike.
  expect(half).toBeGreaterThan(Math.max(axes!, white!) + 5);
});
