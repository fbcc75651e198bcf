import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import type { PassContext } from "../../../../compiler/define/pass.ts";
import { fail, ok } from "../../../../compiler/diagnostics/diagnostic.ts";
import { ConstantStore } from "../../../../compiler/ir/constants.ts";
import { gaussian, seededRandom } from "../../../../compiler/numeric/random.ts";
import { sensitivities } from "../../../../dialects/lowp/allocation/sensitivity.ts";
import { store } from "../../../../dialects/lowp/quantize.ts";
import { errorsOf } from "../../../../dialects/lowp/solvers/losses.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { gaussianTensor } from "../generate.ts";
import { moduleOf } from "../passes/transforming.ts";
import { right } from "../solvers/problems.ts";
import { lowpType } from "../text.ts";

const [N, K, T] = [6, 8, 40];
const module = moduleOf(
  "func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {\n return %x : tensor<2xf32>\n}",
);
const context: PassContext = {
  registry,
  constants: new ConstantStore({ sha256: () => "", readTensor: () => fail() }),
  report: () => {},
  progress: () => {},
};

const numbers = (count: number, seed: number): Float64Array => {
  const random = seededRandom(seed);
  return Float64Array.from({ length: count }, () => gaussian(random));
};

/** Σ xᵀx / T of rows [T, K]. */
function secondMoment(rows: Float64Array): Float64Array {
  const moment = new Float64Array(K * K);
  for (let t = 0; t < rows.length; t += K)
    for (let i = 0; i < K; i++)
      for (let j = 0; j < K; j++) moment[i * K + j]! += (rows[t + i]! * rows[t + j]! * K) / rows.length;
  return moment;
}

/** Mean over rows of |W x|², straight from the definition. */
function meanSquaredOutput(matrix: Float64Array, rows: Float64Array): number {
  let total = 0;
  for (let t = 0; t < rows.length; t += K)
    for (let n = 0; n < matrix.length; n += K) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += matrix[n + k]! * rows[t + k]!;
      total += sum * sum;
    }
  return (total * K) / rows.length;
}

async function measure(name: string, errors: Float64Array, moment: Float64Array, weight = numbers(N * K, 9)) {
  const sensitivity = sensitivities.find((each) => each.name === name)!;
  const solved = {
    bytes: 0,
    weight: { shape: [N, K], data: weight },
    errors,
    numbers: { shape: [N, K], data: weight },
  };
  const statistics = { count: T, secondMoment: moment };
  return expectValue(
    await sensitivity.measure({ module, symbol: "w", solved, all: [solved], statistics }, context),
  );
}

const seeds = fc.integer({ min: 1, max: 1e6 });
const close = (value: number, expected: number) =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-12 * Math.abs(expected));

