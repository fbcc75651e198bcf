import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeNpy } from "../../../compiler/export/npy/write.ts";
import { readNpy } from "../../../compiler/import/npy/read.ts";
import type { Tensor } from "../../../compiler/numeric/tensor.ts";
import { codesOf, expectValue, temporaryFolder } from "../import/files.ts";

const folder = temporaryFolder();
const path = join(folder, "a.npy");

test("writes every kind of tensor so that reading gives it back", () => {
  const tensors: readonly Tensor[] = [
    { shape: [], data: Float32Array.of(1.5) },
    { shape: [2], data: Float64Array.of(Math.PI, Number.NaN) },
    { shape: [1, 3], data: Int32Array.of(-1, 0, 2 ** 31 - 1) },
    { shape: [2, 1, 1], data: BigInt64Array.of(-(2n ** 63n), 7n) },
    { shape: [0, 4], data: new Float32Array() },
  ];
  for (const tensor of tensors) {
    expectValue(writeNpy(path, tensor));
    expect(expectValue(readNpy(path))).toEqual(tensor);
  }
});

test("writes the bytes that numpy.save writes", () => {
  expectValue(writeNpy(path, { shape: [2], data: Float32Array.of(1, 2) }));
  const bytes = readFileSync(path);
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }".padEnd(117);
  expect(bytes.toString("latin1", 0, 128)).toBe(`\u0093NUMPY\u0001\u0000v\u0000${header}\n`);
  expect(bytes.subarray(128).toString("hex")).toBe("0000803f00000040");
});

test("writes a view's own elements only", () => {
  expectValue(writeNpy(path, { shape: [2], data: Float32Array.of(1, 2, 3).subarray(1) }));
  expect(expectValue(readNpy(path)).data).toEqual(Float32Array.of(2, 3));
});

test("reports a folder that does not exist, and takes a wrong shape as a bug", () => {
  expect(
    codesOf(writeNpy(join(folder, "absent", "a.npy"), { shape: [1], data: Float32Array.of(1) })),
  ).toEqual(["write-folder"]);
  expect(() => writeNpy(path, { shape: [2], data: Float32Array.of(1) })).toThrow("do not fill");
});
