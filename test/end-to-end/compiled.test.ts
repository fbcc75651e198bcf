import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../compiler/import/files.ts";
import { narrow, repository } from "./narrow.ts";

const llama = join(repository, "examples/tiny-llama");
const digits = join(repository, "examples/digits");
const folder = temporaryFolder();
const evaluation = v.object({ loss: v.number() });
const continuation = v.object({ text: v.string() });

type Backend = "interpreter" | "js";

async function lossOf(backend: Backend, model: string, ...data: readonly string[]): Promise<number> {
  const printed = await narrow("eval", model, "--backend", backend, ...data, "--json");
  return v.parse(evaluation, JSON.parse(printed)).loss;
}

const text = ["--text", join(llama, "eval_text.txt"), "--limit", "512"];
const images = [
  ...["--inputs", join(digits, "test_images.npy"), "--labels", join(digits, "test_labels.npy")],
  ...["--limit", "100", "--batch", "40"],
];

describe("compiled examples", () => {
  test("lose what they lose on the interpreter", async () => {
    for (const [model, data] of [
      [join(llama, "model.mlir"), text],
      [join(digits, "mlp.mlir"), images],
      [join(digits, "resnet.mlir"), images],
    ] as const) {
      const [expected, found] = [
        await lossOf("interpreter", model, ...data),
        await lossOf("js", model, ...data),
      ];
      expect(Math.abs(found - expected), model).toBeLessThan(1e-6);
    }
  });

  // A sum that differs in its last bit may round an activation to its other neighbour, so these are less near.
  test.each([
    ["w4-g32", 1e-6],
    ["nvfp4", 1e-6],
    ["w4a8-token", 1e-3],
    ["mxfp4-w4a4", 1e-3],
  ])("lose what they lose on the interpreter, as %s", async (recipe, allowed) => {
    const model = join(folder, `${recipe}.mlir`);
    await narrow("quantize", join(llama, "model.mlir"), "--recipe", recipe, "-o", model);
    const [expected, found] = [
      await lossOf("interpreter", model, ...text),
      await lossOf("js", model, ...text),
    ];
    expect(Math.abs(found - expected)).toBeLessThan(allowed);
  });

  test("write the text that the interpreter writes", async () => {
    const write = async (backend: Backend) => {
      const printed = await narrow(
        "generate",
        join(llama, "model.mlir"),
        ...["--backend", backend, "--prompt", "And the", "--max-tokens", "40", "--json"],
      );
      return v.parse(continuation, JSON.parse(printed)).text;
    };
    expect(await write("js")).toBe(await write("interpreter"));
  });
});
