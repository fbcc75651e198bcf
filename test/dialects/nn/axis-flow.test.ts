import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { registry } from "../../../compiler/cli/toolchain.ts";
import { type Module, opAt, walk } from "../../../compiler/ir/module.ts";
import { parseModule } from "../../../compiler/text/resolve.ts";
import { type AxisClass, type AxisFlows, axisFlows } from "../../../dialects/nn/axis-flow.ts";
import { expectValue } from "../../compiler/import/files.ts";

const moduleOf = (text: string): Module =>
  expectValue(parseModule(text, "test.mlir", registry, { allowUnregistered: true }));
const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

interface Analysed extends AxisFlows {
  readonly module: Module;
  /** The class of an axis of the first value of a name. */
  at(name: string, axis: number): AxisClass;
}

function analyse(text: string): Analysed {
  const module = moduleOf(text);
  const flows = axisFlows(module, registry);
  const value = (name: string) => Object.values(module.values).find((each) => each.name === name)!;
  return { ...flows, module, at: (name, axis) => flows.classOf(value(name).id, axis) };
}

/** `symbol.axis roles`, and why ops pin it. */
const parametersOf = ({ parameters }: AxisClass): readonly string[] =>
  parameters.map(({ symbol, axis, uses }) => `${symbol}.${axis} ${uses.map(({ role }) => role).join(" ")}`);
const pinsOf = ({ pins }: AxisClass): readonly string[] => [
  ...new Set(pins.map(({ kind, reason, isInherited }) => `${kind}${isInherited ? "*" : ""}: ${reason}`)),
];
const rolesOf = ({ touches }: AxisClass): readonly string[] => [...new Set(touches.map(({ role }) => role))];

/** Names reach the analysis as those of parameters alone, so the example may be called anything. */
const tinyLlama = analyse(read("../../../examples/tiny-llama/model.mlir"));

test("the residual stream of a llama is one class through all its functions", () => {
  const stream = tinyLlama.at("hidden", 1);
  expect(tinyLlama.at("h4", 1)).toBe(stream);
  expect(tinyLlama.at("final", 1)).toBe(stream);
  expect(parametersOf(stream).slice(0, 9)).toEqual([
    "layers.0.input_layernorm.0 gain",
    "layers.0.self_attn.q_proj.1 contracted",
    "layers.0.self_attn.k_proj.1 contracted",
    "layers.0.self_attn.v_proj.1 contracted",
    "layers.0.self_attn.o_proj.0 produced",
    "layers.0.post_attention_layernorm.0 gain",
    "layers.0.mlp.gate_proj.1 contracted",
    "layers.0.mlp.up_proj.1 contracted",
    "layers.0.mlp.down_proj.0 produced",
  ]);
  expect(parametersOf(stream).slice(-3)).toEqual([
    "embed_tokens.1 embedded",
    "norm.0 gain",
    "lm_head.1 contracted",
  ]);
  expect(stream).toMatchObject({ extent: 128, crossing: "permutation", pins: [] });
  expect(rolesOf(stream)).toEqual([
    "root-mean-square",
    "gain",
    "contracted",
    "produced",
    "added",
    "embedded",
  ]);
});

test("heads are factors of the flat axis, and key heads serve query heads", () => {
  const [flat, heads, width] = [tinyLlama.at("q", 1), tinyLlama.at("q_heads", 1), tinyLlama.at("q_heads", 2)];
  expect(flat.madeOf.map(({ parts }) => parts)).toEqual([[heads.id, width.id]]);
  expect(heads.partOf.map(({ whole, part }) => [whole, part])).toEqual([
    [flat.id, 0],
    [tinyLlama.at("mixed_flat", 1).id, 0],
  ]);
  const groups = tinyLlama.at("k_heads", 1);
  expect(groups.serves).toEqual([heads.id]);
  expect(heads.servedBy).toEqual([groups.id]);
  expect(tinyLlama.at("v_heads", 1)).toBe(groups);
  expect(rolesOf(width)).toEqual(["turned", "scored"]);
  expect(tinyLlama.at("mixed", 2)).toBe(tinyLlama.at("v_heads", 2));
  expect(tinyLlama.at("mixed", 2)).not.toBe(width);
});

test("zeros tie neither layers nor keys and values together", () => {
  const widths = ["k_heads", "v_heads"].flatMap((name) =>
    Object.values(tinyLlama.module.values)
      .filter((value) => value.name === name)
      .map(({ id }) => tinyLlama.classOf(id, 2).id),
  );
  expect(new Set(widths).size).toBe(8);
});

test("a gated network has one class between its linear ops, which its activation lets permutations through", () => {
  const inner = tinyLlama.at("gated", 1);
  expect(parametersOf(inner)).toEqual([
    "layers.0.mlp.gate_proj.0 produced",
    "layers.0.mlp.up_proj.0 produced",
    "layers.0.mlp.down_proj.1 contracted",
  ]);
  expect(inner).toMatchObject({ extent: 384, crossing: "permutation", pins: [] });
});

