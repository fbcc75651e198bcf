import { join } from "node:path";
import { expect, test } from "vitest";
import { sha256 } from "../../../../compiler/cli/constant-host.ts";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import { describeOutcome } from "../../../../compiler/define/explanation.ts";
import type { PassContext } from "../../../../compiler/define/pass.ts";
import { error, fail, ok } from "../../../../compiler/diagnostics/diagnostic.ts";
import { ConstantStore } from "../../../../compiler/ir/constants.ts";
import { type Module, resultsOf, valueAt, walk } from "../../../../compiler/ir/module.ts";
import { gramOfRows, transpose } from "../../../../compiler/numeric/matrix.ts";
import { gaussian, seededRandom } from "../../../../compiler/numeric/random.ts";
import { elementCount, type Tensor } from "../../../../compiler/numeric/tensor.ts";
import { printModule } from "../../../../compiler/text/print.ts";
import { param } from "../../../../dialects/lowp/ops.ts";
import { axisFlows } from "../../../../dialects/nn/axis-flow.ts";
import { principalSubspace } from "../../../../dialects/rot/passes/slice-channels.ts";
import { alongAxis } from "../../../../dialects/rot/passes/slice-class.ts";
import { sliceSite } from "../../../../dialects/rot/passes/slice-sites.ts";
import { relativeDifference } from "../../../../runtime/interpreter/contracts.ts";
import { Interpreter } from "../../../../runtime/interpreter/interpreter.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { moduleOf, transform } from "../../lowp/passes/transforming.ts";
import { llama } from "./llama.ts";

const tokens: Tensor = { shape: [5], data: Int32Array.of(3, 1, 4, 1, 5) };
const model = 8;

const logits = (module: Module, store: ConstantStore): Tensor =>
  expectValue(new Interpreter(module, registry, store, { precision: "f64" }).run("main", [tokens]))[0]!;

/** Rows of correlated numbers whose channels from `alive` on are 0. */
function rowsOf(count: number, channels: number, alive = channels): Float64Array {
  const random = seededRandom(5);
  return Float64Array.from({ length: count * channels }, (_, at) =>
    at % channels < alive ? gaussian(random) * (1 + (at % channels)) : 0,
  );
}

const momentOf = (rows: Float64Array, channels: number): Float64Array =>
  gramOfRows(transpose(rows, rows.length / channels, channels), channels, rows.length / channels);

/** A program before and after slicing by what correlated rows tell: how far apart in f64, and what is there now. */
async function after(text: string, pipeline: string, alive = model) {
  const secondMoment = momentOf(rowsOf(40, model, alive), model);
  const { result, store, explanations } = await transform(text, pipeline, { secondMoment });
  const module = expectValue(result);
  const difference = relativeDifference(logits(moduleOf(text), store), logits(module, store));
  return { module, difference, explanations };
}

const shapesOf = (module: Module): ReadonlyMap<string, readonly number[]> =>
  new Map(
    walk(module).flatMap((op) =>
      param.is(op) && op.attributes.type.kind === "tensor"
        ? [[op.attributes.sym_name, op.attributes.type.shape] as const]
        : [],
    ),
  );

test.each([
  ["", 4],
  [" sequential = false", 4],
  [" shortcuts = false", 0],
])("with all channels kept nothing changes in the reals, %s", async (options, shortcuts) => {
  const { module, difference } = await after(llama(), `fold-norms,slice-channels{keep = 1.0${options}}`);
  // Measured: 4e-15 to 2e-14.
  expect(difference).toBeLessThan(2e-13);
  expect([...shapesOf(module).keys()].filter((name) => name.startsWith("shortcuts."))).toHaveLength(
    shortcuts,
  );
});

test("layer norms slice once they are folded and centred", async () => {
  const { difference } = await after(llama({ norm: "layer" }), "fold-norms,slice-channels{keep = 1.0}");
  expect(difference).toBeLessThan(1e-12);
});

