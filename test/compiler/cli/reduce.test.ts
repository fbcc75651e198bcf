import { join } from "node:path";
import { expect, it } from "vitest";
import { narrow, read, temporaryFolder, write } from "./command-line.ts";

const program = `func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = nn.exp(%x) : tensor<4xf32>
  %b = nn.silu(%a) : tensor<4xf32>
  %c = nn.neg(%b) : tensor<4xf32>
  return %c : tensor<4xf32>
}
`;

/** A dialect with a pass that turns silu into relu and calls that exact, and one that crashes on silu. */
const broken = (library: string): string => `
import { allDialects, applyPatterns, defineDialect, definePass, definePattern, ok } from ${JSON.stringify(library)};
const op = (name) => allDialects.find((dialect) => dialect.name === "nn").ops.find((each) => each.name === name);
const wrong = definePattern("wrong", op("nn.silu"), [], ({ operands }, rewriter) =>
  rewriter.build(op("nn.relu"), operands, {}),
);
const contract = { kind: "exact" };
export const dialect = defineDialect({
  name: "broken",
  summary: "passes with bugs",
  passes: [
    definePass({
      name: "break-promise", summary: "wrong", options: {}, contract,
      run: (module, _options, context) => ok(applyPatterns(module, [wrong], context)),
    }),
    definePass({
      name: "crash-on-silu", summary: "wrong", options: {}, contract,
      run: (module) => {
        const found = Object.values(module.ops).find((op) => op.name === "nn.silu");
        if (found) throw new Error("lost my way at op " + found.id);
        return ok(module);
      },
    }),
  ],
});
`;

function folderWithBugs(): string {
  const folder = temporaryFolder();
  write(folder, "broken.ts", broken(join(import.meta.dirname, "../../../index.ts")));
  write(folder, "package.json", '{ "type": "module" }');
  write(folder, "a.mlir", program);
  return folder;
}

const smallest = `func.func @main(%a: tensor<1xf32>) {
  %b = nn.silu(%a) : tensor<1xf32>
  return
}
`;

it("keeps a crash, and writes a golden test that fails until it is mended", async () => {
  const folder = folderWithBugs();
  const loading = ["--load", "./broken.ts"];
  const { status, out, err } = await narrow(
    folder,
    ...loading,
    ...["reduce", "a.mlir", "--pipeline", "cse,crash-on-silu", "-o", "small.mlir"],
  );
  expect([status, out]).toEqual([0, ""]);
  expect(err).toMatch(/^reduced 5 ops to 3, trying \d+ modules; it crashes: lost my way at op \d+\n$/);
  expect(read(folder, "small.mlir")).toBe(
    `// RUN: narrow opt %s --pipeline "cse,crash-on-silu"\n\n${smallest.replaceAll("%a", "%x")}`,
  );
});

it("keeps a broken promise, with the op and the result that show it", async () => {
  const folder = folderWithBugs();
  const { status, out, err } = await narrow(
    folder,
    ...["--load", "./broken.ts", "reduce", "a.mlir", "--pipeline", "break-promise", "--keep", "contract"],
  );
  expect([status, err]).toEqual([0, expect.stringContaining("reduced ")]);
  expect(err).toContain("a promise is broken: pass break-promise promises exact, but @main differs by");
  expect(out).toBe(`// RUN: narrow opt %s --pipeline "break-promise" --check-contracts

func.func @main(%x: tensor<1xf32>) -> tensor<1xf32> {
  %b = nn.silu(%x) : tensor<1xf32>
  return %b : tensor<1xf32>
}
`);
});

it("writes what opt then fails on in the same way", async () => {
  const folder = temporaryFolder();
  write(folder, "a.mlir", program);
  const pipeline = "fold-batch-norm";
  const before = await narrow(folder, "opt", "a.mlir", "--pipeline", pipeline);
  await narrow(folder, "reduce", "a.mlir", "--pipeline", pipeline, "-o", "small.mlir");
  const after = await narrow(folder, "opt", "small.mlir", "--pipeline", pipeline);
  expect([after.status, after.err]).toEqual([before.status, before.err]);
  expect(read(folder, "small.mlir")).toBe(`// RUN: not narrow opt %s --pipeline "fold-batch-norm"\n\n`);
});
