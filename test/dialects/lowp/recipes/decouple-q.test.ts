import { describe, expect, it } from "vitest";
import { decoupleQRecipes } from "../../../../dialects/lowp/recipes/decouple-q.ts";
import { narrow, read, temporaryFolder } from "../../../compiler/cli/command-line.ts";
import { writeModelOf } from "./tiny-model.ts";

const shapes = {
  table: [256, 32],
  "layers.0.self_attn.k_proj": [32, 32],
  "layers.0.self_attn.v_proj": [32, 32],
  "layers.0.self_attn.o_proj": [32, 32],
  "layers.0.mlp.up_proj": [64, 32],
  head: [256, 64],
} as const;

/** A program with one weight of each kind that the recipes tell apart. */
const program = `module attributes {nn.tokenizer = "bytes", nn.context = 18} {
${Object.entries(shapes)
  .map(
    ([name, [rows, columns]]) =>
      `  lowp.param @${name} : tensor<${rows}x${columns}xf32> = dense_resource<${name}>`,
  )
  .join("\n")}

  func.func @main(%tokens: tensor<?xi32>) -> tensor<?x256xf32> {
    %t = lowp.get(@table) : tensor<256x32xf32>
    %x = nn.embedding(%t, %tokens) : tensor<?x32xf32>
    %w_k = lowp.get(@layers.0.self_attn.k_proj) : tensor<32x32xf32>
    %k = nn.linear(%x, %w_k) : tensor<?x32xf32>
    %w_v = lowp.get(@layers.0.self_attn.v_proj) : tensor<32x32xf32>
    %v = nn.linear(%x, %w_v) : tensor<?x32xf32>
    %mixed = nn.mul(%k, %v) : tensor<?x32xf32>
    %w_o = lowp.get(@layers.0.self_attn.o_proj) : tensor<32x32xf32>
    %o = nn.linear(%mixed, %w_o) : tensor<?x32xf32>
    %w_up = lowp.get(@layers.0.mlp.up_proj) : tensor<64x32xf32>
    %up = nn.linear(%o, %w_up) : tensor<?x64xf32>
    %w = lowp.get(@head) : tensor<256x64xf32>
    %y = nn.linear(%up, %w) : tensor<?x256xf32>
    return %y : tensor<?x256xf32>
  }
}
`;

describe.each(decoupleQRecipes.map(({ name }) => name))("%s", (name) => {
  it("gives the program in the golden file", async () => {
    const folder = temporaryFolder();
    writeModelOf(folder, program, shapes);
    const { status, err } = await narrow(
      folder,
      ...["quantize", "model.mlir", "--recipe", name, "--calibration", "text.txt", "-o", "out.mlir"],
    );
    expect({ status, err }).toMatchObject({ status: 0 });
    // Without the places of the bytes: their digests would say nothing to a reader.
    const [found] = read(folder, "out.mlir").split("{-#");
    await expect(`${found?.trimEnd()}\n`).toMatchFileSnapshot(`${name}.expected.mlir`);
  });
});