/** The norms divide by fewer channels then, which their epsilon and the weights behind them make up for. */
test.each(["", " shortcuts = false"])("channels without a signal go at no cost%s", async (options) => {
  const text = llama({ dead: 2 });
  const { module, difference } = await after(text, `fold-norms,slice-channels{channels = 6${options}}`, 6);
  expect(difference).toBeLessThan(2e-13);
  const shapes = shapesOf(module);
  expect([shapes.get("embed"), shapes.get("l0.q"), shapes.get("l1.down"), shapes.get("head")]).toEqual([
    [6, 6],
    [16, 6],
    [6, 12],
    [6, 6],
  ]);
});

test.each([
  ["", 4],
  [" shortcuts = false", 0],
])(
  "numbers left are those of the kept channels, and a square for each shortcut%s",
  async (options, shortcuts) => {
    const kept = 6;
    const { module } = await after(llama(), `fold-norms,slice-channels{channels = ${kept}${options}}`);
    // What the weights have beside the stream: q, k, v, o, gate, up and down twice, the table and the head.
    const beside = 2 * (16 + 8 + 8 + 16 + 12 + 12 + 12) + 6 + 6;
    const left = [...shapesOf(module).values()].reduce((sum, shape) => sum + elementCount(shape), 0);
    expect(left).toBe(beside * kept + shortcuts * kept ** 2);
  },
);

test("channels with a signal do not", async () => {
  const { difference } = await after(llama(), "fold-norms,slice-channels{channels = 6}");
  expect(difference).toBeGreaterThan(1e-3);
});

test("every value of a stream has the channels that are kept", async () => {
  const { module } = await after(llama(), "fold-norms,slice-channels{keep = 0.8 multiple = 2}");
  const widths = walk(module)
    .filter(({ name }) => name === "nn.rms_norm" || name === "nn.add")
    .flatMap((op) => {
      const { type } = valueAt(module, resultsOf(op)[0]!);
      return type.kind === "tensor" ? [type.shape.at(-1)] : [];
    });
  expect(widths).toHaveLength(9);
  expect(new Set(widths)).toEqual(new Set([6]));
});

