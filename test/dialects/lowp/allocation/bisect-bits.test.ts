import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../../../compiler/cli/constant-host.ts";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import type { PassContext } from "../../../../compiler/define/pass.ts";
import { error, fail, ok, type Result } from "../../../../compiler/diagnostics/diagnostic.ts";
import { ConstantStore } from "../../../../compiler/ir/constants.ts";
import type { Module } from "../../../../compiler/ir/module.ts";
import { parsePipeline } from "../../../../compiler/passes/bind.ts";
import { runPipeline } from "../../../../compiler/passes/pipeline.ts";
import { printModule } from "../../../../compiler/text/print.ts";
import { largestThatHolds } from "../../../../dialects/lowp/allocation/bisection.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { gaussianTensor } from "../generate.ts";
import { moduleOf } from "../passes/transforming.ts";

const [I2, I4, I8] = [2, 4, 8].map((bits) => `!lowp.q<i${bits}, block = [1, *], scale = f32>`);
const TYPES = `types=[${I8}, ${I4}, ${I2}]`;

/** Weights @w0, @w1, … side by side, each as large as its scale. */
function program(scales: readonly number[]): Module {
  const type = "tensor<4x8xf32>";
  const params = scales.map((scale, i) => {
    const { data } = gaussianTensor([4, 8], i + 1);
    const rows = [0, 1, 2, 3].map(
      (row) => `[${[...data.subarray(8 * row, 8 * row + 8)].map((x) => scale * x)}]`,
    );
    return `lowp.param @w${i} : ${type} = dense<[${rows}]> : ${type}`;
  });
  const gets = scales.map((_, i) => `%w${i} = lowp.get(@w${i}) : ${type}`);
  const linears = scales.map((_, i) => `%y${i} = nn.linear(%x, %w${i}) : tensor<2x4xf32>`);
  const results = scales.map((_, i) => `%y${i}`).join(", ");
  const types = scales.map(() => "tensor<2x4xf32>").join(", ");
  return moduleOf(`${params.join("\n")}
func.func @main(%x: tensor<2x8xf32>) -> (${types}) {
  ${[...gets, ...linears].join("\n  ")}
  return ${results} : ${types}
}`);
}

/** Bits that a weight was rounded to, from how many values its first row has. */
function bitsOf(data: ArrayLike<number>): number {
  const values = new Set(Array.from({ length: 8 }, (_, i) => Math.abs(data[i]!))).size;
  const largest = Math.max(...Array.from({ length: 8 }, (_, i) => Math.abs(data[i]!)));
  const steps = Array.from({ length: 8 }, (_, i) => Math.abs(data[i]! / largest));
  if (values <= 3 && steps.every((step) => [0, 0.5, 1].some((each) => Math.abs(step - each) < 1e-6)))
    return 2;
  return steps.every((step) => [7, 8].some((top) => Math.abs(step * top - Math.round(step * top)) < 1e-5))
    ? 4
    : 8;
}

/** What the pass gives where the program loses what `harm` says of the bits of all weights; and what it was asked. */
async function bisect(
  scales: readonly number[],
  options: string,
  harm: (bits: readonly number[]) => number,
): Promise<{ result: Result<Module>; remarks: readonly string[]; asked: readonly (readonly number[])[] }> {
  const remarks: string[] = [];
  const asked: number[][] = [];
  const context: PassContext = {
    registry,
    constants: new ConstantStore({ sha256, readTensor: (file) => fail(error("no-file", file)) }),
    report: ({ message, notes = [] }) => remarks.push(message, ...notes.map((note) => note.message)),
    progress: () => {},
    calibration: {
      sha256: "",
      statistics: () => ok(new Map()),
      lossIncrease(_module, replaced) {
        const bits = scales.map((_, i) => bitsOf(replaced.get(`w${i}`)!.data));
        asked.push(bits);
        return ok({ loss: 2 * harm(bits), divergence: harm(bits) });
      },
    },
  };
  const passes = expectValue(
    parsePipeline(`bisect-bits{${TYPES} sensitivity=weight-error ${options}}`, registry),
  );
  const result = await runPipeline(program(scales), passes, context, {
    verifyEach: true,
    allowUnregistered: false,
  });
  return { result, remarks, asked };
}

