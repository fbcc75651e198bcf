import fc from "fast-check";
import { expect, test } from "vitest";
import { sha256 } from "../../../compiler/cli/constant-host.ts";
import { registry } from "../../../compiler/cli/toolchain.ts";
import { error, fail } from "../../../compiler/diagnostics/diagnostic.ts";
import { ConstantStore } from "../../../compiler/ir/constants.ts";
import { type Module, walk } from "../../../compiler/ir/module.ts";
import { gaussian, seededRandom } from "../../../compiler/numeric/random.ts";
import type { Tensor } from "../../../compiler/numeric/tensor.ts";
import { parseModule } from "../../../compiler/text/resolve.ts";
import { param } from "../../../dialects/lowp/ops.ts";
import { type AxisClass, axisFlows } from "../../../dialects/nn/axis-flow.ts";
import { relativeDifference } from "../../../runtime/interpreter/contracts.ts";
import { Interpreter } from "../../../runtime/interpreter/interpreter.ts";
import { expectValue } from "../../compiler/import/files.ts";

/** The law behind the analysis: channels of a class in another order, wherever they are, change no output. */
const programs = {
  "a block with shared key heads": `
    lowp.param @e : tensor<6x4xf64>
    lowp.param @g : tensor<4xf64>
    lowp.param @q : tensor<8x4xf64>
    lowp.param @k : tensor<4x4xf64>
    lowp.param @v : tensor<4x4xf64>
    lowp.param @o : tensor<4x8xf64>
    lowp.param @gate : tensor<6x4xf64>
    lowp.param @up : tensor<6x4xf64>
    lowp.param @down : tensor<4x6xf64>
    lowp.param @head : tensor<5x4xf64>
    func.func private @layer(%h: tensor<?x4xf64>, %p: tensor<?xi32>) -> tensor<?x4xf64> {
      %g = lowp.get(@g) : tensor<4xf64>
      %n = nn.rms_norm(%h, %g) : tensor<?x4xf64>
      %wq = lowp.get(@q) : tensor<8x4xf64>
      %q = nn.linear(%n, %wq) : tensor<?x8xf64>
      %q_heads = nn.reshape(%q) {shape = [-1, 4, 2]} : tensor<?x4x2xf64>
      %wk = lowp.get(@k) : tensor<4x4xf64>
      %k = nn.linear(%n, %wk) : tensor<?x4xf64>
      %k_heads = nn.reshape(%k) {shape = [-1, 2, 2]} : tensor<?x2x2xf64>
      %wv = lowp.get(@v) : tensor<4x4xf64>
      %v = nn.linear(%n, %wv) : tensor<?x4xf64>
      %v_heads = nn.reshape(%v) {shape = [-1, 2, 2]} : tensor<?x2x2xf64>
      %qr = nn.rope(%q_heads, %p) : tensor<?x4x2xf64>
      %kr = nn.rope(%k_heads, %p) : tensor<?x2x2xf64>
      %mixed = nn.attention(%qr, %kr, %v_heads) {causal = true} : tensor<?x4x2xf64>
      %flat = nn.reshape(%mixed) {shape = [-1, 8]} : tensor<?x8xf64>
      %wo = lowp.get(@o) : tensor<4x8xf64>
      %o = nn.linear(%flat, %wo) : tensor<?x4xf64>
      %attended = nn.add(%h, %o) : tensor<?x4xf64>
      %wg = lowp.get(@gate) : tensor<6x4xf64>
      %gate = nn.linear(%attended, %wg) : tensor<?x6xf64>
      %wu = lowp.get(@up) : tensor<6x4xf64>
      %up = nn.linear(%attended, %wu) : tensor<?x6xf64>
      %active = nn.silu(%gate) : tensor<?x6xf64>
      %gated = nn.mul(%active, %up) : tensor<?x6xf64>
      %wd = lowp.get(@down) : tensor<4x6xf64>
      %down = nn.linear(%gated, %wd) : tensor<?x4xf64>
      %out = nn.add(%attended, %down) : tensor<?x4xf64>
      return %out : tensor<?x4xf64>
    }
    func.func @main(%t: tensor<?xi32>) -> tensor<?x5xf64> {
      %e = lowp.get(@e) : tensor<6x4xf64>
      %h = nn.embedding(%e, %t) : tensor<?x4xf64>
      %p = nn.positions(%t) : tensor<?xi32>
      %x = func.call(@layer, [%h, %p]) : tensor<?x4xf64>
      %y = func.call(@layer, [%x, %p]) : tensor<?x4xf64>
      %head = lowp.get(@head) : tensor<5x4xf64>
      %z = nn.linear(%y, %head) : tensor<?x5xf64>
      return %z : tensor<?x5xf64>
    }`,
  "convolutions by channel and a pooled head": `
    lowp.param @e : tensor<6x16xf64>
    lowp.param @w : tensor<6x4x1x1xf64>
    lowp.param @b : tensor<6xf64>
    lowp.param @depth : tensor<6x1x2x2xf64>
    lowp.param @gain : tensor<6xf64>
    lowp.param @shift : tensor<6xf64>
    lowp.param @mean : tensor<6xf64>
    lowp.param @head : tensor<3x6xf64>
    func.func @main(%t: tensor<?xi32>) -> tensor<?x3xf64> {
      %e = lowp.get(@e) : tensor<6x16xf64>
      %x = nn.embedding(%e, %t) : tensor<?x16xf64>
      %image = nn.reshape(%x) {shape = [-1, 4, 2, 2]} : tensor<?x4x2x2xf64>
      %w = lowp.get(@w) : tensor<6x4x1x1xf64>
      %b = lowp.get(@b) : tensor<6xf64>
      %c = nn.conv2d(%image, %w, %b) : tensor<?x6x2x2xf64>
      %depth = lowp.get(@depth) : tensor<6x1x2x2xf64>
      %d = nn.conv2d(%c, %depth) {groups = 6} : tensor<?x6x1x1xf64>
      %flat = nn.reshape(%d) {shape = [-1, 6]} : tensor<?x6xf64>
      %gain = lowp.get(@gain) : tensor<6xf64>
      %shift = lowp.get(@shift) : tensor<6xf64>
      %n = nn.layer_norm(%flat, %gain, %shift) : tensor<?x6xf64>
      %m = lowp.get(@mean) : tensor<6xf64>
      %s = nn.sub(%n, %m) : tensor<?x6xf64>
      %r = nn.reduce_max(%s) {axes = [1], keep_dims = true} : tensor<?x1xf64>
      %f = nn.sub(%s, %r) : tensor<?x6xf64>
      %a = nn.gelu(%f) : tensor<?x6xf64>
      %head = lowp.get(@head) : tensor<3x6xf64>
      %y = nn.linear(%a, %head) : tensor<?x3xf64>
      return %y : tensor<?x3xf64>
    }`,
};

