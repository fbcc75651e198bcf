import { isMismatch, type Mismatch } from "../../../../compiler/define/op.ts";
import type { Solution, WeightProblem, WeightSolver } from "../../../../compiler/define/solver.ts";
import { gaussian, seededRandom } from "../../../../compiler/numeric/random.ts";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { complete, type InferAll, type InputAll, type Schemas } from "../../../../compiler/schema/schema.ts";
import { solveWeight } from "../../../../dialects/lowp/solvers/driver.ts";
import { lowpType } from "../text.ts";

export function right<T>(value: T | Mismatch): T {
  if (isMismatch(value)) throw new Error(`${value.code}: ${value.message}`);
  return value;
}

/** Σ xᵀx / count of `count` inputs of correlated channels, some of them large: x_j = d_j (z_j + a x_{j−1} / d_{j−1}). */
export function correlatedMoment(columns: number, seed: number, count = 2 * columns): Float64Array {
  const random = seededRandom(seed);
  const widths = Float64Array.from({ length: columns }, () => Math.exp(gaussian(random)));
  const moment = new Float64Array(columns * columns);
  for (let row = 0; row < count; row++) {
    let carried = 0;
    const input = widths.map((width) => {
      carried = gaussian(random) + 0.9 * carried;
      return width * carried;
    });
    for (let one = 0; one < columns; one++)
      for (let other = 0; other < columns; other++)
        moment[one * columns + other] =
          moment[one * columns + other]! + (input[one]! * input[other]!) / count;
  }
  return moment;
}

export function identityMoment(columns: number, factor = 1): Float64Array {
  const moment = new Float64Array(columns * columns);
  for (let index = 0; index < moment.length; index += columns + 1) moment[index] = factor;
  return moment;
}

export const problemOf = (weight: FloatTensor, type: string, secondMoment?: Float64Array): WeightProblem => ({
  weight,
  type: lowpType(type),
  statistics: secondMoment && { count: 1, secondMoment },
});

export const nvfp4 =
  "!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32, tail = short>, tail = short>";
export const mxfp4 = "!lowp.q<f4E2M1FN, block = [1, 32], scale = f8E8M0FNU, tail = short>";

/** What the driver finds with a solver; options left out have their defaults. */
export const solve = <Options extends Schemas>(
  solver: WeightSolver<Options>,
  problem: WeightProblem,
  options: Partial<InputAll<Options>> = {},
): Solution => right(solveWeight(solver, problem, complete(solver.options, options) as InferAll<Options>));

/** 10 log10 of the energy of a weight over a loss Σ (w′ − w)². */
export function decibels({ data }: FloatTensor, loss: number): number {
  let energy = 0;
  for (const x of data) energy += x * x;
  return 10 * Math.log10(energy / loss);
}

/** SpQR's groups of 16: 3-bit scales and zeros of their own, in groups of 16 rows. */
export const bilevel = (bits: number): string => {
  const statistic = "!lowp.q<ui3, block = [16, 1], scale = f16, shift = f16>";
  return `!lowp.q<ui${bits}, block = [1, 16], scale = ${statistic}, zero = ${statistic}>`;
};

/** Groups of `size` neighbours in so many bits, with an f16 scale and a zero point each. */
export const groupsOf = (size: number, bits: number): string =>
  `!lowp.sparse<group ${size}, !lowp.q<ui${bits}, block = [1, ${size}], scale = f16, zero = ui${bits}>>`;

/** The values for a solver in tests that go over all of them: a type it takes. */
export const typeFor = (solver: string, dense: string): string =>
  ({
    "low-rank-correction": `!lowp.sum<${dense}, !lowp.lowrank<2, f16, f16>>`,
    "alternate-low-rank": `!lowp.sum<${dense}, !lowp.lowrank<2, f16, f16>>`,
    "output-pca": "!lowp.lowrank<2, f16, f16>",
    "dense-and-sparse": `!lowp.sum<${dense}, !lowp.sparse<csr, f16>>`,
    "salient-rows": `!lowp.split<0, [(2 : ${dense}), (4 : ${dense})], permuted = true>`,
    "mixed-groups": `!lowp.sum<${groupsOf(8, 2)}, ${groupsOf(8, 4)}>`,
    spqr: `!lowp.sum<${dense}, !lowp.sparse<csr, f16>>`,
    "trit-planes":
      "!lowp.sum<!lowp.q<trit, block = [1, 8], scale = f16>, !lowp.q<trit, block = [1, 8], scale = f16>>",
    "four-over-six": "!lowp.q<f4E2M1FN, block = [1, 8], scale = f32>",
    "float-search": "!lowp.q<f4E2M1FN, block = [1, 8], scale = f32>",
    absmean: "!lowp.q<trit, block = [1, 8], scale = f32>",
    twn: "!lowp.q<trit, block = [1, 8], scale = f32>",
    codebook: "!lowp.q<!lowp.table<3, 1, f16, per = row>, block = [*, *], scale = f32>",
    bitmod: "!lowp.q<!lowp.table<3, 1, bitmod>, block = [1, 8], scale = f16>",
    "power-search": "!lowp.q<!lowp.table<3, 1, power<1>>, block = [1, *], scale = f32>",
    olive: "!lowp.q<!lowp.table<8, 2, olive>, block = [*, *], scale = f32>",
  })[solver] ?? dense;

/** The options of gptq where the user gives none. */
export const gptqDefaults = {
  damping: 0.01,
  order: "natural",
  scales: "absmax",
  block: 128,
  refine: 0,
  target: "weight",
  zeros: "round",
} as const;
