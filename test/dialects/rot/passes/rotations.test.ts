import { expect, test } from "vitest";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import { describeOutcome } from "../../../../compiler/define/explanation.ts";
import type { ConstantStore } from "../../../../compiler/ir/constants.ts";
import type { Module } from "../../../../compiler/ir/module.ts";
import { walk } from "../../../../compiler/ir/module.ts";
import { gramOfRows } from "../../../../compiler/numeric/matrix.ts";
import { gaussian, seededRandom } from "../../../../compiler/numeric/random.ts";
import type { Tensor } from "../../../../compiler/numeric/tensor.ts";
import { param } from "../../../../dialects/lowp/ops.ts";
import { apply, def } from "../../../../dialects/rot/ops.ts";
import { principalAxes } from "../../../../dialects/rot/passes/transform-names.ts";
import { applyAlong } from "../../../../dialects/rot/transforms/apply-along.ts";
import { product } from "../../../../dialects/rot/transforms/composite.ts";
import { dense } from "../../../../dialects/rot/transforms/dense.ts";
import { hadamard } from "../../../../dialects/rot/transforms/hadamard.ts";
import { relativeDifference } from "../../../../runtime/interpreter/contracts.ts";
import { Interpreter } from "../../../../runtime/interpreter/interpreter.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { moduleOf, transform } from "../../lowp/passes/transforming.ts";
import { llama } from "./llama.ts";

const random = seededRandom(5);
const tokens: Tensor = { shape: [5], data: Int32Array.of(3, 1, 4, 1, 5) };

const logits = (module: Module, store: ConstantStore): Tensor =>
  expectValue(new Interpreter(module, registry, store, { precision: "f64" }).run("main", [tokens]))[0]!;

