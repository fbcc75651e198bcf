import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { sha256 } from "../../../../compiler/cli/constant-host.ts";
import { type Sizes, sizesOf } from "../../../../compiler/cli/report/sizes.ts";
import { open, writeSmallModel } from "../../../runtime/calibration/small-model.ts";
import { expectValue } from "../../import/files.ts";
import { narrow, temporaryFolder, write, writeWeights } from "../command-line.ts";

const types = [
  "!lowp.q<i4, block = [1, *], scale = f32>",
  "!lowp.q<ui2, block = [1, *], scale = f16, zero = ui2>",
  "!lowp.q<ui3, block = [*, *], scale = f16, shift = f16>",
  "!lowp.q<f4E2M1FN, block = [1, *], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>",
  '!lowp.q<trit, block = [1, *], scale = f16, pack = "trits">',
  "!lowp.sum<!lowp.q<i2, block = [1, *], scale = f16>, !lowp.q<i2, block = [1, *], scale = f16>>",
];

/** What the files hold must be what the page adds up to. */
function expectBalanced(folder: string, { params, others, inline, files }: Sizes): void {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  for (const { file, size, sha256: hash } of files) {
    expect(size).toBe(statSync(join(folder, file)).size);
    expect(hash).toBe(sha256(readFileSync(join(folder, file))));
  }
  const accounted = sum(params.map(({ total }) => total)) + others;
  const rest = sum(files.map(({ overhead, unused }) => overhead + unused));
  expect(accounted - inline + rest).toBe(sum(files.map(({ size }) => size)));
  for (const { roles, total } of params) expect(total).toBe(sum(Object.values(roles)));
}

it("adds up to the bytes of the files, whatever is quantized into whatever", async () => {
  const folder = temporaryFolder();
  await writeSmallModel(folder);
  const layers = fc.subarray(["up", "gate", "down", "head"], { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...types), layers, async (type, only) => {
      const pipeline = `quantize-weights{type=${type} only=[${only.map((name) => `"${name}"`).join(", ")}]}`;
      const made = await narrow(folder, "opt", "dense.mlir", "--pipeline", pipeline, "-o", "made.mlir");
      expect(made).toMatchObject({ status: 0, err: "" });
      const sizes = expectValue(sizesOf(open(folder, "made.mlir")));
      expectBalanced(folder, sizes);
      expect(sizes.files.map(({ file }) => file).toSorted()).toEqual([
        "made.safetensors",
        "weights.safetensors",
      ]);
      expect(sizes.params.filter(({ isQuantized }) => isQuantized).map(({ name }) => name)).toEqual(only);
      const elements = { up: 30, gate: 30, down: 30, head: 1536 };
      const left = sizes.files.find(({ file }) => file === "weights.safetensors")!;
      expect(left.unused).toBe(only.reduce((sum, name) => sum + 4 * elements[name as "up"], 0));
    }),
    { numRuns: 12 },
  );
});

it("tells components apart", async () => {
  const folder = temporaryFolder();
  await writeSmallModel(folder);
  const pipeline = `quantize-weights{type=${types[1]} only=["up"]},quantize-weights{type=${types[3]} only=["gate"]}`;
  await narrow(folder, "opt", "dense.mlir", "--pipeline", pipeline, "-o", "made.mlir");
  const { params } = expectValue(sizesOf(open(folder, "made.mlir")));
  const [, up, gate, down] = params;
  const none = { codes: 0, scales: 0, zeros: 0, shifts: 0, indices: 0, tables: 0, values: 0 };
  // 30 codes of 2 bits are 8 bytes; 5 zeros of 2 bits are 2.
  expect(up).toMatchObject({ name: "up", roles: { ...none, codes: 8, scales: 10, zeros: 2 }, total: 20 });
  // 30 codes of 4 bits; 5 scales of 8 bits under one of 32.
  expect(gate).toMatchObject({ roles: { ...none, codes: 15, scales: 9 } });
  expect(down).toMatchObject({ isQuantized: false, roles: { ...none, values: 120 } });
});

it("counts a shared tensor once, inline bytes and text apart, and constants of no parameter", () => {
  const folder = temporaryFolder();
  writeWeights(folder, "w.safetensors", [
    { name: "w", shape: [2, 2] },
    { name: "c", shape: [3] },
    { name: "spare", shape: [5] },
  ]);
  const tensor = (name: string, bytes: number) => {
    const data = readFileSync(join(folder, "w.safetensors"));
    const header = JSON.parse(data.subarray(8, 8 + Number(data.readBigUInt64LE())).toString());
    const start = 8 + Number(data.readBigUInt64LE());
    const [from, to] = header[name].data_offsets;
    return `"w.safetensors#${name}, ${bytes} bytes, sha256 ${sha256(data.subarray(start + from, start + to))}"`;
  };
  write(
    folder,
    "a.mlir",
    `module attributes {test.c = dense_resource<c> : tensor<3xf32>} {
lowp.param @first : tensor<2x2xf32> = dense_resource<w1>
lowp.param @second : tensor<2x2xf32> = dense_resource<w2>
lowp.param @small : tensor<2xf16> = dense_resource<small>
lowp.param @written : tensor<3xf32> = dense<1.0>
}
{-#
  dialect_resources: { builtin: { small: "0x02000000003C0040" } },
  external_resources: { narrow: { w1: ${tensor("w", 16)}, w2: ${tensor("w", 16)}, c: ${tensor("c", 12)} } }
#-}
`,
  );
  const sizes = expectValue(sizesOf(open(folder, "a.mlir")));
  expectBalanced(folder, sizes);
  expect(sizes.params.map(({ total }) => total)).toEqual([16, 0, 4, 12]);
  expect(sizes).toMatchObject({ others: 12, inline: 16 });
  expect(sizes.files[0]).toMatchObject({ unused: 20 });
});
