import { expect, it } from "vitest";
import { narrow, temporaryFolder, write, writeModel } from "./command-line.ts";

it("ends with 0 for equal modules and says nothing", async () => {
  const folder = temporaryFolder();
  writeModel(folder);
  expect(await narrow(folder, "diff", "model.mlir", "model.mlir")).toEqual({ status: 0, out: "", err: "" });
  const { status, out } = await narrow(folder, "diff", "model.mlir", "model.mlir", "--format", "json");
  expect([status, JSON.parse(out)]).toEqual([0, { equal: true, differences: [] }]);
});

it("ends with 1 for different modules, and tells weights apart by the digest in the text", async () => {
  const folder = temporaryFolder();
  writeModel(folder);
  const other = (await narrow(folder, "opt", "model.mlir")).out.replace(/sha256 ..../, "sha256 0123");
  write(folder, "other.mlir", other);
  const { status, out, err } = await narrow(folder, "diff", "model.mlir", "other.mlir");
  expect([status, err]).toEqual([1, ""]);
  expect(out).toMatch(
    /^--- model.mlir\n\+\+\+ other.mlir\n~ lowp.param @w {2}\[1 → 1\]\n {4}value: 16 bytes, sha256 [0-9a-f]{12}… → 16 bytes, sha256 0123/,
  );
});

it("ends with 2 where a module cannot be read, and reports those of both", async () => {
  const folder = temporaryFolder();
  write(folder, "broken.mlir", "func.func @main( {");
  const { status, out, err } = await narrow(folder, "diff", "broken.mlir", "absent.mlir");
  expect([status, out]).toEqual([2, ""]);
  expect(err).toContain("broken.mlir:1");
  expect(err).toContain("absent.mlir");
});
