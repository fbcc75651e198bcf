import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { LoadOptions } from "../../../../runtime/js/artifact/index.ts";
import { narrow, read } from "../../../compiler/cli/command-line.ts";
import { repository } from "../../../end-to-end/narrow.ts";
import {
  collected,
  compileTo,
  type Emitted,
  JOIN,
  JOIN_EXTENTS,
  noise,
  refusalOf,
  sharedFolder,
} from "./compiled.ts";

const folder = sharedFolder();
const without: LoadOptions = { webAssembly: false };
let joined: Emitted;

beforeAll(async () => {
  joined = await compileTo(folder, JOIN, "join.js", ...JOIN_EXTENTS, "--fallback");
});

describe("a module with a fallback", () => {
  it("gives the same without WebAssembly, also when it is told to use relaxed SIMD", async () => {
    const inputs = {
      x: { shape: [2, 4], data: noise(8, 1) },
      y: { shape: [3, 4], data: noise(12, 2) },
      sum: { shape: [5, 2], data: noise(10, 3) },
    };
    const expected = (await joined.load(undefined, { relaxed: false })).run("join", inputs);
    for (const relaxed of [true, false]) {
      const model = await joined.load(undefined, { ...without, relaxed });
      expect(model.usesRelaxed).toBe(false);
      expect(model.run("join", inputs)).toEqual(expected);
    }
  });

  it("still uses WebAssembly where it may", async () => {
    const model = await joined.load(undefined, { webAssembly: true });
    expect(model.run("double", { x: Float32Array.of(1, -2, 3) }).y?.data).toEqual(Float32Array.of(2, -4, 6));
  });

  it("refuses threads without WebAssembly", async () => {
    expect(await refusalOf(() => joined.load(undefined, { ...without, threads: 2 }))).toEqual({
      code: "threads",
      message: "without WebAssembly a program runs on one thread, not 2: leave threads out",
    });
  });

  it("runs in an engine that has no WebAssembly and makes no code of text", () => {
    const script = `delete globalThis.WebAssembly;
      const { load } = await import("./join.js");
      console.log((await load()).run("double", { x: Float32Array.of(1, 2, 3) }).y.data.join());`;
    const options = ["--disallow-code-generation-from-strings", "--input-type=module", "-e", script];
    const { status, stdout, stderr } = spawnSync(process.execPath, options, {
      cwd: folder,
      encoding: "utf8",
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "2,4,6\n", stderr: "" });
  });
});

it("a module without one says how to compile it", async () => {
  const emitted = await compileTo(folder, JOIN, "plain.js", ...JOIN_EXTENTS);
  expect(read(folder, "plain.js").length).toBeLessThan(read(folder, "join.js").length);
  expect(await refusalOf(() => emitted.load(undefined, without))).toEqual({
    code: "no-webassembly",
    message: "there is no WebAssembly here to run the program with: compile it with --fallback",
  });
});

const tinyLlama = join(repository, "examples/tiny-llama/model.mlir");

describe.each([undefined, "w4-g32", "w8a8-token"])("tiny-llama, recipe %s", (recipe) => {
  it("continues a text with the same tokens and logits", async () => {
    const module = recipe === undefined ? tinyLlama : "quantized.mlir";
    if (recipe !== undefined) await quantize(recipe, module);
    const emitted = await compileTo(folder, module, `${recipe ?? "float"}.js`, "--fallback");
    const prompt = new TextEncoder().encode("In the beginning ");
    const [expected, found] = await Promise.all(
      [{ relaxed: false }, without].map(async (options) => {
        const model = await emitted.load(undefined, options);
        const tokens = await collected(model.generate(prompt, { maxTokens: 5 }));
        return { tokens, outputs: model.run("main", { tokens: Int32Array.from(prompt) }) };
      }),
    );
    expect(expected!.tokens).toHaveLength(5);
    expect(found).toEqual(expected);
  });
});

async function quantize(recipe: string, output: string): Promise<void> {
  const { status, err } = await narrow(folder, "quantize", tinyLlama, "--recipe", recipe, "-o", output);
  expect(status, err).toBe(0);
}
