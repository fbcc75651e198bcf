import { describe, expect, it } from "vitest";
import { CompiledLossRuns } from "../../../compiler/cli/compiled-loss-runs.ts";
import { sha256 } from "../../../compiler/cli/constant-host.ts";
import { LossRuns } from "../../../compiler/cli/loss-runs.ts";
import { registry } from "../../../compiler/cli/toolchain.ts";
import { error, fail } from "../../../compiler/diagnostics/diagnostic.ts";
import { ConstantStore } from "../../../compiler/ir/constants.ts";
import { gaussian, seededRandom } from "../../../compiler/numeric/random.ts";
import type { FloatData, FloatTensor, Tensor } from "../../../compiler/numeric/tensor.ts";
import { Interpreter } from "../../../runtime/interpreter/interpreter.ts";
import { logProbabilities } from "../../../runtime/log-probabilities.ts";
import { moduleOf } from "../../dialects/lowp/passes/transforming.ts";
import { expectValue } from "../import/files.ts";

const names = ["a", "b", "head"];
const weight = (seed: number): FloatTensor => {
  const random = seededRandom(seed);
  return { shape: [4, 4], data: Float32Array.from({ length: 16 }, () => gaussian(random)) };
};
const weights = new Map(names.map((name, i) => [name, weight(i + 1)]));

const literal = ({ data }: FloatTensor): string =>
  `dense<[${[0, 4, 8, 12].map((at) => `[${[...data.subarray(at, at + 4)].map((each) => each.toFixed(12))}]`)}]> : tensor<4x4xf32>`;

/** One function per layer, as language models have; @b is read by a layer that is called. */
const program = (values: ReadonlyMap<string, FloatTensor>) => `
lowp.param @table : tensor<4x4xf32> = ${literal(weight(9))}
lowp.param @a : tensor<4x4xf32> = ${literal(values.get("a")!)}
lowp.param @b : tensor<4x4xf32> = ${literal(values.get("b")!)}
lowp.param @head : tensor<4x4xf32> = ${literal(values.get("head")!)}
lowp.param @unused : tensor<4x4xf32> = ${literal(weight(8))}
func.func private @layer(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %b = lowp.get(@b) : tensor<4x4xf32>
  %h = nn.linear(%x, %b) : tensor<?x4xf32>
  %s = nn.silu(%h) : tensor<?x4xf32>
  return %s : tensor<?x4xf32>
}
func.func @main(%tokens: tensor<?xi32>) -> tensor<?x4xf32> {
  %table = lowp.get(@table) : tensor<4x4xf32>
  %x = nn.embedding(%table, %tokens) : tensor<?x4xf32>
  %a = lowp.get(@a) : tensor<4x4xf32>
  %h = nn.linear(%x, %a) : tensor<?x4xf32>
  %y = func.call(@layer, [%h]) : tensor<?x4xf32>
  %z = func.call(@layer, [%y]) : tensor<?x4xf32>
  %head = lowp.get(@head) : tensor<4x4xf32>
  %logits = nn.linear(%z, %head) : tensor<?x4xf32>
  return %logits : tensor<?x4xf32>
}
`;

const constants = new ConstantStore({ sha256, readTensor: (file) => fail(error("no-file", file)) });
const inputs = [
  [0, 1, 2, 3, 1],
  [3, 3, 0, 2],
].map((tokens): Tensor => ({ shape: [tokens.length], data: Int32Array.from(tokens) }));
const common = { registry, constants, main: "main", inputs };

function logitsOf(values: ReadonlyMap<string, FloatTensor>, input: Tensor): Tensor<FloatData> {
  const interpreter = new Interpreter(moduleOf(program(values)), registry, constants, { precision: "f32" });
  return expectValue(interpreter.run("main", [input]))[0] as Tensor<FloatData>;
}