test("public functions and positions pin", () => {
  expect(tinyLlama.at("hidden", 0).crossing).toBe("none");
  expect(pinsOf(tinyLlama.at("logits", 1))).toEqual([
    "result: callers of @decode see it",
    "result: callers of @main see it",
  ]);
  expect(pinsOf(tinyLlama.at("v_heads", 2))).toEqual([
    "argument: callers of @decode see it",
    "result: callers of @decode see it",
  ]);
  expect(pinsOf(tinyLlama.at("v", 1))).toEqual(["argument*: callers of @decode see it"]);
  expect(pinsOf(tinyLlama.at("table", 0))).toEqual(["order: tokens choose among its rows"]);
});

test("classes and what is in them are in program order", () => {
  const { module, classes } = tinyLlama;
  const order = new Map(walk(module).map(({ id }, at) => [id, at]));
  const isSorted = (list: readonly number[]) => list.every((each, at) => at === 0 || list[at - 1]! <= each);
  for (const { touches, madeOf } of classes) {
    expect(isSorted(touches.map(({ op }) => order.get(op)!))).toBe(true);
    expect(isSorted(madeOf.map(({ op }) => order.get(op)!))).toBe(true);
  }
  expect(classes.map(({ id }) => id)).toEqual([...classes.keys()]);
});

test("tied embeddings are one axis in two roles, and their rows are pinned", () => {
  const { at } = analyse(`
    lowp.param @e : tensor<8x4xf32>
    func.func @main(%t: tensor<3xi32>) -> tensor<3x8xf32> {
      %e = lowp.get(@e) : tensor<8x4xf32>
      %x = nn.embedding(%e, %t) : tensor<3x4xf32>
      %n = nn.rms_norm(%x) : tensor<3x4xf32>
      %again = lowp.get(@e) : tensor<8x4xf32>
      %y = nn.linear(%n, %again) : tensor<3x8xf32>
      return %y : tensor<3x8xf32>
    }`);
  expect(parametersOf(at("x", 1))).toEqual(["e.1 embedded contracted"]);
  expect(at("x", 1).crossing).toBe("orthogonal");
  expect(pinsOf(at("y", 1))).toEqual([
    "order: tokens choose among its rows",
    "result: callers of @main see it",
  ]);
});

test("layer norms let permutations through, with gains, biases and the bias of the linear op before them", () => {
  const { at } = analyse(`
    lowp.param @w : tensor<4x2xf32>
    lowp.param @b : tensor<4xf32>
    lowp.param @g : tensor<4xf32>
    lowp.param @s : tensor<4xf32>
    lowp.param @v : tensor<2x4xf32>
    func.func @main(%x: tensor<3x2xf32>) -> tensor<3x2xf32> {
      %w = lowp.get(@w) : tensor<4x2xf32>
      %b = lowp.get(@b) : tensor<4xf32>
      %h = nn.linear(%x, %w, %b) : tensor<3x4xf32>
      %g = lowp.get(@g) : tensor<4xf32>
      %s = lowp.get(@s) : tensor<4xf32>
      %n = nn.layer_norm(%h, %g, %s) : tensor<3x4xf32>
      %v = lowp.get(@v) : tensor<2x4xf32>
      %y = nn.linear(%n, %v) : tensor<3x2xf32>
      return %y : tensor<3x2xf32>
    }`);
  expect(parametersOf(at("h", 1))).toEqual([
    "w.0 produced",
    "b.0 bias",
    "g.0 gain",
    "s.0 shift",
    "v.1 contracted",
  ]);
  expect(rolesOf(at("h", 1))).toContain("standardised");
  expect(at("h", 1).crossing).toBe("permutation");
});

