import { expect, it } from "vitest";
import { constantHost } from "../../../compiler/cli/constant-host.ts";
import { type LayerNoise, studyLayers } from "../../../compiler/cli/layers.ts";
import type { Loaded } from "../../../compiler/cli/load.ts";
import { registry } from "../../../compiler/cli/toolchain.ts";
import { ConstantStore } from "../../../compiler/ir/constants.ts";
import { parseModule } from "../../../compiler/text/resolve.ts";
import { verify } from "../../../compiler/verify/verify.ts";
import { Interpreter } from "../../../runtime/interpreter/interpreter.ts";
import { codesOf, expectValue, problemsOf } from "../import/files.ts";

function open(text: string): Loaded {
  const module = expectValue(parseModule(text, "a.mlir", registry));
  expect(verify(module, registry)).toEqual([]);
  return { module, constants: new ConstantStore(constantHost(".")), sources: new Map(), folder: "." };
}

/** Two layers, the second after the first. */
const chain = (first: string, second = "[[1.0, 1.0], [0.0, 1.0]]") =>
  open(`lowp.param @a : tensor<2x2xf32> = dense<${first}>
lowp.param @b : tensor<2x2xf32> = dense<${second}>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %a = lowp.get(@a) : tensor<2x2xf32>
  %y = nn.linear(%x, %a) : tensor<?x2xf32>
  %b = lowp.get(@b) : tensor<2x2xf32>
  %z = nn.linear(%y, %b) : tensor<?x2xf32>
  return %z : tensor<?x2xf32>
}`);

const inputs = [
  [1, 2],
  [2, 4],
];

/** The figures after both programs ran on each input. */
function study(model: Loaded, reference: Loaded): readonly LayerNoise[] {
  const layers = expectValue(studyLayers(model, reference));
  const run = ({ module, constants }: Loaded, hooks: object) =>
    new Interpreter(module, registry, constants, { precision: "f32", ...hooks });
  const programs = [run(model, layers.model.hooks), run(reference, layers.reference.hooks)];
  for (const input of inputs) {
    for (const program of programs)
      expectValue(program.run("main", [{ shape: [1, 2], data: Float32Array.from(input) }]));
    expectValue(layers.compare());
  }
  return layers.finish();
}

it("says what a weight does to itself, to its output and to all that follows", () => {
  const [first, second] = study(chain("[[1.0, 0.0], [0.0, 1.9]]"), chain("[[1.0, 0.0], [0.0, 2.0]]"));
  // Weight: (1 + 4) / 0.1². For x = [1, 2] the outputs are [1, 4] and [1, 3.8]; for [2, 4] twice that.
  expect(first).toMatchObject({ name: "a" });
  expect(first!.weight).toBeCloseTo(10 * Math.log10(5 / 0.01), 4);
  expect(first!.local).toBeCloseTo(10 * Math.log10((5 * 17) / (5 * 0.04)), 4);
  expect(first!.cumulative).toBeCloseTo(first!.local, 12);
  // Then [5, 4] and [4.8, 3.8].
  expect(second).toMatchObject({ name: "b", weight: Infinity, local: Infinity });
  expect(second!.cumulative).toBeCloseTo(10 * Math.log10(41 / 0.08), 4);
});

it("adds up a weight that is used several times", () => {
  const twice = (weight: string) =>
    open(`lowp.param @a : tensor<2x2xf32> = dense<${weight}>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %a = lowp.get(@a) : tensor<2x2xf32>
  %y = nn.linear(%x, %a) : tensor<?x2xf32>
  %z = nn.linear(%y, %a) : tensor<?x2xf32>
  return %z : tensor<?x2xf32>
}`);
  const [only, ...others] = study(twice("[[1.0, 0.0], [0.0, 0.5]]"), twice("[[1.0, 0.0], [0.0, 1.0]]"));
  expect(others).toEqual([]);
  // x = [1, 2]: [1, 2] against [1, 1], then [1, 2] against [1, 0.5]; on the reference's input [1, 1] again.
  expect(only!.cumulative).toBeCloseTo(10 * Math.log10(10 / (1 + 2.25)), 4);
  expect(only!.local).toBeCloseTo(10 * Math.log10(10 / 2), 4);
});

it("leaves the bias to the reference when it repeats a layer", () => {
  const biased = (weight: string) =>
    open(`lowp.param @a : tensor<1x2xf32> = dense<${weight}>
lowp.param @bias : tensor<1xf32> = dense<[1.0]>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %a = lowp.get(@a) : tensor<1x2xf32>
  %bias = lowp.get(@bias) : tensor<1xf32>
  %y = nn.linear(%x, %a, %bias) : tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}`);
  const [only] = study(biased("[[1.0, 0.5]]"), biased("[[1.0, 1.0]]"));
  // Outputs 4 and 7, off by 1 and 2.
  expect(only!.local).toBeCloseTo(10 * Math.log10((16 + 49) / 5), 4);
  expect(only!.cumulative).toBeCloseTo(only!.local, 12);
});