/** Straight from the definitions, by two whole runs of two programs. */
function expected(replaced: ReadonlyMap<string, FloatTensor>) {
  const totals = { loss: 0, scored: 0, kl: 0, rows: 0 };
  for (const input of inputs) {
    const [before, after] = [logitsOf(weights, input), logitsOf(new Map([...weights, ...replaced]), input)];
    for (let row = 0; row < before.shape[0]!; row++) {
      const [p, q] = [logProbabilities(before, row), logProbabilities(after, row)];
      p.forEach((log, i) => {
        totals.kl += Math.exp(log) * (log - q[i]!);
      });
      totals.rows++;
      const next = Number(input.data[row + 1] ?? Number.NaN);
      if (Number.isNaN(next)) continue;
      totals.loss += p[next]! - q[next]!;
      totals.scored++;
    }
  }
  return { loss: totals.loss / totals.scored, divergence: totals.kl / totals.rows };
}

describe("LossRuns", () => {
  it.each([
    ["in program order", ["a", "a", "b", "head", "head"]],
    ["in any order", ["head", "a", "b", "a", "head", "b"]],
  ])("gives what whole runs of the changed program give, asked %s", (_, order) => {
    const runs = new LossRuns({ ...common, areTokens: true }, moduleOf(program(weights)));
    for (const [i, name] of order.entries()) {
      const replaced = new Map([[name, weight(20 + i)]]);
      expect(expectValue(runs.increase(replaced))).toEqual(expected(replaced));
    }
  });

  it("replaces several at once, and finds no loss where nothing is changed", () => {
    const runs = new LossRuns({ ...common, areTokens: true }, moduleOf(program(weights)));
    const replaced = new Map([
      ["head", weight(30)],
      ["a", weight(31)],
    ]);
    expect(expectValue(runs.increase(replaced))).toEqual(expected(replaced));
    expect(expectValue(runs.increase(new Map([["b", weights.get("b")!]])))).toEqual({
      loss: 0,
      divergence: 0,
    });
  });

  it("goes on about a changed program as about the module as it is", () => {
    const runs = new LossRuns({ ...common, areTokens: true }, moduleOf(program(weights)));
    const around = new Map(names.map((name, i) => [name, weight(60 + i)]));
    for (const [i, name] of ["a", "b", "b", "head", "a"].entries()) {
      const replaced = new Map([[name, weight(70 + i)]]);
      const together = new Map([...around, ...replaced]);
      expect(expectValue(runs.increase(replaced, around))).toEqual(expected(together));
    }
    const replaced = new Map([["head", weight(80)]]);
    expect(expectValue(runs.increase(replaced))).toEqual(expected(replaced));
  });

  it("knows no loss where the data do not say what comes next", () => {
    const runs = new LossRuns({ ...common, areTokens: false }, moduleOf(program(weights)));
    const replaced = new Map([["b", weight(40)]]);
    const { divergence } = expected(replaced);
    expect(expectValue(runs.increase(replaced))).toEqual({ loss: undefined, divergence });
  });

  it("says which parameter the run never came to", () => {
    const runs = new LossRuns({ ...common, areTokens: true }, moduleOf(program(weights)));
    expect(runs.increase(new Map([["unused", weight(50)]]))).toMatchObject({
      diagnostics: [{ code: "calibration-missing", message: "the calibration run never came to @unused" }],
    });
  });
});

describe("CompiledLossRuns", () => {
  it("gives what the interpreter gives but for roundings in f32", async () => {
    const module = moduleOf(program(weights));
    const [interpreted, compiled] = [
      new LossRuns({ ...common, areTokens: true }, module),
      new CompiledLossRuns({ ...common, areTokens: true }, module, "js"),
    ];
    const around = new Map([["a", weight(90)]]);
    for (const name of names)
      for (const about of [undefined, around]) {
        const replaced = new Map([[name, weight(91)]]);
        const expectation = expectValue(interpreted.increase(replaced, about));
        const found = expectValue(await compiled.increase(replaced, about));
        expect(found.loss).toBeCloseTo(expectation.loss!, 5);
        expect(found.divergence).toBeCloseTo(expectation.divergence, 5);
      }
  });

  it("refuses what is no dense parameter", async () => {
    const runs = new CompiledLossRuns({ ...common, areTokens: true }, moduleOf(program(weights)), "js");
    expect(await runs.increase(new Map([["nothing", weight(1)]]))).toMatchObject({
      diagnostics: [{ code: "replaced" }],
    });
  });
});