test("patches, a class token and a place embedding share one stream in a vision transformer", () => {
  const { at } = analyse(`
    lowp.param @patch : tensor<8x3x2x2xf32>
    lowp.param @bias : tensor<8xf32>
    lowp.param @token : tensor<1x1x8xf32>
    lowp.param @places : tensor<1x5x8xf32>
    lowp.param @head : tensor<4x8xf32>
    func.func @main(%image: tensor<1x3x4x4xf32>) -> tensor<1x4xf32> {
      %patch = lowp.get(@patch) : tensor<8x3x2x2xf32>
      %bias = lowp.get(@bias) : tensor<8xf32>
      %grid = nn.conv2d(%image, %patch, %bias) {strides = [2, 2]} : tensor<1x8x2x2xf32>
      %flat = nn.reshape(%grid) {shape = [1, 8, 4]} : tensor<1x8x4xf32>
      %patches = nn.transpose(%flat) {permutation = [0, 2, 1]} : tensor<1x4x8xf32>
      %token = lowp.get(@token) : tensor<1x1x8xf32>
      %joined = nn.concat([%token, %patches]) {axis = 1} : tensor<1x5x8xf32>
      %places = lowp.get(@places) : tensor<1x5x8xf32>
      %placed = nn.add(%joined, %places) : tensor<1x5x8xf32>
      %n = nn.layer_norm(%placed) : tensor<1x5x8xf32>
      %first = nn.slice(%n) {starts = [0, 0, 0], sizes = [1, 1, 8]} : tensor<1x1x8xf32>
      %chosen = nn.reshape(%first) {shape = [1, 8]} : tensor<1x8xf32>
      %head = lowp.get(@head) : tensor<4x8xf32>
      %y = nn.linear(%chosen, %head) : tensor<1x4xf32>
      return %y : tensor<1x4xf32>
    }`);
  expect(parametersOf(at("chosen", 1))).toEqual([
    "patch.0 produced",
    "bias.0 bias",
    "token.2 ",
    "places.2 added",
    "head.1 contracted",
  ]);
  expect(at("chosen", 1)).toMatchObject({ extent: 8, crossing: "permutation" });
  expect(pinsOf(at("placed", 1))).toEqual(["order: tensors are joined along it", "order: a slice cuts it"]);
  expect(pinsOf(at("patch", 1))).toEqual(["argument: callers of @main see it"]);
  expect(pinsOf(at("grid", 2))).toEqual(["order: windows slide along it"]);
});

test("an unknown op pins what it touches and nothing else", () => {
  const { at, module } = analyse(`
    lowp.param @w : tensor<4x2xf32>
    lowp.param @v : tensor<6x4xf32>
    func.func private @main(%x: tensor<3x2xf32>) -> tensor<3x6xf32> {
      %w = lowp.get(@w) : tensor<4x2xf32>
      %h = nn.linear(%x, %w) : tensor<3x4xf32>
      %z = "other.thing"(%h) : (tensor<3x4xf32>) -> tensor<3x4xf32>
      %v = lowp.get(@v) : tensor<6x4xf32>
      %y = nn.linear(%z, %v) : tensor<3x6xf32>
      return %y : tensor<3x6xf32>
    }`);
  const reason = "unknown: nothing says what other.thing does with it";
  expect(pinsOf(at("h", 1))).toEqual([reason]);
  expect(pinsOf(at("z", 1))).toEqual([reason]);
  expect(at("z", 1)).not.toBe(at("h", 1));
  expect(opAt(module, at("h", 1).pins[0]!.op).name).toBe("other.thing");
  expect([at("x", 1).crossing, at("y", 1).crossing]).toEqual(["any", "any"]);
});

test("reshapes of one axis into equal extents agree on the parts, and a pinned whole pins them", () => {
  const { at } = analyse(`
    func.func @main(%x: tensor<3x12xf32>) -> tensor<3x4x3xf32> {
      %a = nn.reshape(%x) {shape = [-1, 4, 3]} : tensor<3x4x3xf32>
      %b = nn.reshape(%x) {shape = [3, 4, 3]} : tensor<3x4x3xf32>
      %c = nn.reshape(%x) {shape = [3, 3, 4]} : tensor<3x3x4xf32>
      %d = nn.reshape(%c) {shape = [9, 4]} : tensor<9x4xf32>
      %e = nn.reshape(%d) {shape = [4, 9]} : tensor<4x9xf32>
      return %a : tensor<3x4x3xf32>
    }`);
  expect(at("b", 2)).toBe(at("a", 2));
  expect(at("c", 1)).not.toBe(at("a", 2));
  expect(pinsOf(at("c", 1))).toContain("argument*: callers of @main see it");
  expect(at("d", 0).madeOf.map(({ parts }) => parts)).toEqual([[at("c", 0).id, at("c", 1).id]]);
  expect(pinsOf(at("e", 0))).toEqual(["order: a reshape mixes it with other axes"]);
});

test("one number for all channels lets permutations through alone", () => {
  const { at } = analyse(`
    func.func private @main(%x: tensor<3x4xf32>, %one: tensor<3x1xf32>) -> tensor<3x4xf32> {
      %y = nn.add(%x, %one) : tensor<3x4xf32>
      return %y : tensor<3x4xf32>
    }`);
  expect(at("x", 1)).toBe(at("y", 1));
  expect(at("x", 1)).not.toBe(at("one", 1));
  expect(at("y", 1).crossing).toBe("permutation");
});

test("ops that compute in channels say how they flow", () => {
  const silent = registry.dialects
    .filter(({ name }) => name !== "quant" && name !== "builtin")
    .flatMap(({ ops = [] }) => ops.filter(({ spec }) => !spec.axes && spec.form !== "definition"));
  expect(silent.map(({ name }) => name)).toEqual([]);
});
