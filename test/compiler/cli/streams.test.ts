import { execFileSync } from "node:child_process";
import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { narrow, temporaryFolder, write } from "./command-line.ts";

const numbers = Array.from({ length: 32 }, (_, at) => (at + 1) / 8).join(", ");
const model = `lowp.param @w : tensor<1x32xf32> = dense<[[${numbers}]]> : tensor<1x32xf32>
func.func @main(%x: tensor<?x32xf32>) -> tensor<?x1xf32> {
  %w = lowp.get(@w) : tensor<1x32xf32>
  %y = nn.linear(%x, %w) : tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}
`;

/** A folder with the model and a pipe in it, and what is in the pipe so far. */
function withPipe() {
  const folder = temporaryFolder();
  write(folder, "model.mlir", model);
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  // Opened for both, a pipe waits for nobody.
  const reader = openSync(pipe, "r+");
  const taken = () => {
    const bytes = Buffer.alloc(4096);
    const text = bytes.toString("utf8", 0, readSync(reader, bytes));
    closeSync(reader);
    return text;
  };
  return { folder, pipe, taken };
}

test("opt -o writes a module into what is no file, and leaves it what it is", async () => {
  const { folder, pipe, taken } = withPipe();
  const { status } = await narrow(folder, "opt", "model.mlir", "--pipeline", "canonicalize", "-o", "pipe");
  expect(status).toBe(0);
  expect(taken()).toContain("nn.linear(%x, %w)");
  expect(statSync(pipe).isFIFO()).toBe(true);
  expect(readdirSync(folder).toSorted()).toEqual(["model.mlir", "pipe"]);
});

test.each([
  ["opt", ["opt", "model.mlir", "--pipeline", "prune{pattern=2:4}"]],
  ["quantize", ["quantize", "model.mlir", "--type", "!lowp.q<i4, block = [1, 32], scale = f16>"]],
])("%s refuses to write weights beside it", async (_, command) => {
  const { folder, pipe } = withPipe();
  const { status, err } = await narrow(folder, ...command, "-o", "pipe");
  expect(status).toBe(1);
  expect(err).toContain("is no file, so the weights of the module have no place beside it");
  expect(statSync(pipe).isFIFO()).toBe(true);
  expect(readdirSync(folder).toSorted()).toEqual(["model.mlir", "pipe"]);
});