test("the program afterwards is as it should be", async () => {
  const { module } = await after(llama({ element: "f32" }), "fold-norms,slice-channels{channels = 6}");
  const [text = ""] = printModule(module, registry).split("{-#");
  const program = text.replace(/dense<\[[^>]*>/g, "dense<…>");
  await expect(`${program.trimEnd()}\n`).toMatchFileSnapshot(
    join(import.meta.dirname, "slice-channels/streams-of-a-llama.expected.mlir"),
  );
});

test("each part of a stream is explained by its first norm", async () => {
  const { explanations } = await after(llama(), "fold-norms,slice-channels{channels = 6}");
  const told = explanations.filter(({ rule }) => rule === "principal-axes");
  expect(told.map(({ op, subject }) => `${op} ${subject}`)).toEqual([
    "nn.rms_norm %a",
    "nn.rms_norm %b",
    "nn.rms_norm %a",
    "nn.rms_norm %b",
    "nn.rms_norm %f",
  ]);
  expect(describeOutcome(told[0]!.outcome)).toMatch(
    /^applied: 6 of 8 channels, with 9\d\.\d\d % of what meets @l0\.q, @l0\.k, @l0\.v$/,
  );
});

/** A block that is called twice, so that its argument and its result share their channels. */
const looped = (() => {
  const random = seededRandom(8);
  const declare = (name: string, rows: number, columns: number): string => {
    const row = () => Array.from({ length: columns }, () => gaussian(random).toFixed(6)).join(", ");
    const value = `[${Array.from({ length: rows }, () => `[${row()}]`).join(", ")}]`;
    return `lowp.param @${name} : tensor<${rows}x${columns}xf64> = dense<${value}> : tensor<${rows}x${columns}xf64>`;
  };
  return `
    ${declare("e", 6, 8)}
    ${declare("up", 3, 8)}
    ${declare("down", 8, 3)}
    ${declare("head", 6, 8)}
    func.func private @block(%h: tensor<?x8xf64>) -> tensor<?x8xf64> {
      %n = nn.rms_norm(%h) : tensor<?x8xf64>
      %wu = lowp.get(@up) : tensor<3x8xf64>
      %u = nn.linear(%n, %wu) : tensor<?x3xf64>
      %a = nn.relu(%u) : tensor<?x3xf64>
      %wd = lowp.get(@down) : tensor<8x3xf64>
      %d = nn.linear(%a, %wd) : tensor<?x8xf64>
      %s = nn.add(%h, %d) : tensor<?x8xf64>
      return %s : tensor<?x8xf64>
    }
    func.func @main(%t: tensor<?xi32>) -> tensor<?x6xf64> {
      %e = lowp.get(@e) : tensor<6x8xf64>
      %x = nn.embedding(%e, %t) : tensor<?x8xf64>
      %y = func.call(@block, [%x]) : tensor<?x8xf64>
      %z = func.call(@block, [%y]) : tensor<?x8xf64>
      %m = nn.rms_norm(%z) : tensor<?x8xf64>
      %wh = lowp.get(@head) : tensor<6x8xf64>
      %o = nn.linear(%m, %wh) : tensor<?x6xf64>
      return %o : tensor<?x6xf64>
    }`;
})();

/** A vision transformer's way: a token of its own in front, and only what becomes of it is read. */
const stated = looped
  .replace(
    /func\.func @main.*/s,
    `func.func @main(%t: tensor<5xi32>) -> tensor<1x6xf64> {
      %e = lowp.get(@e) : tensor<6x8xf64>
      %x = nn.embedding(%e, %t) : tensor<5x8xf64>
      %x3 = nn.reshape(%x) {shape = [1, 5, 8]} : tensor<1x5x8xf64>
      %c = lowp.get(@class) : tensor<1x8xf64>
      %c3 = nn.broadcast_to(%c) {shape = [1, 1, 8]} : tensor<1x1x8xf64>
      %all = nn.concat([%c3, %x3]) {axis = 1} : tensor<1x6x8xf64>
      %flat = nn.reshape(%all) {shape = [6, 8]} : tensor<6x8xf64>
      %y = func.call(@block, [%flat]) : tensor<?x8xf64>
      %first = nn.slice(%y) {starts = [0, 0], sizes = [1, 8]} : tensor<1x8xf64>
      %m = nn.rms_norm(%first) : tensor<1x8xf64>
      %wh = lowp.get(@head) : tensor<6x8xf64>
      %o = nn.linear(%m, %wh) : tensor<1x6xf64>
      return %o : tensor<1x6xf64>
    }`,
  )
  .replace(
    "lowp.param @head",
    `lowp.param @class : tensor<1x8xf64> = dense<0.5> : tensor<1x8xf64>\n    lowp.param @head`,
  )
  .replaceAll("tensor<?x", "tensor<6x");

test("ops that state extents state those that are kept", async () => {
  const whole = await after(stated, "slice-channels{keep = 1.0}");
  expect(whole.difference).toBeLessThan(2e-13);
  const { module } = await after(stated, "slice-channels{channels = 5}");
  const text = printModule(module, registry);
  for (const line of [
    "nn.reshape(%x) {shape = [1, 5, 5]} : tensor<1x5x5xf64>",
    "nn.broadcast_to(%c) {shape = [1, 1, 5]} : tensor<1x1x5xf64>",
    "nn.reshape(%all) {shape = [6, 5]} : tensor<6x5xf64>",
    "nn.slice(%y) {starts = [0, 0], sizes = [1, 5]} : tensor<1x5xf64>",
  ])
    expect(text).toContain(line);
});

test("the share that stays is rounded down to a multiple", async () => {
  const { module } = await after(looped, "slice-channels{keep = 0.6 multiple = 1}");
  expect(shapesOf(module).get("e")).toEqual([6, 4]);
});

test("a block that is called with what it gave has one basis before and behind, and no shortcut", async () => {
  const { module, difference } = await after(looped, "slice-channels{keep = 1.0}");
  expect(difference).toBeLessThan(2e-13);
  expect([...shapesOf(module).keys()]).toEqual(["e", "up", "down", "head"]);
});

test("a sliced stream can be rotated afterwards", async () => {
  const { difference } = await after(
    llama({ dead: 4 }),
    "fold-norms,slice-channels{channels = 4},rotate{r1 = true},fuse-rotations",
    4,
  );
  expect(difference).toBeLessThan(2e-13);
});

test("the energy kept is what a projection onto the subspace leaves of the inputs", async () => {
  const module = expectValue((await transform(llama(), "fold-norms", {})).result);
  const site = sliceSite(
    module,
    axisFlows(module, registry).classes.find(({ touches }) =>
      touches.some(({ role }) => role === "root-mean-square"),
    )!,
  );
  if ("obstacle" in site) throw new Error(site.obstacle.reason);
  const inputs = rowsOf(40, model);
  const context: PassContext = {
    registry,
    constants: new ConstantStore({ sha256, readTensor: (file) => fail(error("no-file", file)) }),
    calibration: {
      sha256: "",
      statistics: (_, symbols) => {
        const secondMoment = momentOf(inputs, model);
        return ok(new Map(symbols.map((symbol) => [symbol, { count: 40, secondMoment }])));
      },
    },
    report: () => {},
    progress: () => {},
  };
  const { rows, energy } = expectValue(
    await principalSubspace({ sequential: true }, context)(module, site, 3),
  );
  const signal = { shape: [40, model], data: inputs };
  const projected = alongAxis(alongAxis(signal, 1, rows), 1, transpose(rows, 3, model));
  const square = (numbers: ArrayLike<number>) => Array.from(numbers).reduce((sum, x) => sum + x * x, 0);
  const lost = square(inputs.map((x, at) => x - projected.data[at]!));
  expect(Math.abs(energy - (1 - lost / square(inputs)))).toBeLessThan(1e-13);
});

const refusal = async (text: string, pipeline: string): Promise<string> => {
  const { result } = await transform(text, pipeline, { secondMoment: momentOf(rowsOf(40, model), model) });
  return result.ok ? "" : result.diagnostics.map(({ message, hint }) => `${message}; ${hint}`).join("\n");
};

test.each([
  ["a gain in the way", llama(), "slice-channels{keep = 0.5}", "(gain); run fold-norms"],
  [
    "a layer norm in the way",
    llama({ norm: "layer" }),
    "slice-channels{keep = 0.5}",
    "(standardised); run fold-norms",
  ],
  [
    "norms behind sums",
    llama({ isPostNorm: true }),
    "fold-norms,slice-channels{keep = 0.5}",
    "nn.rms_norm sees single channels of it (gain)",
  ],
  [
    "a norm whose output is no input of a linear op alone",
    looped.replace("%s = nn.add(%h, %d)", "%s = nn.add(%n, %d)"),
    "slice-channels{channels = 4}",
    "nn.add takes what a norm gives, which only linear ops may",
  ],
  [
    "a table that is the head too",
    looped.replace("lowp.get(@head)", "lowp.get(@e)"),
    "slice-channels{channels = 4}",
    "@e meets it behind a norm and elsewhere; give one of its users a copy; fold-norms unties embeddings",
  ],
  ["no number", llama(), "slice-channels", "slice-channels takes either keep or channels"],
  ["two numbers", llama(), "slice-channels{keep = 0.5 channels = 4}", "takes either keep or channels"],
  ["more than all", llama(), "slice-channels{keep = 1.5}", "keep = 1.5 is no share of the channels"],
  [
    "more channels than there are",
    llama(),
    "fold-norms,slice-channels{channels = 9}",
    "channels = 9 is more than the 8 channels of a residual stream",
  ],
  [
    "a multiple that leaves none",
    llama(),
    "fold-norms,slice-channels{keep = 0.5}",
    "keep = 0.5 leaves less than 8 of the 8 channels",
  ],
  [
    "a stream that is rotated already",
    llama(),
    "fold-norms,rotate{r1 = true},fuse-rotations,slice-channels{channels = 4}",
    "it is in frame @r1; slice before rotating",
  ],
  [
    "weights in a lowp type",
    llama(),
    "fold-norms,quantize-weights{type=!lowp.q<i4, block = [1, 4], scale = f32>},slice-channels{channels = 4}",
    "is no dense parameter; slice before quantizing",
  ],
])("says what is wrong: %s", async (_, text, pipeline, message) => {
  expect(await refusal(text, pipeline)).toContain(message);
});
