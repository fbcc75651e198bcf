import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AllocationItem } from "../../compiler/allocation/problem.ts";
import { ilp } from "../../compiler/allocation/solvers/ilp.ts";
import { calibrationFrom } from "../../compiler/cli/calibration.ts";
import { loadModule } from "../../compiler/cli/load.ts";
import { progressOn } from "../../compiler/cli/progress.ts";
import { runPasses } from "../../compiler/cli/run-passes.ts";
import { saveModule } from "../../compiler/cli/save.ts";
import { registry } from "../../compiler/cli/toolchain.ts";
import type { PassContext } from "../../compiler/define/pass.ts";
import type { Result } from "../../compiler/diagnostics/diagnostic.ts";
import { renderAll } from "../../compiler/diagnostics/render.ts";
import { attributesOf, topLevel } from "../../compiler/ir/module.ts";
import type { DialectType, TensorType } from "../../compiler/ir/types.ts";
import { elementCount } from "../../compiler/numeric/tensor.ts";
import { parseModule } from "../../compiler/text/resolve.ts";
import { chosenWeights, moduleProblem } from "../../dialects/lowp/allocation/module-problem.ts";
import { models } from "../accuracy/models.ts";
import { narrow, quietIo } from "../accuracy/narrow.ts";
import { type Compared, formats, windowsOf } from "./formats.ts";
import type { AllocationRow } from "./results.ts";

const { source, text, window } = models.example;

const session = { io: quietIo(), registry };
const open = () => expectOk(loadModule(session.io, source, registry, new Map()));

/** What every weight loses in every format, by one sensitivity, from the calibration text alone. */
export async function measureItems(sensitivity: Compared): Promise<readonly AllocationItem[]> {
  const loaded = open();
  const { module, constants } = loaded;
  const data = {
    text: readFileSync(join(source, "../calib_text.txt")),
    window,
    windows: Math.max(1, windowsOf[sensitivity]),
  };
  const progress = progressOn({ ...session.io, err: (line) => void process.stderr.write(line) }, sensitivity);
  const context: PassContext = {
    registry,
    constants,
    calibration: expectOk(calibrationFrom(session, loaded, data)),
    report: () => {},
    progress: (done, total, label) => progress.show(done, total, label),
  };
  const weights = expectOk(chosenWeights(module, { only: ["*"], skip: [] }));
  const types = Object.values(formats).map(typeOf);
  const request = {
    types,
    by: [],
    sensitivity,
    ties: "none",
    interactions: "none",
    pinned: [],
    rounds: 1,
  } as const;
  const { problem } = expectOk(await moduleProblem(module, weights, request, context));
  progress.end();
  const names = new Map(Object.entries(formats).map(([name, type]) => [type as string, name]));
  return problem.items.map(({ id, choices }) => ({
    id,
    choices: choices.map((choice) => ({ ...choice, id: names.get(choice.id)! })),
  }));
}

/** Chooses within a budget of bits per weight, carries the choice out, and scores the evaluation text. */
export async function measureBudget(
  sensitivity: Compared,
  items: readonly AllocationItem[],
  { budget, tokens }: Pick<AllocationRow, "budget" | "tokens">,
): Promise<AllocationRow> {
  const elements = weightCount();
  const outcome = await ilp.solve({ items, budgets: { bytes: Math.floor((budget * elements) / 8) } });
  if (outcome.kind !== "solution") throw new Error(`nothing fits ${budget} bits`);
  const choices = Object.fromEntries(outcome.choices) as Readonly<Record<string, keyof typeof formats>>;
  return {
    sensitivity,
    budget,
    bits: (8 * outcome.costs.bytes!) / elements,
    predicted: outcome.loss,
    proof: outcome.proof,
    tokens,
    loss: await lossOf(choices, tokens),
    choices,
  };
}

/** The loss of the model with these formats, through the files and commands a user would use. */
export async function lossOf(
  choices: Readonly<Record<string, keyof typeof formats>>,
  tokens: number,
): Promise<number> {
  const { module, constants, folder } = open();
  const folderOfOutput = mkdtempSync(join(tmpdir(), "narrow-allocation-"));
  const output = join(folderOfOutput, "model.mlir");
  const pipeline = Object.entries(formats).flatMap(([name, type]) => {
    const only = Object.keys(choices).filter((weight) => choices[weight] === name);
    return only.length === 0 ? [] : [`quantize-weights{type=${type} only=${JSON.stringify(only)}}`];
  });
  const quantized = expectOk(
    await runPasses(
      session,
      module,
      [...pipeline, "hoist-dequant"].join(","),
      constants,
      { verifyEach: true, allowUnregistered: false, workers: 1 },
      new Map(),
      () => {},
    ),
  );
  expectOk(saveModule(output, { module: quantized, constants, folder, registry }));
  const loss = await scoreOf(output, tokens);
  rmSync(folderOfOutput, { recursive: true });
  return loss;
}

/** The loss of the model as it is. */
export const floatLossOf = (tokens: number): Promise<number> => scoreOf(source, tokens);

async function scoreOf(module: string, tokens: number): Promise<number> {
  const size = ["--window", String(window), "--limit", String(tokens)];
  const scored = await narrow("eval", module, "--text", text, ...size, "--json");
  return (JSON.parse(scored) as { readonly loss: number }).loss;
}

const weightCount = (): number =>
  expectOk(chosenWeights(open().module, { only: ["*"], skip: [] })).reduce(
    (total, { attributes }) => total + elementCount((attributes.type as TensorType).shape),
    0,
  );

function typeOf(type: string): DialectType {
  const module = expectOk(parseModule(`lowp.param @w : tensor<32x32x${type}>`, "format.mlir", registry));
  const { element } = attributesOf(topLevel(module)[0]!).type as TensorType;
  return element as DialectType;
}

function expectOk<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(renderAll(result.diagnostics, new Map()));
  return result.value;
}
