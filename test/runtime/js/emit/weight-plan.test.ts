import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import { paramSizes } from "../../../../dialects/lowp/sizes.ts";
import { relativeDifference } from "../../../../runtime/interpreter/contracts.ts";
import { Interpreter } from "../../../../runtime/interpreter/interpreter.ts";
import { Model } from "../../../../runtime/js/artifact/model.ts";
import { compile } from "../../../../runtime/js/emit/compile.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { repository } from "../../../end-to-end/narrow.ts";
import { ProgramText } from "../../../random/program-text.ts";
import { subjectOf, tryPipeline } from "../../../random/try-pipeline.ts";
import { noise } from "../artifact/compiled.ts";

/** Products with all that may follow one: bias, activation, multiplier and residual. */
function program(): string {
  const text = new ProgramText();
  const shapes = {
    ...{ gate: [64, 16], up: [64, 16], skip: [32, 16], down: [32, 64], head: [96, 32] },
    ...{ gate_bias: [64], down_bias: [32] },
  };
  for (const [name, shape] of Object.entries(shapes)) text.weight(name, shape);
  const gets = Object.entries(shapes).map(
    ([name, shape]) => `  %${name} = lowp.get(@${name}) : tensor<${shape.join("x")}xf32>`,
  );
  text.function(`func.func @main(%x: tensor<?x16xf32>) -> tensor<?x96xf32> {
${gets.join("\n")}
  %gated = nn.linear(%x, %gate, %gate_bias) : tensor<?x64xf32>
  %active = nn.silu(%gated) : tensor<?x64xf32>
  %upper = nn.linear(%x, %up) : tensor<?x64xf32>
  %inner = nn.mul(%active, %upper) : tensor<?x64xf32>
  %lower = nn.linear(%inner, %down, %down_bias) : tensor<?x32xf32>
  %skipped = nn.linear(%x, %skip) : tensor<?x32xf32>
  %sum = nn.add(%lower, %skipped) : tensor<?x32xf32>
  %y = nn.linear(%sum, %head) : tensor<?x96xf32>
  return %y : tensor<?x96xf32>
}
`);
  return text.toString();
}

const i4 = "!lowp.q<i4, block = [1, 8], scale = f16>";
const i8 = "!lowp.q<i8, block = [1, *], scale = f32>";
const shifted = "!lowp.q<ui4, block = [1, 8], scale = f16, zero = ui4>";
const trits = '!lowp.q<trit, block = [1, 16], scale = f16, pack = "trits">';
const parts = `!lowp.split<1, [(5 : f16), (11 : ${i8})]>`;

const quantize = (type: string, options = "") => `quantize-weights{type=${type} ${options}},hoist-dequant`;
const prune = (pattern: string, packed: string, type?: string) =>
  `prune{pattern=${pattern}},${type ? `quantize-weights{type=${type}},` : ""}pack-sparsity{pattern=${packed}},hoist-dequant`;

