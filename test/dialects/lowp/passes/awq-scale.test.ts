import { describe, expect, it } from "vitest";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import { gaussian, seededRandom } from "../../../../compiler/numeric/random.ts";
import { printModule } from "../../../../compiler/text/print.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { moduleOf, run, transform as transformWith } from "./transforming.ts";

const channels = 4;
const type = `!lowp.q<i3, block = [1, ${channels}], scale = f32>`;

/** A parameter of f64 numbers, so that nothing is rounded on the way. */
function param(name: string, shape: readonly number[], seed: number): string {
  const random = seededRandom(seed);
  const numbers = Array.from({ length: shape.reduce((a, b) => a * b) }, () => gaussian(random).toFixed(3));
  const [rows = 1, columns] = shape;
  const text = columns
    ? Array.from({ length: rows }, (_, i) => `[${numbers.slice(i * columns, (i + 1) * columns)}]`)
    : numbers;
  const of = `tensor<${shape.join("x")}xf64>`;
  return `lowp.param @${name} : ${of} = dense<[${text}]> : ${of}`;
}

const square = [channels, channels];
/** A norm, a gated network behind it with a bias for `up`, and an attention of `groups` for its two heads. */
const program = (groups = 2) => `
${param("gain", [channels], 1)}
${["gate", "up", "down", "q", "o"].map((name, i) => param(name, square, i + 2)).join("\n")}
${["k", "v"].map((name, i) => param(name, [2 * groups, channels], i + 8)).join("\n")}
${param("up_bias", [channels], 7)}
func.func @main(%x: tensor<?x4xf64>) -> (tensor<?x4xf64>, tensor<?x4xf64>) {
  %g = lowp.get(@gain) : tensor<4xf64>
  %n = nn.rms_norm(%x, %g) : tensor<?x4xf64>
  %w_gate = lowp.get(@gate) : tensor<4x4xf64>
  %gate = nn.linear(%n, %w_gate) : tensor<?x4xf64>
  %w_up = lowp.get(@up) : tensor<4x4xf64>
  %b_up = lowp.get(@up_bias) : tensor<4xf64>
  %up = nn.linear(%n, %w_up, %b_up) : tensor<?x4xf64>
  %active = nn.silu(%gate) : tensor<?x4xf64>
  %gated = nn.mul(%active, %up) : tensor<?x4xf64>
  %w_down = lowp.get(@down) : tensor<4x4xf64>
  %down = nn.linear(%gated, %w_down) : tensor<?x4xf64>
  %w_q = lowp.get(@q) : tensor<4x4xf64>
  %q = nn.linear(%x, %w_q) : tensor<?x4xf64>
  %w_k = lowp.get(@k) : tensor<${2 * groups}x4xf64>
  %k = nn.linear(%x, %w_k) : tensor<?x${2 * groups}xf64>
  %w_v = lowp.get(@v) : tensor<${2 * groups}x4xf64>
  %v = nn.linear(%x, %w_v) : tensor<?x${2 * groups}xf64>
  %q_heads = nn.reshape(%q) {shape = [-1, 2, 2]} : tensor<?x2x2xf64>
  %k_heads = nn.reshape(%k) {shape = [-1, ${groups}, 2]} : tensor<?x${groups}x2xf64>
  %v_heads = nn.reshape(%v) {shape = [-1, ${groups}, 2]} : tensor<?x${groups}x2xf64>
  %mixed = nn.attention(%q_heads, %k_heads, %v_heads) {causal = true} : tensor<?x2x2xf64>
  %flat = nn.reshape(%mixed) {shape = [-1, 4]} : tensor<?x4xf64>
  %w_o = lowp.get(@o) : tensor<4x4xf64>
  %o = nn.linear(%flat, %w_o) : tensor<?x4xf64>
  return %down, %o : tensor<?x4xf64>, tensor<?x4xf64>
}
`;

/** Inputs whose third channel is loud, so that scales other than 1 are chosen. */
const statistics = {
  absoluteMean: Float64Array.of(0.5, 1, 30, 2),
  secondMoment: Float64Array.from({ length: channels ** 2 }, (_, at) =>
    at % 5 === 0 ? [0.4, 2, 1400, 7][at / 5]! : 0,
  ),
};
const transform = (text: string, options = "") =>
  transformWith(text, `awq-scale{type=${type}${options}}`, statistics);
const input = {
  shape: [3, channels],
  data: Float64Array.of(0.3, -1.2, 2.5, 0.7, -0.7, 0.1, 0.9, 2, 1.5, -0.4, 0.6, -1.1),
};

