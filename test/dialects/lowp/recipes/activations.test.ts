import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { activationRecipes } from "../../../../dialects/lowp/recipes/activations.ts";
import { floats, narrow, write } from "../../../compiler/cli/command-line.ts";
import { temporaryFolder } from "../../../compiler/import/files.ts";

const channels = 32;

/** A language model of one norm with two linears, and one linear behind them, of eight tokens. */
const program = `module attributes {nn.tokenizer = "bytes", nn.context = 4} {
  lowp.param @table : tensor<8x${channels}xf32> = dense_resource<table>
  lowp.param @gain : tensor<${channels}xf32> = dense_resource<gain>
  lowp.param @layers.0.up : tensor<${channels}x${channels}xf32> = dense_resource<up>
  lowp.param @layers.0.gate : tensor<${channels}x${channels}xf32> = dense_resource<gate>
  lowp.param @layers.0.down : tensor<8x${channels}xf32> = dense_resource<down>
  func.func @main(%tokens: tensor<?xi32>) -> tensor<?x8xf32> {
    %t = lowp.get(@table) : tensor<8x${channels}xf32>
    %e = nn.embedding(%t, %tokens) : tensor<?x${channels}xf32>
    %g = lowp.get(@gain) : tensor<${channels}xf32>
    %n = nn.rms_norm(%e, %g) : tensor<?x${channels}xf32>
    %w_up = lowp.get(@layers.0.up) : tensor<${channels}x${channels}xf32>
    %up = nn.linear(%n, %w_up) : tensor<?x${channels}xf32>
    %w_gate = lowp.get(@layers.0.gate) : tensor<${channels}x${channels}xf32>
    %gate = nn.linear(%n, %w_gate) : tensor<?x${channels}xf32>
    %h = nn.mul(%up, %gate) : tensor<?x${channels}xf32>
    %w_down = lowp.get(@layers.0.down) : tensor<8x${channels}xf32>
    %z = nn.linear(%h, %w_down) : tensor<?x8xf32>
    return %z : tensor<?x8xf32>
  }
}
`;

const wave = (count: number, seed: number, scale = 1): Uint8Array =>
  floats(...Array.from({ length: count }, (_, i) => scale * Math.sin(7 * i + seed)));
/** One channel of the norm is an outlier. */
const gain = floats(...Array.from({ length: channels }, (_, i) => (i === 5 ? 12 : 1)));
const weights = {
  table: wave(8 * channels, 1),
  gain,
  up: wave(channels * channels, 2, 0.1),
  gate: wave(channels * channels, 3, 0.1),
  down: wave(8 * channels, 4, 0.1),
};
const inline = Object.entries(weights)
  .map(([name, bytes]) => `      ${name}: "0x04000000${Buffer.from(bytes).toString("hex").toUpperCase()}"`)
  .join(",\n");
const model = `${program}\n{-#\n  dialect_resources: {\n    builtin: {\n${inline}\n    }\n  }\n#-}\n`;
const text = Buffer.from(Array.from({ length: 64 }, (_, i) => (i * i + 3) % 8));

describe("a recipe for weights and inputs", () => {
  const folder = temporaryFolder();
  write(folder, "model.mlir", model);
  write(folder, "calibration.txt", text.toString("latin1"));

  it.each(activationRecipes.map(({ name, pipeline }) => [name, pipeline] as const))(
    "gives the golden program as %s, keeping what its passes promise",
    async (name, pipeline) => {
      const learns = /mode=static|smooth-quant|split-outliers/.test(pipeline);
      const data = learns ? ["--calibration", "calibration.txt", "--calibration-windows", "4"] : [];
      const { status, err } = await narrow(
        folder,
        "quantize",
        "model.mlir",
        "--recipe",
        name,
        ...data,
        "--check-contracts",
        "-o",
        "out.mlir",
      );
      expect(status, err).toBe(0);
      const [body = ""] = readFileSync(join(folder, "out.mlir"), "utf8").split("{-#");
      await expect(body).toMatchFileSnapshot(`activations/${name}.expected.mlir`);
    },
  );
});
