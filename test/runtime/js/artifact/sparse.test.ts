import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { narrow } from "../../../compiler/cli/command-line.ts";
import { ProgramText } from "../../../random/program-text.ts";
import { compileTo, type Emitted, noise, sharedFolder } from "./compiled.ts";

const folder = sharedFolder();
const ROWS = 11;
const DEPTH = 300;
let sparse: Emitted;

/** Two products by weights of which most numbers are zeros; enough work to be shared out over threads. */
function program(): string {
  const text = new ProgramText();
  text.weight("up", [610, DEPTH]);
  text.weight("down", [259, 610]);
  text.function(`func.func @main(%x: tensor<?x${DEPTH}xf32>) -> tensor<?x259xf32> {
  %up = lowp.get(@up) : tensor<610x${DEPTH}xf32>
  %down = lowp.get(@down) : tensor<259x610xf32>
  %inner = nn.linear(%x, %up) : tensor<?x610xf32>
  %active = nn.relu(%inner) : tensor<?x610xf32>
  %y = nn.linear(%active, %down) : tensor<?x259xf32>
  return %y : tensor<?x259xf32>
}
`);
  return text.toString();
}

beforeAll(async () => {
  writeFileSync(join(folder, "floats.mlir"), program());
  const pipeline =
    'prune{pattern=unstructured sparsity=0.8},pack-sparsity{pattern=csr only=["up"]},pack-sparsity{pattern=bitmap},hoist-dequant';
  const made = await narrow(folder, "opt", "floats.mlir", "--pipeline", pipeline, "-o", "sparse.mlir");
  expect(made.status, made.err).toBe(0);
  sparse = await compileTo(folder, "sparse.mlir", "sparse.js", "--extent", `x=${ROWS}`, "--fallback");
}, 60_000);

const bitsOf = async (options: object, rows: number): Promise<Uint8Array> => {
  const model = await sparse.load(undefined, options);
  const { y } = model.run("main", { x: { shape: [rows, DEPTH], data: noise(rows * DEPTH, 1) } });
  model.close();
  return new Uint8Array(y!.data.buffer, y!.data.byteOffset, y!.data.byteLength);
};

test("products by sparse weights have the same bits on any number of threads, and without WebAssembly", async () => {
  const one = await bitsOf({ relaxed: false }, ROWS);
  expect(new Set(one).size).toBeGreaterThan(100);
  for (const options of [{ threads: 2 }, { threads: 3 }, { webAssembly: false }])
    expect(await bitsOf({ relaxed: false, ...options }, ROWS)).toEqual(one);
});

test("a row of outputs has the same bits with others and alone", async () => {
  const all = await bitsOf({ relaxed: false }, ROWS);
  for (const rows of [1, 2, 9])
    expect(await bitsOf({ relaxed: false }, rows)).toEqual(all.subarray(0, 4 * 259 * rows));
});

test("their kernels are those of sparse weights", async () => {
  const { status, out } = await narrow(
    folder,
    "compile",
    "sparse.mlir",
    "--extent",
    "x=4",
    "--print",
    "steps",
  );
  expect(status).toBe(0);
  expect(out).toContain("sparse_linear_f32_steps8_610x300_relu");
  expect(out).toContain("sparse_linear_f32_steps8_259x610");
});