const rewritten = (text: string): readonly string[] =>
  [...text.matchAll(/lowp\.param @(\w+) .*prov = \{algo = "awq-scale"/g)].map(([, name]) => name!).toSorted();
const printed = async (text: string, options = "") =>
  printModule(expectValue((await transform(text, options)).result), registry);
const refused = async (text: string, options = "") => {
  const { result } = await transform(text, options);
  return result.ok ? "" : result.diagnostics.map(({ code, message }) => `${code}: ${message}`).join("\n");
};

describe("awq-scale", () => {
  it("changes nothing in the reals, by norms, gated products and attention", async () => {
    const { result, store } = await transform(program());
    const [wanted, found] = [moduleOf(program()), expectValue(result)].map((module) =>
      run(module, store, input),
    );
    for (const [i, values] of wanted!.entries()) {
      const largest = Math.max(...values.map(Math.abs));
      const difference = Math.max(...values.map((value, at) => Math.abs(value - found![i]![at]!)));
      expect(difference / largest).toBeLessThan(1e-12);
    }
    expect(rewritten(printModule(expectValue(result), registry))).toEqual(
      ["down", "gain", "gate", "o", "up", "up_bias", "v"].toSorted(),
    );
  });

  it("touches nothing but the two sides of a group", async () => {
    const { result, store } = await transform(program(), ' only=["o"]');
    const module = expectValue(result);
    expect(rewritten(printModule(module, registry))).toEqual(["o", "v"]);
    const [wanted, found] = [moduleOf(program()), module].map((each) => run(each, store, input));
    expect(found![0]).toEqual(wanted![0]);
    expect(found![1]).not.toEqual(wanted![1]);
  });

  it("leaves heads that share values alone, and says so", async () => {
    const { result, remarks } = await transform(program(1));
    expect(remarks).toContainEqual("nn.attention %mixed is left as it is: its 2 heads share the values of 1");
    expect(rewritten(printModule(expectValue(result), registry))).not.toContain("v");
  });

  const swap = (from: string, to: string) => {
    expect(program()).toContain(from);
    return program().replace(from, to);
  };
  it.each([
    [
      "the values also go elsewhere",
      swap("return %down, %o", "%s = nn.add(%o, %v) : tensor<?x4xf64>\n  return %down, %s"),
      "nn.attention %mixed is left as it is: what it is made of is used elsewhere too",
    ],
    [
      "the values are the keys too",
      swap("%q_heads, %k_heads, %v_heads", "%q_heads, %v_heads, %v_heads"),
      "nn.attention %mixed is left as it is: what it is made of is used elsewhere too",
    ],
    [
      "a product is a square",
      swap("nn.mul(%active, %up)", "nn.mul(%up, %up)"),
      "nn.mul %gated is left as it is: what it is made of is used elsewhere too",
    ],
    [
      "something else sees the product",
      swap("return %down, %o", "%s = nn.add(%o, %gated) : tensor<?x4xf64>\n  return %down, %s"),
      "nn.mul %gated is left as it is: nn.add sees its output too, which is no linear op on a dense parameter",
    ],
    [
      "no factor is linear",
      swap("nn.mul(%active, %up)", "nn.mul(%active, %active)"),
      "nn.mul %gated is left as it is: neither factor comes from a linear op",
    ],
    [
      "the weight before is used elsewhere",
      swap("return %down, %o", "%s = nn.linear(%o, %w_v) : tensor<?x4xf64>\n  return %down, %s"),
      "nn.attention %mixed is left as it is: @v is used elsewhere too",
    ],
    [
      "one weight stands on both sides",
      swap("nn.linear(%flat, %w_o)", "nn.linear(%flat, %w_v)"),
      "nn.attention %mixed is left as it is: one weight stands before it and behind it",
    ],
  ])("tells why where %s", async (_, text, remark) => {
    const { remarks } = await transform(text);
    expect(remarks).toContainEqual(remark);
  });

  it("looks through observers", async () => {
    const observed = swap(
      "%active = ",
      'lowp.observe(%up) {site = "up"}\n  lowp.observe(%n) {site = "n"}\n  %active = ',
    );
    expect(rewritten(await printed(observed))).toEqual(rewritten(await printed(program())));
  });

  it("takes the groups that only and skip leave", async () => {
    expect(rewritten(await printed(program(), ' only=["down"]'))).toEqual(["down", "up", "up_bias"]);
    expect(rewritten(await printed(program(), ' skip=["gate", "o"]'))).toEqual(["down", "up", "up_bias"]);
    expect(await refused(program(), ' only=["dwon"]')).toContain("selector");
    expect(await refused(program(), ' skip=["*"]')).toContain(
      "skip leaves none of the 3 groups of linear ops",
    );
  });

  it("is refused where the type does not fit a weight", async () => {
    const text = "!lowp.q<i3, block = [1, 3], scale = f32>";
    const { result } = await transformWith(program(), `awq-scale{type=${text}}`, statistics);
    expect(result).toMatchObject({
      ok: false,
      diagnostics: [{ message: expect.stringContaining("@gate: ") }],
    });
  });
});
