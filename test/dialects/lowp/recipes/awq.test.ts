import { describe, expect, it } from "vitest";
import { awqRecipes } from "../../../../dialects/lowp/recipes/awq.ts";
import { narrow, read, temporaryFolder } from "../../../compiler/cli/command-line.ts";
import { writeModelOf } from "./tiny-model.ts";

const shapes = {
  table: [256, 128],
  norm: [128],
  "layers.0.mlp.gate_proj": [128, 128],
  "layers.0.mlp.up_proj": [128, 128],
  "layers.0.mlp.down_proj": [16, 128],
  head: [256, 16],
} as const;

/** A norm before a gated network: scales go into its gain, and into the rows of up_proj. */
const program = `module attributes {nn.tokenizer = "bytes", nn.context = 18} {
${Object.entries(shapes)
  .map(([name, shape]) => `  lowp.param @${name} : tensor<${shape.join("x")}xf32> = dense_resource<${name}>`)
  .join("\n")}

  func.func @main(%tokens: tensor<?xi32>) -> tensor<?x256xf32> {
    %t = lowp.get(@table) : tensor<256x128xf32>
    %x = nn.embedding(%t, %tokens) : tensor<?x128xf32>
    %g = lowp.get(@norm) : tensor<128xf32>
    %n = nn.rms_norm(%x, %g) : tensor<?x128xf32>
    %w_gate = lowp.get(@layers.0.mlp.gate_proj) : tensor<128x128xf32>
    %gate = nn.linear(%n, %w_gate) : tensor<?x128xf32>
    %w_up = lowp.get(@layers.0.mlp.up_proj) : tensor<128x128xf32>
    %up = nn.linear(%n, %w_up) : tensor<?x128xf32>
    %active = nn.silu(%gate) : tensor<?x128xf32>
    %gated = nn.mul(%active, %up) : tensor<?x128xf32>
    %w_down = lowp.get(@layers.0.mlp.down_proj) : tensor<16x128xf32>
    %down = nn.linear(%gated, %w_down) : tensor<?x16xf32>
    %w = lowp.get(@head) : tensor<256x16xf32>
    %y = nn.linear(%down, %w) : tensor<?x256xf32>
    return %y : tensor<?x256xf32>
  }
}
`;

describe.each(awqRecipes.map(({ name }) => name))("%s", (name) => {
  it("gives the program in the golden file, keeping what its passes promise", async () => {
    const folder = temporaryFolder();
    writeModelOf(folder, program, shapes);
    const { status, err } = await narrow(
      folder,
      ...["quantize", "model.mlir", "--recipe", name, "--calibration", "text.txt", "-o", "out.mlir"],
      "--check-contracts",
    );
    expect({ status, err }).toMatchObject({ status: 0 });
    expect(err).toContain("remark[contract]: awq-scale keeps its promise");
    // Without the places of the bytes: their digests would say nothing to a reader.
    const [found] = read(folder, "out.mlir").split("{-#");
    await expect(`${found?.trimEnd()}\n`).toMatchFileSnapshot(`${name}.expected.mlir`);
  });
});
