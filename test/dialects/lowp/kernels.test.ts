import { describe, expect, it } from "vitest";
import { narrow, temporaryFolder, write } from "../../compiler/cli/command-line.ts";

async function run(model: string, ...inputs: readonly string[]): Promise<readonly number[]> {
  const folder = temporaryFolder();
  write(folder, "model.mlir", model);
  const { out, err } = await narrow(folder, "run", "model.mlir", ...inputs, "--json");
  expect(err).toBe("");
  const { results } = JSON.parse(out) as { results: readonly { data: readonly number[] }[] };
  return results.flatMap(({ data }) => data);
}

describe("the kernel of", () => {
  it("lowp.requantize gives every width from one stored weight", async () => {
    const i8 = "tensor<1x4x!lowp.q<i8, block = [1, *], scale = f32>>";
    const narrower = (bits: number) => i8.replace("i8", `i${bits}`);
    // Codes 127, 40, -8, -128 with scale 0.5.
    const model = `lowp.param @w : ${i8} = {codes = dense_resource<c> : tensor<1x4xi8>, scale = dense_resource<s> : tensor<1x1xf32>}
func.func @main() -> (tensor<1x4xf32>, tensor<1x4xf32>) {
  %w = lowp.get(@w) : ${i8}
  %four = lowp.requantize(%w) : ${narrower(4)}
  %a = lowp.dequantize(%four) : tensor<1x4xf32>
  %two = lowp.requantize(%w) : ${narrower(2)}
  %b = lowp.dequantize(%two) : tensor<1x4xf32>
  return %a, %b : tensor<1x4xf32>, tensor<1x4xf32>
}
{-#
  dialect_resources: { builtin: { c: "0x040000007F28F880", s: "0x040000000000003F" } }
#-}
`;
    expect(await run(model)).toEqual([56, 24, 0, -64, 32, 32, 0, -64]);
  });

  it("lowp.quantize draws the same numbers for the same seed", async () => {
    const type = "tensor<1x64x!lowp.q<i3, block = [1, *], scale = f32, rounding = stochastic>>";
    const model = (seed: number) => `func.func @main(%x: tensor<1x64xf32>) -> tensor<1x64xf32> {
  %q = lowp.quantize(%x) {seed = ${seed}} : ${type}
  %y = lowp.dequantize(%q) : tensor<1x64xf32>
  return %y : tensor<1x64xf32>
}
`;
    const input = `x=${JSON.stringify([Array.from({ length: 64 }, (_, index) => index / 10)])}`;
    const once = await run(model(1), "--input", input);
    expect(await run(model(1), "--input", input)).toEqual(once);
    expect(await run(model(2), "--input", input)).not.toEqual(once);
  });
});