const plain = chain("[[1.0, 0.0], [0.0, 2.0]]");

it("refuses a reference without the parameter, or with another shape", () => {
  const other = open(`lowp.param @aa : tensor<2x2xf32> = dense<1.0>
lowp.param @b : tensor<2x3xf32> = dense<1.0>`);
  const result = studyLayers(plain, other);
  expect(codesOf(result)).toEqual(["reference-parameter", "reference-shape"]);
  const [first, second] = problemsOf(result);
  expect(first).toMatchObject({
    message: "the reference has no parameter @a",
    hint: "did you mean aa?",
  });
  expect(second?.message).toBe("@b is 2x3 in the reference, but 2x2 in the model");
});

it("refuses a module without layers", () => {
  const none = open("func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {\n  return %x : tensor<2xf32>\n}");
  expect(codesOf(studyLayers(none, plain))).toEqual(["no-layers"]);
});

it("refuses programs that use a parameter differently", () => {
  const layers = expectValue(studyLayers(plain, plain));
  const run = new Interpreter(plain.module, registry, plain.constants, {
    precision: "f32",
    ...layers.model.hooks,
  });
  expectValue(run.run("main", [{ shape: [1, 2], data: Float32Array.of(1, 2) }]));
  const result = layers.compare();
  expect(codesOf(result)).toEqual(["reference-layers"]);
  expect(problemsOf(result)[0]?.message).toBe(
    "@a is used once for [1, 2] by the model, but not by the reference",
  );
});

/** A convolution of two channels to one by a 1x2 kernel over rows of a 2x3 image, as a kernel or as its matrix. */
const convolution = (weight: string, asMatrix: boolean) => {
  const shape = asMatrix ? "1x4" : "1x2x1x2";
  return open(`lowp.param @k : tensor<${shape}xf32> = dense<${weight}>
lowp.param @bias : tensor<1xf32> = dense<[1.0]>
func.func @main(%x: tensor<1x12xf32>) -> tensor<1x1x2x1xf32> {
  %image = nn.reshape(%x) {shape = [1, 2, 2, 3]} : tensor<1x2x2x3xf32>
  %k = lowp.get(@k) : tensor<${shape}xf32>
  ${asMatrix ? "%kernel = nn.reshape(%k) {shape = [1, 2, 1, 2]} : tensor<1x2x1x2xf32>" : ""}
  %bias = lowp.get(@bias) : tensor<1xf32>
  %y = nn.conv2d(%image, ${asMatrix ? "%kernel" : "%k"}, %bias) {strides = [1, 2]} : tensor<1x1x2x1xf32>
  return %y : tensor<1x1x2x1xf32>
}`);
};

it("repeats a convolution, whose kernel is a matrix once it is quantized", () => {
  const reference = convolution("[[[[1.0, 2.0]], [[0.0, 1.0]]]]", false);
  const model = convolution("[[1.0, 1.5, 0.0, 1.0]]", true);
  const layers = expectValue(studyLayers(model, reference));
  const image = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  for (const [{ module, constants }, { hooks }] of [
    [model, layers.model],
    [reference, layers.reference],
  ] as const) {
    const program = new Interpreter(module, registry, constants, { precision: "f32", ...hooks });
    expectValue(program.run("main", [{ shape: [1, 12], data: image }]));
  }
  expectValue(layers.compare());
  const [only, ...others] = layers.finish();
  expect(others).toEqual([]);
  expect(only!.weight).toBeCloseTo(10 * Math.log10(6 / 0.25), 4);
  // Windows [1, 2 | 7, 8] and [4, 5 | 10, 11]: 1 + 4 + 8 + 1 = 14 and 4 + 10 + 11 + 1 = 26, off by 2/2 and 5/2.
  expect(only!.local).toBeCloseTo(10 * Math.log10((14 ** 2 + 26 ** 2) / (1 + 2.5 ** 2)), 4);
  expect(only!.cumulative).toBe(only!.local);
});

it("does not take a kernel for a matrix of other rows", () => {
  const model = convolution("1.0", true);
  const other = open("lowp.param @k : tensor<2x2x1x1xf32> = dense<1.0>");
  expect(problemsOf(studyLayers(model, other))[0]?.message).toBe(
    "@k is 2x2x1x1 in the reference, but 1x4 in the model",
  );
});