/** A program before and after a pipeline: how far apart in f64, and what is there now. */
async function after(text: string, pipeline: string, statistics: Parameters<typeof transform>[2] = {}) {
  const { result, store, remarks } = await transform(text, pipeline, statistics);
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
  ["rotate{r4 = true, kronecker = random},fuse-rotations", 4],
  ["rotate{r4 = true, kronecker = random, norms = true},fuse-rotations", 9],
  ['rotate{r4 = true, kronecker = hadamard, only = ["*.o"]},fuse-rotations', 2],
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
  [
    "a block of no Hadamard matrix",
    llama(),
    "rotate{r4 = true, block = 6}",
    "gives a Hadamard matrix of block = 6",
  ],
  [
    "a block that does not divide",
    llama(),
    "rotate{r4 = true, block = 8}",
    "blocks of 8 do not divide the 12",
  ],
  ["principal axes of nothing", llama(), "rotate{r2 = true, klt = true}", "klt has no effect"],
  [
    "principal axes of blocks",
    llama(),
    "rotate{r4 = true, klt = true, block = 4}",
    "klt rotates all channels together",
  ],
  [
    "factors of nothing",
    llama(),
    "rotate{r2 = true, kronecker = random}",
    "kronecker has no effect, as it tells",
  ],
  ["norms of nothing", llama(), "rotate{r2 = true, norms = true}", "norms has no effect, as it tells"],
  [
    "a size of no factor",
    llama(),
    "rotate{r4 = true, outer = 2}",
    "outer has no effect, as kronecker is not",
  ],
  [
    "more than white",
    llama(),
    "rotate{r4 = true, kronecker = klt, whitening = 1.5}",
    "whitening = 1.5 is more than all of the way",
  ],
  [
    "a prediction about what is whitened",
    llama(),
    `rotate{r4 = true, kronecker = klt, whitening = 0.5, weights = !lowp.q<i4, block = [1, 4], scale = f32>}`,
    "cannot predict noise behind factors that whiten",
  ],
  [
    "two ways of going by calibration",
    llama(),
    "rotate{r4 = true, kronecker = klt, klt = true}",
    "klt and kronecker both say how r4 maps",
  ],
  [
    "blocks of factors",
    llama(),
    "rotate{r4 = true, kronecker = random, block = 4}",
    "block and kronecker both say how r4 maps",
  ],
  [
    "channels without such factors",
    llama(),
    'rotate{r4 = true, kronecker = hadamard, only = ["*.down"]}',
    "the 12 channels of r4 are no product of two sizes that have a Hadamard matrix; use kronecker = random",
  ],
  ["force without formats", llama(), "rotate{r4 = true, force = true}", "force has no effect"],
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

/** Σ xᵀx of correlated channels. */
function momentOf(channels: number): Float64Array {
  const factor = Float64Array.from(
    { length: channels ** 2 },
    (_, at) => gaussian(random) * (1 + (at % channels)),
  );
  return gramOfRows(factor, channels, channels);
}

test("principal axes before a Hadamard transform give every channel the mean square of all, to 4e-15", () => {
  const channels = 64;
  const moment = momentOf(channels);
  const turned = product([dense(principalAxes(moment, channels)!, channels)!, hadamard(channels, 1)]);
  const matrix = { shape: [channels, channels], data: moment };
  const both = applyAlong(applyAlong(matrix, 0, turned, "forward"), 1, turned, "forward");
  const diagonal = Array.from({ length: channels }, (_, at) => both.data[at * (channels + 1)]!);
  const mean = diagonal.reduce((sum, value) => sum + value, 0) / channels;
  for (const value of diagonal) expect(Math.abs(value / mean - 1)).toBeLessThan(2e-14);
});

test("a stream goes by the principal axes of what calibration saw, to the same end", async () => {
  const pipeline = "fold-norms,rotate{r1 = true, klt = true},rotate{r4 = true},fuse-rotations";
  const found = await after(llama(), pipeline, { secondMoment: momentOf(8) });
  expect(found.difference).toBeLessThan(1e-13);
  const names = walk(found.module).flatMap((op) => (def.is(op) ? [op.attributes.sym_name] : []));
  expect(names).toEqual(["r4", "r4_2", "r1_axes", "r1_spread", "r1"]);
});

test.each([0, 0.5, 1])(
  "the factors of a Kronecker product go by what calibration saw, whitened by %d, to the same end",
  async (whitening) => {
    const rotation = `rotate{r4 = true, kronecker = klt, whitening = ${whitening}, only = ["*.o"]}`;
    const found = await after(llama(), `${rotation},fuse-rotations`, { secondMoment: momentOf(16) });
    // Measured: 1e-15 to 4e-15; weights are whitened back.
    expect(found.difference).toBeLessThan(1e-13);
    expect(found.online).toBe(2);
    const defined = walk(found.module).flatMap((op) =>
      def.is(op) && op.attributes.transform.kind === "dialect" ? [op.attributes.sym_name] : [],
    );
    expect(defined).toEqual(["r4_outer", "r4_inner", "r4", "r4_2_outer", "r4_2_inner", "r4_2"]);
  },
);

test("principal axes of what calibration cannot see are refused", async () => {
  const pipeline = "fold-norms,rotate{r1 = true},rotate{r4 = true, klt = true}";
  const { result } = await transform(llama(), pipeline, { secondMoment: momentOf(8) });
  const [problem] = result.ok ? [] : result.diagnostics;
  expect(problem).toMatchObject({ code: "calibration-missing" });
  expect(problem?.message).toContain("klt needs to know the inputs of @l0.o, which calibration cannot see");
});

test("a rotation that is declined is explained by the figures", async () => {
  const pipeline = `rotate{r4 = true, weights = ${nvfp4}}`;
  const { explanations } = await transform(outliers, pipeline, {});
  expect(explanations.map(({ op, subject, rule }) => `${rule} ${op} ${subject}`)).toEqual([
    "r4 nn.linear %y",
  ]);
  expect(describeOutcome(explanations[0]!.outcome)).toMatch(
    /^left alone: a prediction declines it: \S+ dB rotated, \S+ dB as it is$/,
  );
});

test("nothing to fuse is a warning, as rotate may have declined", async () => {
  const { remarks } = await after(llama(), "fuse-rotations");
  expect(remarks).toEqual(["no rot.apply maps a dense parameter, and none is undone"]);
});

/** One weight between two activations: an outlier in each row, which a rotation spreads, or none. */
function feedForward(entry: (row: number, column: number) => number): string {
  const rows = Array.from({ length: 8 }, (_, row) =>
    Array.from({ length: 32 }, (_, column) => entry(row, column).toFixed(6)),
  );
  const value = `[${rows.map((row) => `[${row.join(", ")}]`).join(", ")}]`;
  return `
    lowp.param @down : tensor<8x32xf64> = dense<${value}> : tensor<8x32xf64>
    func.func @main(%t: tensor<?xi32>) -> tensor<?x8xf64> {
      %f = nn.cast(%t) {element = f64} : tensor<?xf64>
      %c = nn.reshape(%f) {shape = [-1, 1]} : tensor<?x1xf64>
      %a = nn.broadcast_to(%c) {shape = [-1, 32]} : tensor<?x32xf64>
      %w = lowp.get(@down) : tensor<8x32xf64>
      %y = nn.linear(%a, %w) : tensor<?x8xf64>
      return %y : tensor<?x8xf64>
    }`;
}
const noise = Array.from({ length: 8 * 32 }, () => gaussian(random));
const outliers = feedForward((row, column) => noise[row * 32 + column]! * (column === 5 ? 12 : 1));
const perRow = "!lowp.q<i4<-7:7>, block = [1, *], scale = f32>";
const nvfp4 = "!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>";

test("integers per row gain from a rotation of outliers, which is made", async () => {
  const { online, remarks } = await after(outliers, `rotate{r4 = true, weights = ${perRow}}`);
  expect(online).toBe(2);
  const [, rotated, plain] = /r4 rotates @down: (\S+) dB rotated, (\S+) dB as it is/.exec(remarks.join())!;
  expect(Number(rotated)).toBeGreaterThan(Number(plain) + 6);
});

test("small blocks with scales of their own do not, and it is declined unless forced", async () => {
  const declined = await after(outliers, `rotate{r4 = true, weights = ${nvfp4}},fuse-rotations`);
  expect(declined.online).toBe(0);
  expect(declined.remarks.join()).toMatch(/r4 leaves @down: \S+ dB rotated, \S+ dB as it is/);
  const forced = await after(outliers, `rotate{r4 = true, weights = ${nvfp4}, force = true}`);
  expect(forced.online).toBe(2);
  expect(forced.difference).toBeLessThan(1e-14);
});
