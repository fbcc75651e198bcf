import { describe, expect, it } from "vitest";
import { describeOutcome } from "../../../compiler/define/explanation.ts";
import { transform } from "../lowp/passes/transforming.ts";

const model = `
  lowp.param @up : tensor<4x2xf32> = dense<1.0> : tensor<4x2xf32>
  lowp.param @gate : tensor<4x2xf32> = dense<2.0> : tensor<4x2xf32>
  lowp.param @down : tensor<1x4x!lowp.q<i8, block = [1, *], scale = f32>>
  func.func @main(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
    %u = lowp.get(@up) : tensor<4x2xf32>
    %g = lowp.get(@gate) : tensor<4x2xf32>
    %a = nn.linear(%x, %u) : tensor<?x4xf32>
    %b = nn.linear(%x, %g) : tensor<?x4xf32>
    %r = nn.relu(%a) : tensor<?x4xf32>
    %h = nn.mul(%r, %b) : tensor<?x4xf32>
    %d = lowp.get(@down) : tensor<1x4x!lowp.q<i8, block = [1, *], scale = f32>>
    %y = lowp.linear(%h, %d) : tensor<?x1xf32>
    return %y : tensor<?x1xf32>
  }`;
const zeroShare = Float64Array.of(1, 0.5, 0.25, 1);
const detect = (options: string) => transform(model, `detect-sparsity{of=inputs ${options}}`, { zeroShare });

describe("the zeros of inputs", () => {
  it("are told of each weight, of whatever type, and explained, those left alone too", async () => {
    const { result, remarks, explanations } = await detect('skip=["gate"]');
    expect(result.ok).toBe(true);
    expect(remarks).toEqual([
      "what meets @up: 68.75 % zero, 2 of 4 channels always",
      "what meets @down: 68.75 % zero, 2 of 4 channels always",
    ]);
    expect(explanations.map(({ subject, outcome }) => `${subject} ${describeOutcome(outcome)}`)).toEqual([
      "@up applied: 68.75 % zero, 2 of 4 channels always",
      "@gate left alone: a pattern of skip matches it",
      "@down applied: 68.75 % zero, 2 of 4 channels always",
    ]);
  });

  it.each([
    ['skip=["*"]', "skip leaves none of the 3 weights"],
    ['only=["side"]', '"side" matches none of the 3 weights'],
  ])("are asked of some weights: %s", async (options, message) => {
    const { result } = await detect(options);
    expect(result.ok ? [] : result.diagnostics.map((each) => each.message)).toEqual([message]);
  });

  it("need statistics that have them", async () => {
    const { result } = await transform(model, "detect-sparsity{of=inputs}", {});
    expect(result.ok ? [] : result.diagnostics.map(({ code }) => code)).toEqual(["statistics-missing"]);
  });
});
