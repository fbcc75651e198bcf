import { expect, test } from "vitest";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import type { ConstantStore } from "../../../../compiler/ir/constants.ts";
import type { Module } from "../../../../compiler/ir/module.ts";
import { walk } from "../../../../compiler/ir/module.ts";
import type { Tensor } from "../../../../compiler/numeric/tensor.ts";
import { param } from "../../../../dialects/lowp/ops.ts";
import { apply } from "../../../../dialects/rot/ops.ts";
import { relativeDifference } from "../../../../runtime/interpreter/contracts.ts";
import { Interpreter } from "../../../../runtime/interpreter/interpreter.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { moduleOf, transform } from "../../lowp/passes/transforming.ts";
import { llama } from "./llama.ts";

const tokens: Tensor = { shape: [5], data: Int32Array.of(3, 1, 4, 1, 5) };

const logits = (module: Module, store: ConstantStore): Tensor =>
  expectValue(new Interpreter(module, registry, store, { precision: "f64" }).run("main", [tokens]))[0]!;

/** A program before and after a pipeline: how far apart in f64, and what is there now. */
async function after(text: string, pipeline: string) {
  const { result, store, remarks } = await transform(text, pipeline, {});
  const module = expectValue(result);
  const difference = relativeDifference(logits(moduleOf(text), store), logits(module, store));
  return { module, difference, remarks, online: walk(module).filter((op) => apply.is(op)).length };
}

const refusal = async (text: string, pipeline: string): Promise<string> => {
  const { result } = await transform(text, pipeline, {});
  return result.ok ? "" : result.diagnostics.map(({ message, hint }) => `${message}; ${hint}`).join("\n");
};

/** Two layers with shared heads: a pair before o and down of each is online, or queries and keys behind their rope. */
test.each([
  ["fold-norms", 0],
  ["fold-norms,rotate{r1 = true},fuse-rotations", 0],
  ["fold-norms,rotate{r1 = true, seed = 3},fuse-rotations", 0],
  ["fold-norms,rotate{r1 = true, block = 4},fuse-rotations", 0],
  ["rotate{r2 = true},fuse-rotations", 2],
  ["rotate{r3 = true}", 6],
  ["rotate{r4 = true},fuse-rotations", 4],
  ['rotate{r4 = true, block = 4, only = ["*.down"]},fuse-rotations', 2],
  ["fold-norms,rotate{r1 = true, r2 = true, r3 = true, r4 = true, seed = 9},fuse-rotations", 10],
])("%s changes nothing in the reals and leaves %i transforms online", async (pipeline, online) => {
  const found = await after(llama(), pipeline);
  // Measured: 1e-15 to 3e-15.
  expect(found.difference).toBeLessThan(2e-14);
  expect(found.online).toBe(online);
});

test("unfused, every weight of a stream is mapped as the program runs, to the same end", async () => {
  const found = await after(llama(), "fold-norms,rotate{r1 = true}");
  expect(found.difference).toBeLessThan(2e-14);
  expect(found.online).toBe(16);
});

test("weights of f32 are rounded once more, or kept in f64", async () => {
  const text = llama({ element: "f32" });
  const rounded = await after(text, "fold-norms,rotate{r1 = true},fuse-rotations");
  expect(rounded.difference).toBeGreaterThan(1e-9);
  expect(rounded.difference).toBeLessThan(1e-6);
  const kept = await after(text, "fold-norms{store = f64},rotate{r1 = true},fuse-rotations{store = f64}");
  expect(kept.difference).toBeLessThan(2e-14);
});

test("layer norms become norms by the mean square once what they see is centred", async () => {
  const found = await after(
    llama({ norm: "layer" }),
    "fold-norms,rotate{r1 = true, r2 = true},fuse-rotations",
  );
  expect(found.difference).toBeLessThan(2e-13);
  const names = new Set(walk(found.module).map(({ name }) => name));
  expect([names.has("nn.layer_norm"), names.has("nn.rms_norm")]).toEqual([false, true]);
});

test("norms by the mean square are not centred", async () => {
  const { module } = await after(llama(), "fold-norms");
  const embed = walk(module).find((op) => param.is(op) && op.attributes.sym_name === "embed");
  expect(embed && param.is(embed) && embed.attributes.prov).toBeUndefined();
});

test("tied embeddings are untied, which a remark says, or refused", async () => {
  const found = await after(llama({ tied: true }), "fold-norms,rotate{r1 = true},fuse-rotations");
  expect(found.difference).toBeLessThan(2e-14);
  expect(found.remarks.join()).toContain("the linear op has a copy of it now, @embed.untied");
  expect(await refusal(llama({ tied: true }), "fold-norms{untie = false}")).toContain(
    "@embed is an embedding and the weight of a linear op behind a norm",
  );
});

test.each([
  [
    "a gain in the way",
    llama(),
    "rotate{r1 = true}",
    "nn.rms_norm sees single channels of it (gain); run fold-norms",
  ],
  [
    "a layer norm in the way",
    llama({ norm: "layer" }),
    "rotate{r1 = true}",
    "nn.layer_norm sees single channels of it (standardised); run fold-norms",
  ],
  [
    "norms behind sums",
    llama({ isPostNorm: true }),
    "fold-norms,rotate{r1 = true}",
    "nn.rms_norm sees single channels of it (gain)",
  ],
  [
    "nothing asked for",
    llama(),
    "rotate",
    "rotate is not told what to rotate; give it some of r1, r2, r3 and r4",
  ],
  [
    "a choice without a use",
    llama(),
    'rotate{r2 = true, skip = ["*"]}',
    "only and skip choose among the inputs r4",
  ],
  [
    "a name that is not there",
    llama(),
    'rotate{r4 = true, only = ["*.dwn"]}',
    "matches none of the 4 weights",
  ],
  ["nothing to fuse", llama(), "fuse-rotations", "no rot.apply maps a dense parameter"],
  ["nothing to fold", llama(), "fold-norms,fold-norms", "no norm has a gain or a bias that can be folded"],
  [
    "weights in a lowp type",
    llama(),
    "fold-norms,quantize-weights{type=!lowp.q<i4, block = [1, 4], scale = f32>},rotate{r1 = true}",
    "its numbers are in a lowp type already; rotate before quantizing",
  ],
])("says what is wrong: %s", async (_, text, pipeline, message) => {
  expect(await refusal(text, pipeline)).toContain(message);
});