describe("sensitivities of layers", () => {
  it("hessian is the mean squared error of the outputs, to 1e-12", async () =>
    fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const [errors, rows] = [numbers(N * K, seed), numbers(T * K, seed + 1)];
        close(await measure("hessian", errors, secondMoment(rows)), meanSquaredOutput(errors, rows));
      }),
      { numRuns: 30 },
    ));

  it("diagonal is exact where inputs do not go together, trace where they are also equally large", async () =>
    fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const errors = numbers(N * K, seed);
        const variances = numbers(K, seed + 1).map((each) => each * each);
        const diagonal = new Float64Array(K * K);
        const equal = new Float64Array(K * K);
        for (let k = 0; k < K; k++)
          [diagonal[k * (K + 1)], equal[k * (K + 1)]] = [variances[k]!, variances[0]!];
        close(await measure("diagonal", errors, diagonal), await measure("hessian", errors, diagonal));
        close(await measure("trace", errors, equal), await measure("hessian", errors, equal));
        close(
          await measure("trace", errors, equal),
          variances[0]! * (await measure("weight-error", errors, equal)),
        );
      }),
      { numRuns: 30 },
    ));

  it.each([2, 4, 8])("trace and diagonal are near the exact error of rounding to %i bits", async (bits) => {
    // [48, 64] weights and 512 inputs: 0.98 to 1.05 of it by the trace, 0.998 to 1.008 by the diagonal are stated.
    const [rows, columns, count] = [48, 64, 512];
    const weight = gaussianTensor([rows, columns], 21);
    const type = lowpType(`!lowp.q<i${bits}, block = [1, *], scale = f32>`);
    const errors = right(errorsOf(weight, right(store(weight, type))));
    const widths = numbers(columns, 23).map((each) => Math.exp(each / 2));
    const inputs = numbers(count * columns, 22).map((each, at) => each * widths[at % columns]!);
    const moment = new Float64Array(columns * columns);
    for (let t = 0; t < inputs.length; t += columns)
      for (let i = 0; i < columns; i++)
        for (let j = 0; j < columns; j++)
          moment[i * columns + j]! += (inputs[t + i]! * inputs[t + j]!) / count;
    const [trace, diagonal, exact] = [
      await measure("trace", errors, moment),
      await measure("diagonal", errors, moment),
      await measure("hessian", errors, moment),
    ];
    expect(Math.abs(diagonal / exact - 1)).toBeLessThan(0.02);
    expect(Math.abs(trace / exact - 1)).toBeLessThan(0.06);
  });

  it("trace is what diagonal would be with its columns shuffled, on average", async () => {
    const errors = numbers(N * K, 3);
    const moment = secondMoment(numbers(T * K, 4));
    const shifted = await Promise.all(
      Array.from({ length: K }, (_, shift) =>
        measure(
          "diagonal",
          errors.map((_, i) => errors[i - (i % K) + ((i + shift) % K)]!),
          moment,
        ),
      ),
    );
    close(await measure("trace", errors, moment), shifted.reduce((sum, each) => sum + each) / K);
  });

  it("layer-output does not change with the size of weights or inputs", async () => {
    const [errors, weight, rows] = [numbers(N * K, 5), numbers(N * K, 6), numbers(T * K, 7)];
    const plain = await measure("layer-output", errors, secondMoment(rows), weight);
    const scaled = await measure(
      "layer-output",
      errors.map((each) => 3 * each),
      secondMoment(rows.map((each) => each / 7)),
      weight.map((each) => 3 * each),
    );
    close(scaled, plain);
    close(plain, meanSquaredOutput(errors, rows) / meanSquaredOutput(weight, rows));
  });

  it("scaled-hessian is the divergence of the coarsest type, and goes with the output error", async () => {
    const solvedWith = (errors: Float64Array) => ({
      bytes: 0,
      weight: { shape: [N, K], data: numbers(N * K, 9) },
      errors,
      numbers: { shape: [N, K], data: errors },
    });
    const all = [1, 3, 2].map((size) => solvedWith(numbers(N * K, 11).map((each) => size * each)));
    let runs = 0;
    const calibration: PassContext["calibration"] = {
      sha256: "",
      statistics: () => ok(new Map()),
      lossIncrease(_, replaced) {
        runs++;
        expect(replaced.get("w")!.data).toBe(all[1]!.errors);
        return ok({ loss: undefined, divergence: 0.9 });
      },
    };
    const statistics = { count: T, secondMoment: secondMoment(numbers(T * K, 12)) };
    const scaled = sensitivities.find(({ name }) => name === "scaled-hessian")!;
    for (const [i, expected] of [0.1, 0.9, 0.4].entries())
      close(
        expectValue(
          await scaled.measure(
            { module, symbol: "w", solved: all[i]!, all, statistics },
            { ...context, calibration },
          ),
        ),
        expected,
      );
    expect(runs).toBe(1);
  });

  it("losses are those that calibration measures, with the weight replaced", async () => {
    const sensitivity = (name: string) => sensitivities.find((each) => each.name === name)!;
    const solved = {
      bytes: 0,
      weight: { shape: [1], data: new Float64Array(1) },
      errors: new Float64Array(1),
      numbers: { shape: [1], data: Float32Array.of(5) },
    };
    const trial = { module, symbol: "w", solved, all: [solved], statistics: undefined };
    const calibration = {
      sha256: "",
      statistics: () => ok(new Map()),
      lossIncrease: (_: unknown, replaced: ReadonlyMap<string, { data: ArrayLike<number> }>) =>
        ok({ loss: -replaced.get("w")!.data[0]!, divergence: 2 }),
    };
    const withData = { ...context, calibration };
    expect(expectValue(await sensitivity("loss").measure(trial, withData))).toBe(-5);
    expect(expectValue(await sensitivity("divergence").measure(trial, withData))).toBe(2);
    const statisticsAlone = { ...context, calibration: { ...calibration, lossIncrease: undefined } };
    expect(await sensitivity("loss").measure(trial, statisticsAlone as unknown as PassContext)).toMatchObject(
      {
        diagnostics: [{ code: "loss-missing" }],
      },
    );
  });
});
