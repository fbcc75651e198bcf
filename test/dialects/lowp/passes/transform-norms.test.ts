import { describe, expect, it } from "vitest";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import { printModule } from "../../../../compiler/text/print.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { moduleOf, run, transform as transformWith } from "./transforming.ts";

/** A norm before two linears, of which one has a bias. Weights are f64, so that nothing is rounded on the way. */
const program = (norm: string) => `
lowp.param @g : tensor<3xf64> = dense<[1.0, 2.0, 0.5]> : tensor<3xf64>
lowp.param @b : tensor<3xf64> = dense<[0.5, -1.0, 8.0]> : tensor<3xf64>
lowp.param @up : tensor<2x3xf64> = dense<[[1.0, -2.0, 0.5], [0.25, 3.0, 1.0]]> : tensor<2x3xf64>
lowp.param @up_bias : tensor<2xf64> = dense<[1.0, -1.0]> : tensor<2xf64>
lowp.param @gate : tensor<1x3xf64> = dense<[[0.5, 1.5, -1.0]]> : tensor<1x3xf64>
func.func @main(%x: tensor<?x3xf64>) -> (tensor<?x2xf64>, tensor<?x1xf64>) {
  %g = lowp.get(@g) : tensor<3xf64>
  %b = lowp.get(@b) : tensor<3xf64>
  %n = ${norm} : tensor<?x3xf64>
  %w = lowp.get(@up) : tensor<2x3xf64>
  %c = lowp.get(@up_bias) : tensor<2xf64>
  %p = nn.linear(%n, %w, %c) : tensor<?x2xf64>
  %v = lowp.get(@gate) : tensor<1x3xf64>
  %q = nn.linear(%n, %v) : tensor<?x1xf64>
  return %p, %q : tensor<?x2xf64>, tensor<?x1xf64>
}
`;
const norms = {
  rms: "nn.rms_norm(%x, %g)",
  layer: "nn.layer_norm(%x, %g)",
  biased: "nn.layer_norm(%x, %g, %b)",
} as const;

/** What a calibration run would have seen: channels of different ranges, off their middle. */
const statistics = {
  absoluteMaximum: Float64Array.of(1, 8, 40),
  minimum: Float64Array.of(-1, -2, 20),
  maximum: Float64Array.of(1, 8, 40),
  sample: { shape: [2, 3], data: Float32Array.of(-1, 8, 20, 1, -2, 40) },
};
const transform = (text: string, pipeline: string) => transformWith(text, pipeline, statistics);
const input = { shape: [2, 3], data: Float64Array.of(0.3, -1.2, 2.5, -0.7, 0.1, 0.9) };

const affine = "!lowp.q<ui8, block = [*, *], scale = f32, zero = ui8>";
const pipelines = [
  "smooth-quant",
  `outlier-suppression{input=${affine}}`,
  `outlier-suppression{input=${affine} shift=add}`,
  `reparameterize-norm{type=${affine}}`,
  "preshift-exponent",
];

describe("transforming the channels between a norm and linear ops", () => {
  it.each(pipelines.flatMap((pipeline) => Object.keys(norms).map((norm) => [pipeline, norm] as const)))(
    "changes nothing in the reals by %s after a norm that is %s",
    async (pipeline, norm) => {
      const text = program(norms[norm as keyof typeof norms]);
      const { result, store } = await transform(text, pipeline);
      const wanted = run(moduleOf(text), store, input);
      const found = run(expectValue(result), store, input);
      expect(found[0]).not.toBe(wanted[0]);
      for (const [i, values] of wanted.entries()) {
        const largest = Math.max(...values.map(Math.abs));
        const difference = Math.max(...values.map((value, at) => Math.abs(value - found[i]![at]!)));
        expect(difference / largest).toBeLessThanOrEqual(1e-13);
      }
    },
  );

  const printed = async (norm: keyof typeof norms, shift: string): Promise<string> => {
    const { result } = await transform(
      program(norms[norm]),
      `outlier-suppression{input=${affine} shift=${shift}}`,
    );
    return printModule(expectValue(result), registry);
  };

  it("gives a layer norm without bias one, and the linears theirs", async () => {
    const text = await printed("layer", "fold");
    expect(text).toContain("lowp.param @g.shift : tensor<3xf64>");
    expect(text).toContain("lowp.param @gate.bias : tensor<1xf64>");
    expect(text).not.toContain("@up.bias");
    expect(text).toMatch(/nn\.layer_norm\(%x, %g, %\w+\)/);
  });

  it("never takes the name of bytes that are there", async () => {
    const taken = `${program(norms.layer)}
lowp.param @other : tensor<1xf64> = dense_resource<g.shift>
{-# dialect_resources: { builtin: { g.shift: "0x08000000000000000000F03F" } } #-}
`;
    expect(await refused(taken, `outlier-suppression{input=${affine}}`)).toBe(
      "resource-taken: dense_resource<g.shift> already names other bytes",
    );
  });

  it("only scales after an rms norm, unless told to add", async () => {
    expect(await printed("rms", "fold")).not.toContain(".bias");
    const added = await printed("rms", "add");
    expect(added.match(/nn\.add\(/g)).toHaveLength(1);
    expect(added).toContain("lowp.param @gate.bias");
  });

  const refused = async (text: string, pipeline = "smooth-quant"): Promise<string> => {
    const { result } = await transform(text, pipeline);
    return result.ok ? "" : result.diagnostics.map(({ code, message }) => `${code}: ${message}`).join("\n");
  };

  it("is refused, with the reason, where something else sees the output", async () => {
    const text = program(norms.rms).replace(
      "return %p, %q",
      "%s = nn.silu(%n) : tensor<?x3xf64>\n  return %p, %q",
    );
    const message = await refused(text);
    expect(message).toContain("no-norm-group");
    expect(message).toContain("nn.rms_norm %n is left as it is: nn.silu sees its output too");
  });

  it("is refused where a weight is used elsewhere too", async () => {
    const text = program(norms.rms).replace(
      "return %p, %q",
      "%s = nn.linear(%x, %v) : tensor<?x1xf64>\n  return %p, %q",
    );
    expect(await refused(text)).toContain("@gate is used elsewhere too");
  });

  it("is refused where a name stands for nothing", async () => {
    expect(await refused(program(norms.rms), 'smooth-quant{only=["dwon"]}')).toContain("selector");
  });

  it("tells of norms that it leaves alone", async () => {
    const other = program(norms.rms).replace(
      "%w = lowp",
      "%m = nn.rms_norm(%x) : tensor<?x3xf64>\n  %w = lowp",
    );
    const { remarks } = await transform(other, "smooth-quant");
    expect(remarks).toEqual(["nn.rms_norm %m is left as it is: its gain is no dense parameter"]);
  });
});
