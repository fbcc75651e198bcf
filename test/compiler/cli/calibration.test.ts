import { describe, expect, it } from "vitest";
import { calibrationFrom, sitesOf } from "../../../compiler/cli/calibration.ts";
import type { Loaded } from "../../../compiler/cli/load.ts";
import { registry } from "../../../compiler/cli/toolchain.ts";
import type { InputStatistics } from "../../../compiler/define/solver.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { parsePipeline } from "../../../compiler/passes/bind.ts";
import { runPipeline } from "../../../compiler/passes/pipeline.ts";
import { Interpreter } from "../../../runtime/interpreter/interpreter.ts";
import { languageModel } from "../../../runtime/text/language-model.ts";
import { open, text, writeSmallModel } from "../../runtime/calibration/small-model.ts";
import { expectValue } from "../import/files.ts";
import { temporaryFolder } from "./command-line.ts";

const io = { out: () => {}, err: () => {}, terminal: false };

async function smallModel(): Promise<{ readonly loaded: Loaded; calibration(): Calibration }> {
  const folder = temporaryFolder();
  await writeSmallModel(folder);
  const loaded = open(folder, "dense.mlir");
  const session = { io: { folder, ...io }, registry };
  const choice = { text, windows: 5 };
  return { loaded, calibration: () => expectValue(calibrationFrom(session, loaded, choice)) };
}
type Calibration = Extract<ReturnType<typeof calibrationFrom>, { readonly ok: true }>["value"];

async function quantize(module: Module, { constants }: Loaded, only: string): Promise<Module> {
  const type = "!lowp.q<i2, block = [1, *], scale = f32>";
  const passes = expectValue(parsePipeline(`quantize-weights{type=${type} only=["${only}"]}`, registry));
  const context = { registry, constants, report: () => {}, progress: () => {} };
  return expectValue(
    await runPipeline(module, passes, context, { verifyEach: true, allowUnregistered: false }),
  );
}

/** Questions one after another, each on the module with the weight of the one before quantized. */
async function ask(weights: readonly string[], fresh: boolean) {
  const { loaded, calibration } = await smallModel();
  let module = loaded.module;
  const kept = calibration();
  const answers: (InputStatistics | undefined)[] = [];
  for (const weight of weights) {
    const from = fresh ? calibration() : kept;
    const statistics = expectValue(await from.statistics(module, [weight], ["secondMoment", "absoluteMean"]));
    module = await quantize(module, loaded, weight);
    answers.push(statistics.get(weight));
  }
  return answers;
}

describe("calibration between edits", () => {
  it.each([
    ["in the order of the program", ["up", "down", "head"]],
    ["on weights that share an input", ["up", "gate", "down"]],
    ["against the order of the program", ["head", "down", "up"]],
    ["that skip a weight", ["gate", "head"]],
    ["of a weight that came before, in a function since left", ["up", "down", "head", "gate"]],
  ])("says the same bit for bit as runs from the start, %s", async (_, weights) => {
    const continued = await ask(weights, false);
    expect(continued.every((each) => each?.secondMoment)).toBe(true);
    expect(continued).toEqual(await ask(weights, true));
  });

  it("forgets what it saw of another module", async () => {
    const { loaded, calibration } = await smallModel();
    const kept = calibration();
    expectValue(await kept.statistics(loaded.module, ["head"], ["secondMoment"]));
    const other = await quantize(loaded.module, loaded, "up");
    expect(expectValue(await kept.statistics(other, ["head"], ["secondMoment"]))).toEqual(
      expectValue(await calibration().statistics(other, ["head"], ["secondMoment"])),
    );
  });

  it("measures how the inputs of the program as it was go with those it has now", async () => {
    const { loaded, calibration } = await smallModel();
    const kept = calibration();
    const needs = ["secondMoment", "crossMoment"] as const;
    const first = expectValue(await kept.statistics(loaded.module, ["up"], needs)).get("up")!;
    // Nothing is quantized yet: the two programs are one.
    expect(first.crossMoment).toEqual(first.secondMoment);
    const half = await quantize(loaded.module, loaded, "up");
    // A weight that shares its input with one that is quantized already.
    expectValue(await kept.statistics(half, ["gate"], needs));
    const next = await quantize(half, loaded, "gate");
    const { crossMoment } = expectValue(await kept.statistics(next, ["down"], needs)).get("down")!;
    const [before, after] = [inputsOf("down", loaded, loaded.module), inputsOf("down", loaded, next)];
    expect(after).not.toEqual(before);
    const channels = 5;
    const rows = before.length / channels;
    expect(rows).toBe(5 * 4);
    const expected = new Float64Array(channels * channels);
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < channels; i++)
        for (let j = 0; j < channels; j++)
          expected[i * channels + j]! += before[row * channels + i]! * after[row * channels + j]!;
    expect(crossMoment).toEqual(expected.map((sum) => sum / rows));
  });

  it("begins the comparison anew where a weight asked about has changed", async () => {
    const { loaded, calibration } = await smallModel();
    const kept = calibration();
    expectValue(await kept.statistics(loaded.module, ["up"], ["crossMoment"]));
    const changed = await quantize(loaded.module, loaded, "down");
    const needs = ["secondMoment", "crossMoment"] as const;
    const { crossMoment, secondMoment } = expectValue(await kept.statistics(changed, ["down"], needs)).get(
      "down",
    )!;
    expect(crossMoment).toEqual(secondMoment);
  });
});

/** Rows of what meets a weight, in the windows that `smallModel` takes. */
function inputsOf(weight: string, { constants, folder }: Loaded, module: Module): readonly number[] {
  const sites = sitesOf(module, [weight]);
  const seen: number[] = [];
  const interpreter = new Interpreter(module, registry, constants, {
    precision: "f32",
    observe: (_entry, op, { input }) => {
      if (sites.has(op.id)) seen.push(...Array.from((input as FloatTensor).data));
      return undefined;
    },
  });
  const { tokenizer } = expectValue(languageModel(module, interpreter, folder));
  const tokens = tokenizer.encode(text);
  const stride = Math.floor(tokens.length / 5);
  for (let window = 0; window < 5; window++)
    expectValue(
      interpreter.run("main", [{ shape: [4], data: tokens.slice(window * stride, window * stride + 4) }]),
    );
  return seen;
}
