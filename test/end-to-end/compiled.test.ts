import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../compiler/import/files.ts";
import { isLong, narrow, repository } from "./narrow.ts";

const llama = join(repository, "examples/tiny-llama");
const digits = join(repository, "examples/digits");
const folder = temporaryFolder();
const evaluation = v.object({ loss: v.number() });
const continuation = v.object({ text: v.string() });

/** What is like other cases but for its figures, and takes as long. */
const whenLong = <Case>(cases: readonly Case[]): readonly Case[] => (isLong ? cases : []);

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
    { recipe: "w4-g32", allowed: 1e-6 },
    { recipe: "w4a8-token", allowed: 1e-3 },
    { recipe: "nvfp4-w4a4", allowed: 1e-3 },
    ...whenLong([
      { recipe: "nvfp4", allowed: 1e-6 },
      { recipe: "w2w4-g32", allowed: 1e-6 },
      { recipe: "mxfp4-w4a4", allowed: 1e-3 },
      { recipe: "w8a8-tensor", allowed: 1e-3 },
    ]),
  ])("lose what they lose on the interpreter, as $recipe", async ({ recipe, allowed }) => {
    const model = join(folder, `${recipe}.mlir`);
    await narrow("quantize", join(llama, "model.mlir"), "--recipe", recipe, "-o", model);
    const [expected, found] = [
      await lossOf("interpreter", model, ...text),
      await lossOf("js", model, ...text),
    ];
    expect(Math.abs(found - expected)).toBeLessThan(allowed);
  });

  test.each(["kivi-2", "kv8-token", ...whenLong(["kivi-4", "kv4-token"])])(
    "lose what they lose on the interpreter with caches as %s, read as codes or as numbers",
    async (recipe) => {
      const model = join(folder, `${recipe}.mlir`);
      const folded = join(folder, `${recipe}-folded.mlir`);
      await narrow("quantize", join(llama, "model.mlir"), "--recipe", recipe, "-o", model);
      await narrow("opt", model, "--pipeline", "fold-cache-scales", "-o", folded);
      const expected = await lossOf("interpreter", model, ...text);
      expect(Math.abs((await lossOf("js", model, ...text)) - expected)).toBeLessThan(1e-4);
      expect(Math.abs((await lossOf("js", folded, ...text)) - expected)).toBeLessThan(1e-4);
    },
  );

  test("write the text that the interpreter writes", async () => {
    const write = async (backend: Backend, model: string, prompt: string) => {
      const options = ["--backend", backend, "--prompt", prompt, "--max-tokens", "40", "--json"];
      return v.parse(continuation, JSON.parse(await narrow("generate", model, ...options))).text;
    };
    const kivi = join(folder, "kivi.mlir");
    await narrow("quantize", join(llama, "model.mlir"), "--recipe", "kivi-2", "-o", kivi);
    // Long enough that caches are rounded while it is written on.
    const long = "And the LORD spake unto Moses, saying, Speak unto the children of Israel. ".repeat(2);
    for (const [model, prompt] of [
      [join(llama, "model.mlir"), "And the"],
      [kivi, long.slice(0, 110)],
    ] as const)
      expect(await write("js", model, prompt)).toBe(await write("interpreter", model, prompt));
  });
});
