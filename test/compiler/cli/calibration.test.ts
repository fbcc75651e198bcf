import { describe, expect, it } from "vitest";
import { calibrationFrom } from "../../../compiler/cli/calibration.ts";
import type { Loaded } from "../../../compiler/cli/load.ts";
import { registry } from "../../../compiler/cli/toolchain.ts";
import type { InputStatistics } from "../../../compiler/define/solver.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { parsePipeline } from "../../../compiler/passes/bind.ts";
import { runPipeline } from "../../../compiler/passes/pipeline.ts";
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
});