interface Weight {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

const moduleOf = (text: string): Module => expectValue(parseModule(text, "test.mlir", registry));

const weightsOf = (module: Module): ReadonlyMap<string, Weight> => {
  const random = seededRandom(1);
  return new Map(
    walk(module).flatMap((op) => {
      if (!param.is(op) || op.attributes.type.kind !== "tensor") return [];
      const { shape } = op.attributes.type;
      const length = shape.reduce((product, size) => product * size, 1);
      return [
        [op.attributes.sym_name, { shape, data: Float64Array.from({ length }, () => gaussian(random)) }],
      ];
    }),
  );
};

/** Outputs on some tokens, the weights being given as resources of their own names. */
function outputOf(text: string, weights: ReadonlyMap<string, Weight>): Tensor {
  const store = new ConstantStore({ sha256, readTensor: (file) => fail(error("no-file", file)) });
  const named = text.replaceAll(/lowp\.param @(\w+) : (\S+)/g, "lowp.param @$1 : $2 = dense_resource<$1>");
  const module = moduleOf(named);
  const resources = Object.fromEntries(
    [...weights].map(([name, { data }]) => [name, store.add(new Uint8Array(data.buffer))]),
  );
  const interpreter = new Interpreter({ ...module, resources }, registry, store, { precision: "f64" });
  const tokens = { shape: [4], data: Int32Array.from([0, 3, 5, 1]) };
  const [output] = expectValue(interpreter.run("main", [tokens]));
  return output!;
}

/** A weight with the channels of an axis in another order. */
function permuted({ shape, data }: Weight, axis: number, order: readonly number[]): Weight {
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const extent = shape[axis]!;
  return {
    shape,
    data: data.map((_, at) => {
      const channel = Math.floor(at / inner) % extent;
      return data[at + (order[channel]! - channel) * inner]!;
    }),
  };
}

const isWhole = ({ madeOf, partOf }: AxisClass): boolean => madeOf.length + partOf.length === 0;

test.each(Object.entries(programs))("channels may be in any order where nothing pins them: %s", (_, text) => {
  const module = moduleOf(text);
  const weights = weightsOf(module);
  const before = outputOf(text, weights);
  const movable = axisFlows(module, registry).classes.filter(
    (each) => each.crossing !== "none" && isWhole(each) && each.parameters.length > 1,
  );
  expect(movable.length).toBeGreaterThan(0);
  for (const { extent, parameters } of movable) {
    const shuffled = fc.shuffledSubarray([...Array(extent).keys()], { minLength: extent });
    fc.assert(
      fc.property(shuffled, (order) => {
        const moved = new Map(weights);
        for (const { symbol, axis } of parameters)
          moved.set(symbol, permuted(moved.get(symbol)!, axis, order));
        // Sums in another order differ by a few units in the last place, which layers amplify.
        expect(relativeDifference(before, outputOf(text, moved))).toBeLessThan(1e-12);
      }),
      { numRuns: 5, seed: 1 },
    );
  }
});

test("heads are moved with the query heads they serve, and widths alike in all of them", () => {
  const text = programs["a block with shared key heads"];
  const module = moduleOf(text);
  const { classes } = axisFlows(module, registry);
  const weights = weightsOf(module);
  const flatOf = (symbol: string, axis: number) =>
    classes.find(({ parameters }) =>
      parameters.some((each) => each.symbol === symbol && each.axis === axis),
    )!;
  const [values, mixed] = [flatOf("v", 0), flatOf("o", 1)];
  const [groups, width] = values.madeOf[0]!.parts.map((id) => classes[id]!);
  const heads = classes[mixed.madeOf[0]!.parts[0]!]!;
  expect(groups!.serves).toEqual([heads.id]);
  expect(mixed.madeOf[0]!.parts[1]).toBe(width!.id);
  const swap = (count: number, size: number, order: (at: number) => number, within: (at: number) => number) =>
    Array.from({ length: count * size }, (_, at) => order(Math.floor(at / size)) * size + within(at % size));
  const keep = (at: number) => at;
  const other = (at: number) => 1 - at;
  const pair = (at: number) => (at + 2) % 4;
  const moved = new Map(weights);
  // Two groups swapped, hence the two pairs of query heads; the two columns of values swapped.
  moved.set("k", permuted(weights.get("k")!, 0, swap(2, 2, other, keep)));
  moved.set("v", permuted(weights.get("v")!, 0, swap(2, 2, other, other)));
  moved.set("q", permuted(weights.get("q")!, 0, swap(4, 2, pair, keep)));
  moved.set("o", permuted(weights.get("o")!, 1, swap(4, 2, pair, other)));
  expect(relativeDifference(outputOf(text, weights), outputOf(text, moved))).toBeLessThan(1e-12);
});
