import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../../../compiler/cli/main.ts";
import { temporaryFolder } from "../../compiler/import/files.ts";

/** A language model of bytes, small enough to read. Weights that do not vary have no outliers. */
const model = `module attributes {nn.tokenizer = "bytes", nn.context = 8} {
  lowp.param @embed : tensor<256x128xf32> = dense<0.5> : tensor<256x128xf32>
  lowp.param @layers.0.proj : tensor<16x128xf32> = dense<0.375> : tensor<16x128xf32>
  lowp.param @head : tensor<256x16xf32> = dense<0.25> : tensor<256x16xf32>
  func.func @main(%tokens: tensor<?xi32>) -> tensor<?x256xf32> {
    %table = lowp.get(@embed) : tensor<256x128xf32>
    %x = nn.embedding(%table, %tokens) : tensor<?x128xf32>
    %w = lowp.get(@layers.0.proj) : tensor<16x128xf32>
    %y = nn.linear(%x, %w) : tensor<?x16xf32>
    %head = lowp.get(@head) : tensor<256x16xf32>
    %z = nn.linear(%y, %head) : tensor<?x256xf32>
    return %z : tensor<?x256xf32>
  }
}
`;
const statistic = "!lowp.q<ui3, block = [16, 1], scale = f16, shift = f16>";
const spqr = (bits: number): string =>
  `!lowp.sum<!lowp.q<ui${bits}, block = [1, 16], scale = ${statistic}, zero = ${statistic}>, !lowp.sparse<csr, f16>>`;
const trits = '!lowp.q<trit, block = [1, 128], scale = f16, pack = "trits">';
const nested = ["scale.codes", "scale.scale", "scale.shift", "zero.codes", "zero.scale", "zero.shift"];
const csr = ["1.offsets", "1.columns", "1.values"];
const codebook = (bits: number): string =>
  `!lowp.sum<!lowp.q<!lowp.table<${bits}, 1, f16, per = row>, block = [*, *], scale = f32>, !lowp.sparse<csr, f16>>`;
const book = ["0.codes", "0.table", "0.scale", ...csr];
const bilevel = ["0.codes", ...nested.map((path) => `0.${path}`), ...csr];

/** Recipe, type of the weight, its components, how it came about. */
const recipes: readonly (readonly [string, string, readonly string[], string])[] = [
  ["spqr-w3", spqr(3), bilevel, "spqr"],
  ["spqr-w4", spqr(4), bilevel, "spqr"],
  ["squeezellm-sparse-w3", codebook(3), book, "dense-and-sparse"],
  ["squeezellm-sparse-w4", codebook(4), book, "dense-and-sparse"],
  ["ptqtp", `!lowp.sum<${trits}, ${trits}>`, ["0.codes", "0.scale", "1.codes", "1.scale"], "trit-planes"],
  [
    "lorc-w4",
    "!lowp.sum<!lowp.q<i4, block = [1, 64], scale = f16>, !lowp.lowrank<8, f16, f16>>",
    ["0.codes", "0.scale", "1.left", "1.right"],
    "low-rank-correction",
  ],
  [
    "lq-w3",
    "!lowp.sum<!lowp.q<ui3, block = [1, 64], scale = f16, zero = ui3>, !lowp.lowrank<8, f16, f16>>",
    ["0.codes", "0.scale", "0.zero", "1.left", "1.right"],
    "alternate-low-rank",
  ],
];

const needCalibration: readonly string[] = ["spqr", "dense-and-sparse"];

describe("the recipe", () => {
  const folder = temporaryFolder();
  const narrow = async (...args: readonly string[]) => {
    const [out, err]: [string[], string[]] = [[], []];
    const io = {
      folder,
      terminal: false,
      out: (text: string) => void out.push(text),
      err: (text: string) => void err.push(text),
    };
    const status = await runCli(args, io);
    return { status, out: out.join(""), err: err.join("") };
  };

  it.each(recipes)(
    "%s puts the weights of the blocks into its type, and they run",
    async (name, type, paths, algo) => {
      writeFileSync(join(folder, "model.mlir"), model);
      const learned = needCalibration.includes(algo)
        ? ["--calibration", "model.mlir", "--calibration-windows", "2"]
        : [];
      const output = `${name}.mlir`;
      const made = await narrow("quantize", "model.mlir", "--recipe", name, ...learned, "-o", output);
      expect([made.status, made.err.split("\n").filter((line) => line.includes("error"))]).toEqual([0, []]);

      const text = readFileSync(join(folder, output), "utf8");
      const param = text.split("\n").find((line) => line.includes("lowp.param @layers.0.proj"))!;
      expect(param).toContain(`@layers.0.proj : tensor<16x128x${type}> = {`);
      expect(
        [...param.matchAll(/"?([\w.]+)"? = dense_resource<layers\.0\.proj\.([\w.]+)>/g)].map(
          ([, , path]) => path,
        ),
      ).toEqual(paths);
      expect(param).toContain(`prov = {algo = "${algo}", pass = "quantize-weights"`);
      expect(text).toMatch(
        /%(\w+) = lowp\.get\(@layers\.0\.proj\) : .*\n\s*%y = lowp\.linear\(%x, %\1\) : tensor<\?x16xf32>/,
      );
      expect(text).toContain("nn.linear(%y, %head)");

      const scored = await narrow(
        "eval",
        output,
        "--text",
        "model.mlir",
        "--window",
        "8",
        "--limit",
        "16",
        "--json",
      );
      // All logits are alike, so every byte costs ln 256.
      expect((JSON.parse(scored.out) as { readonly loss: number }).loss).toBeCloseTo(Math.log(256), 5);
    },
  );
});
