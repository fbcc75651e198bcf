import { join } from "node:path";
import { collectorOf, sitesOf } from "../../../compiler/cli/calibration.ts";
import { type TextChoice, windowsOf } from "../../../compiler/cli/calibration-data.ts";
import { sha256 } from "../../../compiler/cli/constant-host.ts";
import { type Loaded, loadModule } from "../../../compiler/cli/load.ts";
import { registry } from "../../../compiler/cli/toolchain.ts";
import { isDense } from "../../../compiler/define/kernel.ts";
import { type Calibration, calibrate } from "../../../runtime/calibration/calibrate.ts";
import { EVERYTHING, type StatisticsCollector } from "../../../runtime/calibration/statistics.ts";
import { Interpreter } from "../../../runtime/interpreter/interpreter.ts";
import { languageModel } from "../../../runtime/text/language-model.ts";
import { floats, narrow, write, writeWeights } from "../../compiler/cli/command-line.ts";
import { expectValue } from "../../compiler/import/files.ts";

const shapes = { table: [256, 6], up: [5, 6], gate: [5, 6], down: [6, 5], head: [256, 6] } as const;

const program = `module attributes {nn.tokenizer = "bytes", nn.context = 4} {
  lowp.param @table : tensor<256x6xf32> = dense_resource<table>
  lowp.param @up : tensor<5x6xf32> = dense_resource<up>
  lowp.param @gate : tensor<5x6xf32> = dense_resource<gate>
  lowp.param @down : tensor<6x5xf32> = dense_resource<down>
  lowp.param @head : tensor<256x6xf32> = dense_resource<head>

  func.func private @layer(%x: tensor<?x6xf32>) -> tensor<?x6xf32> {
    %w_up = lowp.get(@up) : tensor<5x6xf32>
    %a = nn.linear(%x, %w_up) : tensor<?x5xf32>
    %w_gate = lowp.get(@gate) : tensor<5x6xf32>
    %b = nn.linear(%x, %w_gate) : tensor<?x5xf32>
    %h = nn.mul(%a, %b) : tensor<?x5xf32>
    %w_down = lowp.get(@down) : tensor<6x5xf32>
    %p = nn.linear(%h, %w_down) : tensor<?x6xf32>
    return %p : tensor<?x6xf32>
  }

  func.func @main(%tokens: tensor<?xi32>) -> tensor<?x256xf32> {
    %t = lowp.get(@table) : tensor<256x6xf32>
    %e = nn.embedding(%t, %tokens) : tensor<?x6xf32>
    %y = func.call(@layer, [%e]) : tensor<?x6xf32>
    %w = lowp.get(@head) : tensor<256x6xf32>
    %z = nn.linear(%y, %w) : tensor<?x256xf32>
    return %z : tensor<?x256xf32>
  }
}
`;

/** 54 tokens. */
export const text = new TextEncoder().encode("In the beginning God created the heaven and the earth.");

/** A language model of one layer: @up and @gate share an input, and @up is quantized and dequantized again. */
export async function writeSmallModel(folder: string): Promise<void> {
  const weights = Object.entries(shapes).map(([name, shape], seed) => {
    const values = Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(5 * i + seed) - 0.2);
    return { name, shape, bytes: floats(...values) };
  });
  writeWeights(folder, "weights.safetensors", weights);
  const places = weights.map(
    ({ name, bytes }) =>
      `      ${name}: "weights.safetensors#${name}, ${bytes.length} bytes, sha256 ${sha256(bytes)}"`,
  );
  const resources = `{-#\n  external_resources: {\n    narrow: {\n${places.join(",\n")}\n    }\n  }\n#-}\n`;
  write(folder, "dense.mlir", `${program}\n${resources}`);
  const type = "!lowp.q<i8, block = [1, *], scale = f32>";
  const pipelines = {
    "dequantized.mlir": `quantize-weights{type=${type} only=["up"]}`,
    "hoisted.mlir": `quantize-weights{type=${type} only=["up"]},hoist-dequant`,
  };
  for (const [file, pipeline] of Object.entries(pipelines)) {
    const { status, err } = await narrow(folder, "opt", "dense.mlir", "--pipeline", pipeline, "-o", file);
    if (status !== 0) throw new Error(err);
  }
}

export const open = (folder: string, file: string): Loaded =>
  expectValue(
    loadModule(
      { folder, out: () => {}, err: () => {}, terminal: false },
      join(folder, file),
      registry,
      new Map(),
    ),
  );

/** Calibrates a model, keeping every value that it computed under its name. */
export async function calibrateSmall(
  folder: string,
  file: string,
  choice: TextChoice,
  makeCollector: (loaded: Loaded) => StatisticsCollector = ({ module }) =>
    collectorOf(sitesOf(module), EVERYTHING),
): Promise<{ readonly calibration: Calibration; readonly values: ReadonlyMap<string, readonly number[]> }> {
  const loaded = open(folder, file);
  const collector = makeCollector(loaded);
  const values = new Map<string, number[]>();
  const interpreter = new Interpreter(loaded.module, registry, loaded.constants, {
    precision: "f32",
    trace: (_entry, name, _op, value) => {
      if (isDense(value)) values.set(name, [...(values.get(name) ?? []), ...Array.from(value.data, Number)]);
    },
    observe: (_entry, op, inputs) => collector.observe(op, inputs),
  });
  const model = expectValue(languageModel(loaded.module, interpreter, folder));
  const data = expectValue(windowsOf(model, text, choice));
  return { calibration: expectValue(await calibrate(model, data, collector)), values };
}
