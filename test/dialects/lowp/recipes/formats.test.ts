import { describe, expect, it } from "vitest";
import { formatRecipes } from "../../../../dialects/lowp/recipes/formats.ts";
import { narrow, temporaryFolder, write } from "../../../compiler/cli/command-line.ts";
import { gaussianTensor } from "../generate.ts";

const { data } = gaussianTensor([32, 64], 1);
const hex = Buffer.from(Float32Array.from(data).buffer).toString("hex");
const model = `lowp.param @layers.0.w : tensor<32x64xf32> = dense_resource<w>
func.func @main(%x: tensor<?x64xf32>) -> tensor<?x32xf32> {
  %w = lowp.get(@layers.0.w) : tensor<32x64xf32>
  %y = nn.linear(%x, %w) : tensor<?x32xf32>
  return %y : tensor<?x32xf32>
}
{-#
  dialect_resources: { builtin: { w: "0x04000000${hex}" } }
#-}
`;

/** Σ|y − x| / Σ|x| of the outputs at x = identity, which are the weights; by the noise of each format. */
const bounds: Readonly<Record<string, number>> = {
  mxfp8: 0.03,
  mxfp6: 0.03,
  mxint8: 0.01,
  "mxfp4-unclipped": 0.12,
  nvint4: 0.1,
  "nvfp4-tiles": 0.12,
  "nvfp4-four-over-six": 0.1,
  "fp6-row": 0.06,
  ternary: 0.5,
  binary: 0.7,
  "bf16-lossless": 0.002,
};

describe("the recipe", () => {
  const identity = Array.from({ length: 64 }, (_, row) =>
    Array.from({ length: 64 }, (_, column) => (row === column ? 1 : 0)),
  );

  it.each(formatRecipes.map(({ name }) => name))("%s writes a model that runs", async (name) => {
    const folder = temporaryFolder();
    write(folder, "model.mlir", model);
    write(folder, "x.json", JSON.stringify(identity));
    const quantized = await narrow(folder, "quantize", "model.mlir", "--recipe", name, "-o", "small.mlir");
    expect([quantized.status, /error|warning/.test(quantized.err)]).toEqual([0, false]);
    const { out } = await narrow(folder, "run", "small.mlir", "--input", "x=x.json", "--json");
    const [result] = (JSON.parse(out) as { results: readonly { data: readonly number[] }[] }).results;
    let [error, size] = [0, 0];
    for (let row = 0; row < 32; row++)
      for (let column = 0; column < 64; column++) {
        const weight = data[row * 64 + column]!;
        error += Math.abs(result!.data[column * 32 + row]! - weight);
        size += Math.abs(weight);
      }
    expect(error / size).toBeLessThan(bounds[name]!);
    expect(error / size).toBeGreaterThan(bounds[name]! / 5);
  });

  it("of a type that rounds stochastically takes a seed", async () => {
    const folder = temporaryFolder();
    write(folder, "model.mlir", model);
    const type = "!lowp.q<i4, block = [1, *], scale = f32, rounding = stochastic>";
    const quantize = (...rest: readonly string[]) =>
      narrow(folder, "quantize", "model.mlir", "--type", type, "-o", "small.mlir", ...rest);
    expect((await quantize()).err).toContain("error[seed-missing]");
    expect((await quantize("--seed", "many")).status).not.toBe(0);
    expect(await quantize("--seed", "3")).toMatchObject({ status: 0 });
  });
});
