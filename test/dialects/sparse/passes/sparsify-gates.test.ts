import { describe, expect, it } from "vitest";
import { describeOutcome } from "../../../../compiler/define/explanation.ts";
import { walk } from "../../../../compiler/ir/module.ts";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { gaussianTopK } from "../../../../dialects/sparse/ops.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { drawTensor, gaussianTensor } from "../../lowp/generate.ts";
import { run, transform } from "../../lowp/passes/transforming.ts";

const [wide, narrow] = [64, 8];
const rowsOf = ({ shape: [, columns = 0], data }: FloatTensor): string =>
  `[${Array.from({ length: data.length / columns }, (_, row) => `[${Array.from(data.subarray(row * columns, (row + 1) * columns)).join(", ")}]`).join(", ")}]`;
const [gate, bias, tiny] = [
  [wide, 8],
  [1, wide],
  [narrow, 8],
].map((shape, seed) => gaussianTensor(shape, seed));

const model = `
  lowp.param @gate : tensor<${wide}x8xf32> = dense<${rowsOf(gate!)}> : tensor<${wide}x8xf32>
  lowp.param @bias : tensor<${wide}xf32> = dense<${rowsOf(bias!).slice(1, -1)}> : tensor<${wide}xf32>
  lowp.param @tiny : tensor<${narrow}x8xf32> = dense<${rowsOf(tiny!)}> : tensor<${narrow}x8xf32>
  func.func @main(%x: tensor<?x8xf32>) -> (tensor<?x${wide}xf32>, tensor<?x${narrow}xf32>) {
    %g = lowp.get(@gate) : tensor<${wide}x8xf32>
    %b = lowp.get(@bias) : tensor<${wide}xf32>
    %t = lowp.get(@tiny) : tensor<${narrow}x8xf32>
    %h = nn.linear(%x, %g, %b) : tensor<?x${wide}xf32>
    %r = nn.relu(%h) : tensor<?x${wide}xf32>
    %u = nn.linear(%x, %t) : tensor<?x${narrow}xf32>
    %s = nn.silu(%u) : tensor<?x${narrow}xf32>
    return %r, %s : tensor<?x${wide}xf32>, tensor<?x${narrow}xf32>
  }`;
const sample = drawTensor("T3", [128, 8], 4);

describe("sparsify-gates", () => {
  it("lets as many numbers through on the calibration data as it was told to keep, and about as many on others", async () => {
    const { result, store, remarks } = await transform(model, 'sparsify-gates{keep=0.1 only=["gate"]}', {
      sample,
    });
    const module = expectValue(result);
    expect(remarks).toEqual(["1 gate lets about 6 of 64 numbers of each row through"]);
    const keptOf = (input: FloatTensor): number =>
      run(module, store, input)[0]!.filter((x: number) => x > 0).length / input.shape[0]!;
    // The sample is multiplied in f32, and run in f64: a number at the threshold may fall to its other side.
    expect(Math.abs(keptOf(sample) - 6)).toBeLessThan(0.05);
    expect(Math.abs(keptOf(drawTensor("T3", [128, 8], 5)) - 6)).toBeLessThan(0.6);
  });

  it("says what each gate lets through, and leaves rows alone that are too narrow", async () => {
    const { result, explanations } = await transform(model, "sparsify-gates{keep=0.45}", { sample });
    const [op, ...rest] = walk(expectValue(result)).filter((each) => gaussianTopK.is(each));
    expect(gaussianTopK.is(op!) && op.attributes.k).toBe(28);
    expect(rest.map((each) => gaussianTopK.is(each) && each.attributes.k)).toEqual([3]);
    expect(explanations.map(({ op, outcome }) => `${op} ${describeOutcome(outcome)}`)).toEqual([
      expect.stringMatching(/^nn\.relu applied: about 28 of 64 numbers, multiplier \d/),
      expect.stringMatching(/^nn\.silu applied: about 3 of 8 numbers, multiplier \d/),
    ]);
  });

  it("does not know what a bias gives that is no parameter", async () => {
    const text = model
      .replace("%x: tensor<?x8xf32>)", `%x: tensor<?x8xf32>, %other: tensor<${wide}xf32>)`)
      .replace("%h = nn.linear(%x, %g, %b)", "%h = nn.linear(%x, %g, %other)");
    const { result } = await transform(text, "sparsify-gates", { sample });
    expect(result.ok ? [] : result.diagnostics.map(({ code }) => code)).toEqual(["gate-bias"]);
    expect((await transform(text, "sparsify-gates{threshold=normal}", {})).result.ok).toBe(true);
  });
});