const allocated = (result: Result<Module>): readonly number[] =>
  [...printModule(expectValue(result), registry).matchAll(/allocated = !lowp.q<i(\d)/g)].map(([, bits]) =>
    Number(bits),
  );

const lowered = (bits: readonly number[]): number =>
  bits.reduce((sum, each) => sum + (each === 2 ? 3 : each === 4 ? 1 : 0), 0);

describe("bisection", () => {
  it("finds the largest size that holds, in no more than ⌈log₂(count + 1)⌉ questions", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(200), fc.nat(200), async (count, most) => {
        let questions = 0;
        const found = await largestThatHolds(count, async (size) => {
          questions++;
          return ok(size <= most);
        });
        expect(expectValue(found)).toBe(Math.min(count, most));
        expect(questions).toBeLessThanOrEqual(Math.ceil(Math.log2(count + 1)));
      }),
    ));
});

describe("bisect-bits", () => {
  it("lowers the weights that suffer least, as many as the program bears, type by type", async () => {
    // 4 weights in 4 bits cost 4, one of them in 2 bits 2 more.
    const { result, remarks } = await bisect([4, 1, 3, 2], "tolerance=6", lowered);
    expect(allocated(result)).toEqual([4, 2, 4, 4]);
    expect(remarks[0]).toMatch(
      /bisection gives 4 weights 7\.5000 bits on average, at 6\.000 of 6 nats of divergence/,
    );
    expect(remarks).toHaveLength(5);
    const three = await bisect([4, 1, 3, 2], "tolerance=3", lowered);
    expect(allocated(three.result)).toEqual([8, 4, 4, 4]);
    const loss = await bisect([4, 1, 3, 2], "tolerance=6 measure=loss", lowered);
    expect(allocated(loss.result)).toEqual([8, 4, 4, 4]);
  });

  it("never loses more than allowed, and asks about ⌈log₂ L⌉ + 1 times for each type", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        async (scales, tolerance, isOdd) => {
          // Also where less is not always more: some numbers of coarse weights make up for each other.
          const harm = (bits: readonly number[]): number => {
            const all = lowered(bits);
            return isOdd && all % 3 === 1 ? 2 * all : all;
          };
          const { result, asked } = await bisect(scales, `tolerance=${tolerance}`, harm);
          const bits = allocated(result);
          expect(bits).toHaveLength(scales.length);
          expect(harm(bits)).toBeLessThanOrEqual(tolerance);
          expect(asked.length).toBeLessThanOrEqual(1 + 2 * (Math.ceil(Math.log2(scales.length)) + 1));
          if (isOdd) return;
          const fours = Math.min(scales.length, tolerance);
          expect(bits.filter((each) => each < 8)).toHaveLength(fours);
          expect(bits.filter((each) => each === 2)).toHaveLength(
            Math.min(fours, Math.floor((tolerance - fours) / 2)),
          );
        },
      ),
      { numRuns: 40 },
    ));

  it("is carried out by quantize-weights", async () => {
    const { result } = await bisect([2, 1], "tolerance=2},quantize-weights{type=allocated", lowered);
    const text = printModule(expectValue(result), registry);
    expect([...text.matchAll(/@w\d : tensor<4x8x!lowp.q<i(\d)/g)].map(([, bits]) => bits)).toEqual([
      "4",
      "4",
    ]);
  });

  it("says why it cannot begin", async () => {
    const codes = ({ result }: { readonly result: Result<Module> }) =>
      result.ok ? [] : result.diagnostics.map(({ code }) => code);
    expect(codes(await bisect([1], "tolerance=1", () => 5))).toEqual(["tolerance-exceeded"]);
    expect(codes(await bisect([1], "tolerance=1", () => Number.NaN))).toEqual(["sensitivity-not-finite"]);
    expect(codes(await bisect([1], 'tolerance=1 only=["head"]', lowered))).toEqual(["selector"]);
  });
});
