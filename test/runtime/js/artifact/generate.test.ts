import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Model } from "../../../../runtime/js/artifact/model.ts";
import { narrow } from "../../../compiler/cli/command-line.ts";
import {
  CONTEXT,
  collected,
  compileTo,
  type Emitted,
  JOIN,
  JOIN_EXTENTS,
  noise,
  refusalOf,
  sharedFolder,
  writeLanguageModel,
} from "./compiled.ts";

const folder = sharedFolder();
const PROMPT = new TextEncoder().encode("In the beginning");
let emitted: Emitted;
let model: Model;
/** What the interpreter continues the prompt with. */
let expected: readonly number[];

beforeAll(async () => {
  await writeLanguageModel(folder);
  emitted = await compileTo(folder, "language.mlir", "language.js");
  model = await emitted.load();
  const prompt = new TextDecoder().decode(PROMPT);
  const args = ["language.mlir", "--prompt", prompt, "--max-tokens", "24", "--json"];
  expected = JSON.parse((await narrow(folder, "generate", ...args)).out).tokens;
}, 300_000);

describe("generate", () => {
  it("continues a prompt as the interpreter does", async () => {
    expect(new Set(expected).size).toBeGreaterThan(1);
    expect(await collected(model.generate(PROMPT, { maxTokens: 24 }))).toEqual(expected);
  });

  it("continues it so again, on the same model", async () => {
    expect(await collected(model.generate(PROMPT, { maxTokens: 24 }))).toEqual(expected);
  });

  it("gives the same without relaxed SIMD and on threads", async () => {
    for (const options of [{ relaxed: false }, { threads: 2 }]) {
      const other = await emitted.load(undefined, options);
      expect(await collected(other.generate(PROMPT, { maxTokens: 24 }))).toEqual(expected);
      other.close();
    }
  });

  it("gives the same by feeding whole sequences, where there is no function of caches", async () => {
    const text = readFileSync(join(folder, "language.mlir"), "utf8");
    writeFileSync(join(folder, "whole.mlir"), text.replace("func.func @decode", "func.func private @decode"));
    const whole = await (await compileTo(folder, "whole.mlir", "whole.js")).load();
    expect(whole.entries).toEqual(["main"]);
    expect(await collected(whole.generate(PROMPT, { maxTokens: 24 }))).toEqual(expected);
  });

  it("feeds a prompt in pieces where a step takes few tokens", async () => {
    const pieces = await compileTo(folder, "language.mlir", "pieces.js", "--extent", "tokens=5");
    expect(await collected((await pieces.load()).generate(PROMPT, { maxTokens: 24 }))).toEqual(expected);
  });

  it("is not disturbed by what runs between its steps", async () => {
    const tokens: number[] = [];
    const other = model.generate(Uint8Array.of(7, 8, 9), { maxTokens: 24 });
    for await (const token of model.generate(PROMPT, { maxTokens: 24 })) {
      tokens.push(token);
      await other.next();
      model.run("main", { tokens: Int32Array.of(1, 2, 3) });
    }
    expect(tokens).toEqual(expected);
  });

  it("lets the caller choose, who sees the logits", async () => {
    const seen: Float32Array[] = [];
    const choose = (logits: Float32Array): number => {
      seen.push(logits);
      return 5;
    };
    expect(await collected(model.generate(PROMPT, { maxTokens: 3, choose }))).toEqual([5, 5, 5]);
    const { logits } = model.run("main", { tokens: Int32Array.of(...PROMPT, 5, 5) });
    const last = logits!.data.slice(-256);
    for (const [i, value] of seen[2]!.entries()) expect(Math.abs(value - last[i]!)).toBeLessThan(1e-4);
  });

  it("ends when memory is full", async () => {
    // The last of the sequence is never fed, and one more than the caches hold can be.
    expect(await collected(model.generate(PROMPT))).toHaveLength(CONTEXT + 2 - PROMPT.length);
    expect(await collected(model.generate(new Uint8Array(CONTEXT + 1)))).toHaveLength(1);
  });
});

describe("generate refuses", () => {
  const first = (prompt: unknown, options = {}) => model.generate(prompt as Uint8Array, options).next();

  it.each([
    ["text", "In the", "prompt-type", /encode it/],
    ["fractions", [1.5], "prompt-type", /the prompt holds 1.5/],
    ["words", ["a"], "prompt-type", /the prompt holds a/],
    ["nothing", [], "empty-prompt", /at least one token/],
    ["tokens that are not there", [1, 256], "input-range", /tokens holds 256, but goes from 0 to 255/],
    [
      "a prompt for which there is no room",
      new Uint8Array(CONTEXT + 2),
      "prompt-too-long",
      /has 162 tokens.*at most 161: compile with a larger --extent keys0$/,
    ],
  ])("%s", async (_, prompt, code, message) => {
    const refusal = await refusalOf(() => first(prompt));
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(message);
  });

  it.each([-1, 256, 0.5, Number.NaN])("%d as a choice", async (choice) => {
    const { code } = await refusalOf(() => first(PROMPT, { choose: () => choice }));
    expect(code).toBe("token-choice");
  });

  it("a program that is no language model", async () => {
    const joins = await compileTo(folder, JOIN, "join.js", ...JOIN_EXTENTS);
    const other = await joins.load();
    expect((await refusalOf(() => other.generate([1]).next())).code).toBe("no-language-model");
    expect(other.run("double", { x: noise(3, 1) }).y!.shape).toEqual([3]);
  });
});