/** Pipelines, and what the kernels that multiply are. */
const cases: Readonly<Record<string, readonly [pipeline: string, families: readonly string[]]>> = {
  "codes and what stands out": [
    quantize(`!lowp.sum<${i4}, !lowp.sparse<csr, f16>>`, "solver=dense-and-sparse<outliers = 0.05>"),
    ["add_sparse", "quantized_linear"],
  ],
  "codes and factors": [
    quantize(`!lowp.sum<${i4}, !lowp.lowrank<2, f16, f16>>`),
    ["add_sparse", "dense_linear_f16", "quantized_linear"],
  ],
  "factors of codes, and codes": [
    quantize(`!lowp.sum<!lowp.lowrank<2, ${"!lowp.q<i8, block = [1, *], scale = f16>"}, f16>, ${shifted}>`),
    ["add_sparse", "dense_linear_f16", "quantized_linear"],
  ],
  "two planes of trits": [quantize(`!lowp.sum<${trits}, ${trits}>`), ["add_sparse", "quantized_linear"]],
  "2:4 codes": [prune("2:4", "2:4", i4), ["structured_sparse"]],
  "1:4 codes": [prune("1:4", "1:4", i4), ["structured_sparse"]],
  "2:4 codes as hardware has them": [
    `prune{pattern=2:4},quantize-weights{type=${i8}},pack-sparsity{pattern=nvidia<32> only=["down"]},hoist-dequant`,
    ["quantized_linear", "structured_sparse"],
  ],
  "groups of codes with zero points": [prune("group<8>", "bsr<8>", shifted), ["quantized_linear"]],
  "groups of codes by a mask": [prune("group<16>", "group<16>", i4), ["quantized_linear"]],
  "groups of 2 bits and groups of 4": [
    quantize(
      `!lowp.sum<!lowp.sparse<group 8, ${shifted.replaceAll("ui4", "ui2")}>, !lowp.sparse<group 8, ${shifted}>>`,
      "solver=mixed-groups<share = 0.25>",
    ),
    ["quantized_linear"],
  ],
  "groups of other tables": [
    quantize(
      "!lowp.sum<!lowp.sparse<group 8, !lowp.q<!lowp.table<3, 1, nf>, block = [1, 8], scale = f16>>, !lowp.sparse<group 8, !lowp.q<i4, block = [1, 8], scale = f16>>>",
      "solver=mixed-groups<share = 0.25>",
    ),
    ["quantized_linear"],
  ],
  "groups of which a term stores none": [
    quantize(
      `!lowp.sum<!lowp.sparse<group 8, ${shifted.replaceAll("ui4", "ui2")}>, !lowp.sparse<group 8, ${shifted}>>`,
      "solver=mixed-groups<share = 0>",
    ),
    ["quantized_linear"],
  ],
  "groups with scales of runs of two lengths": [
    quantize(
      `!lowp.sum<!lowp.sparse<group 8, ${shifted.replaceAll("ui4", "ui2")}>, !lowp.sparse<group 8, ${shifted.replace("[1, 8]", "[1, 4]")}>>`,
      "solver=mixed-groups<share = 0.25>",
    ),
    ["quantized_linear"],
  ],
  "groups that two terms store": [
    quantize(`!lowp.sum<!lowp.sparse<group 8, ${i4}>, !lowp.sparse<group 8, ${i4}>>`),
    ["add_sparse", "quantized_linear"],
  ],
  "2:4 floats, which are held as if there were all": [prune("2:4", "2:4"), ["dense_linear_f32"]],
  "few floats, by their columns": [prune("unstructured sparsity=0.8", "csr"), ["sparse_linear_f32"]],
  "few floats, by a mask": [prune("unstructured sparsity=0.85", "bitmap"), ["sparse_linear_f32"]],
  "few floats of 16 bits, by masks of tiles": [
    `prune{pattern=unstructured sparsity=0.9},${quantize("!lowp.sparse<bitmap 16 pad 4, f16>")}`,
    ["sparse_linear_f16"],
  ],
  "few integers of one scale": [
    prune("unstructured sparsity=0.8", "csr", "!lowp.q<i8, block = [*, *], scale = f32>"),
    ["sparse_linear_i8"],
  ],
  "one of four floats": [prune("1:4", "1:4"), ["sparse_linear_f32"]],
  "half of the floats, which are held as if there were all": [
    prune("unstructured sparsity=0.5", "csr"),
    ["dense_linear_f32"],
  ],
  "two terms of few floats": [
    `prune{pattern=unstructured sparsity=0.9},quantize-weights{type=!lowp.sum<!lowp.sparse<csr, bf16>, !lowp.sparse<csr, f32>>},hoist-dequant`,
    ["add_sparse", "sparse_linear_bf16"],
  ],
  "parts of the depth": [
    quantize(parts, 'only=["gate", "up", "skip"]'),
    ["add_sparse", "dense_linear_f16", "dense_linear_f32", "quantized_linear"],
  ],
};

test.each(Object.entries(cases))(
  "weights are multiplied as they are stored: %s",
  async (_, [pipeline, families]) => {
    const subject = subjectOf(program());
    const lowered = await tryPipeline(subject, `${pipeline},lower-to-js`, { promises: false });
    if (!("module" in lowered)) throw new Error(lowered.codes.join());
    const { module } = lowered;
    const interpreter = new Interpreter(module, registry, subject.constants);
    const compiled = expectValue(compile(module, registry, subject.constants, { extents: { x: 16 } }));
    const { program: plan, kernels, weights } = compiled;
    const known = [
      "add_sparse",
      "dense_linear_f16",
      "dense_linear_f32",
      "quantized_linear",
      ...["bf16", "f16", "f32", "i8"].map((held) => `sparse_linear_${held}`),
      "structured_sparse",
    ];
    const used = known.filter((family) => plan.kernels.some(({ name }) => name.startsWith(family)));
    expect(used).toEqual(families);

    const stored = paramSizes(module).reduce((total, { bytes }) => total + bytes!, 0);
    // Scales are held in f32, and groups of codes that are not stored are held.
    expect(weights.length).toBeLessThan(2.5 * stored);

    const model = await Model.load(plan, kernels, weights);
    for (const rows of [1, 3, 16]) {
      const input = { shape: [rows, 16], data: noise(16 * rows, rows) };
      const expected = expectValue(interpreter.run("main", [input]))[0]!;
      const found = model.runInOrder("main", [input])[0]!;
      expect(found.shape).toEqual(expected.shape);
      expect(found.data.length).toBe(expected.data.length);
      // Sums of at most 64 products in f32, in three products one after another.
      const difference = relativeDifference(expected, { ...found, data: Float32Array.from(found.data) });
      expect(difference).toBeLessThan(2e-6);
    }
  },
);

test("permuted parts meet the inputs that they were cut from", async () => {
  const file = join(repository, "test/dialects/lowp/ops/linear-on-composed-weights.mlir");
  const { module, constants } = subjectOf(readFileSync(file, "utf8"));
  const compiled = expectValue(compile(module, registry, constants, { extents: { x: 2 } }));
  const { program: plan, kernels, weights } = compiled;
  const families = plan.kernels.map(({ name }) => name.split("_").slice(0, 2).join(" "));
  const products = ["dense linear", "dense linear", "dense linear"];
  expect(families).toEqual([...products, "gather f32", "copy 32", "dense linear", "quantized linear"]);
  const model = await Model.load(plan, kernels, weights);
  const x = { shape: [2, 4], data: Float32Array.of(1, 2, 3, 4, 0, 0, 0, 1) };
  const found = model.runInOrder("main", [x]).map(({ data }) => [...data]);
  expect(found).toEqual([
    [-5, 4, -2, 0],
    [10, 20, 3, 6],
    [2, 37, -0.5, 5],
  ]);
});
