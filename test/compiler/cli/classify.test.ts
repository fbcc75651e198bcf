import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeNpy } from "../../../compiler/export/npy/write.ts";
import { expectValue } from "../import/files.ts";
import { narrow, temporaryFolder, write } from "./command-line.ts";

/** Logits are the two inputs themselves, so that every figure can be computed by hand. */
const identity = (factor: number) => `func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %c = nn.constant() {value = dense<${factor.toFixed(1)}> : tensor<f32>} : tensor<f32>
  %y = nn.mul(%x, %c) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
`;

function folderWithExamples(labels: readonly number[] = [0, 1, 1]): string {
  const folder = temporaryFolder();
  write(folder, "model.mlir", identity(1));
  write(folder, "twice.mlir", identity(2));
  const inputs = Float32Array.of(1, 0, 0, 2, 3, 0);
  expectValue(writeNpy(join(folder, "x.npy"), { shape: [3, 2], data: inputs }));
  expectValue(writeNpy(join(folder, "y.npy"), { shape: [labels.length], data: Int32Array.from(labels) }));
  return folder;
}

const examples = ["--inputs", "x.npy", "--labels", "y.npy"];
/** log of the softmax's share of the larger of two logits that differ by `d`, and of the smaller one. */
const larger = (d: number) => -Math.log1p(Math.exp(-d));
const smaller = (d: number) => larger(d) - d;

describe("narrow eval on examples", () => {
  it.each([1, 2, 100])("scores a classifier in batches of %i", async (batch) => {
    const folder = folderWithExamples();
    const { status, out } = await narrow(
      folder,
      "eval",
      "model.mlir",
      ...examples,
      "--json",
      "--batch",
      String(batch),
    );
    expect(status).toBe(0);
    const { seconds: _, ...figures } = JSON.parse(out);
    expect(figures).toEqual({
      accuracy: 2 / 3,
      loss: expect.closeTo(-(larger(1) + larger(2) + smaller(3)) / 3, 12),
      examples: 3,
    });
  });

  it("compares with a reference, and scores no more than asked", async () => {
    const folder = folderWithExamples();
    const options = [...examples, "--reference", "twice.mlir", "--limit", "1"];
    const { out } = await narrow(folder, "eval", "model.mlir", ...options, "--json");
    const share = Math.exp(larger(2));
    const kl = share * (larger(2) - larger(1)) + (1 - share) * (smaller(2) - smaller(1));
    expect(JSON.parse(out)).toMatchObject({ examples: 1, agreement: 1, kl: expect.closeTo(kl, 12) });
    const { out: text } = await narrow(folder, "eval", "model.mlir", ...options);
    expect(text).toMatch(/^accuracy +100\.00 %\ncross-entropy +0\.313262 nats\nexamples +1\n/);
  });

  it.each([
    [
      "labels of no class",
      [0, 1, 2],
      examples,
      "error[label-range]: label 2 of example 2 is no class\nhint: ",
    ],
    ["too few labels", [0], examples, "error[label-count]: there are 3 inputs and 1 labels\nhint: "],
    ["labels that are no integers", [0], ["--inputs", "x.npy", "--labels", "x.npy"], "error[label-type]"],
    ["nothing to score", [0], [], "error[eval-data]: there is nothing to score\nhint: "],
    ["inputs alone", [0], ["--inputs", "x.npy"], "error[eval-data]: inputs need labels"],
    ["a window of examples", [0], [...examples, "--window", "3"], "error[eval-data]: --window says nothing"],
    [
      "a text and examples",
      [0],
      ["--text", "model.mlir", ...examples],
      "error[eval-data]: --inputs says nothing about a text",
    ],
  ])("refuses %s", async (_, labels, options, message) => {
    const folder = folderWithExamples(labels);
    const { status, out, err } = await narrow(folder, "eval", "model.mlir", ...options);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain(message);
  });

  it("refuses a program that gives no logits of the examples", async () => {
    const folder = folderWithExamples();
    write(
      folder,
      "flat.mlir",
      `func.func @main(%x: tensor<?x2xf32>) -> tensor<?xf32> {
  %y = nn.reshape(%x) {shape = [-1]} : tensor<?xf32>
  return %y : tensor<?xf32>
}
`,
    );
    const { err } = await narrow(folder, "eval", "flat.mlir", ...examples);
    expect(err).toContain("error[no-classifier]: @main gave a tensor of 6 for 3 examples");
  });
});
