import { describe, expect, it } from "vitest";
import { registry } from "../../../compiler/cli/toolchain.ts";
import { narrow, temporaryFolder, write, writeModel } from "./command-line.ts";

const program = `func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = nn.relu(%x) : tensor<2xf32>
  %b = nn.relu(%a) : tensor<2xf32>
  %c = nn.add(%a, %b) : tensor<2xf32>
  return %c : tensor<2xf32>
}
`;

const table = `// canonicalize: applied at 1 of 3 places
a.mlir:2:3  nn.relu %a  drop-repeated-relu  matched 0 of 2: expected an input from nn.relu, found %x, an argument
a.mlir:3:3  nn.relu %b  drop-repeated-relu  applied
a.mlir:4:3  nn.add %c   drop-added-zero     matched 0 of 2: expected an operand that is 0 all over, -0 of floats, found %a, made by nn.relu, and %a, made by nn.relu
`;

describe("--explain", () => {
  it("is a table on the side, one for each run of the pass", async () => {
    const folder = temporaryFolder();
    write(folder, "a.mlir", program);
    const plain = await narrow(folder, "opt", "a.mlir", "--pipeline", "canonicalize,canonicalize");
    const asked = await narrow(
      ...[folder, "opt", "a.mlir", "--pipeline", "canonicalize,canonicalize"],
      ...["--explain", "canonicalize"],
    );
    expect(asked.out).toBe(plain.out);
    const [first, second] = asked.err.split(/(?<=\n)(?=\/\/)/);
    expect(first).toBe(table);
    expect(second).toMatch(/^\/\/ canonicalize: applied at 0 of 2 places\n/);
  });

  it("says what kind of place was missing", async () => {
    const folder = temporaryFolder();
    write(folder, "a.mlir", program);
    const { err } = await narrow(
      folder,
      "opt",
      "a.mlir",
      "--pipeline",
      "fold-constants",
      "--explain",
      "fold-constants",
    );
    expect(err).toBe("// fold-constants: no place to look at, expected pure ops that see a constant\n");
  });

  it("goes with quantize", async () => {
    const folder = temporaryFolder();
    writeModel(folder);
    const type = "!lowp.q<i4, block = [1, *], scale = f32>";
    const { err } = await narrow(
      ...[folder, "quantize", "model.mlir", "--type", type, "-o", "q.mlir", "--explain", "hoist-dequant"],
    );
    expect(err).toContain("// hoist-dequant: applied at 1 of ");
  });
});

it("every pass says what it explains, or that there is nothing", () => {
  expect(registry.passes.filter(({ explains }) => explains === undefined).map(({ name }) => name)).toEqual(
    [],
  );
});
