import fc from "fast-check";
import { expect, test } from "vitest";
import { sha256 } from "../../../compiler/cli/constant-host.ts";
import { registry } from "../../../compiler/cli/toolchain.ts";
import type { Precision } from "../../../compiler/define/kernel.ts";
import { error, fail } from "../../../compiler/diagnostics/diagnostic.ts";
import { ConstantStore } from "../../../compiler/ir/constants.ts";
import { elementCount, type FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { parseModule } from "../../../compiler/text/resolve.ts";
import { type Activation, activationNames } from "../../../dialects/js/activations.ts";
import { Interpreter } from "../../../runtime/interpreter/interpreter.ts";
import { expectValue } from "../../compiler/import/files.ts";
import { hostileValues } from "../nn/reference/generate.ts";

const store = new ConstantStore({ sha256, readTensor: (file) => fail(error("no-file", file)) });

function outputOf(text: string, inputs: readonly FloatTensor[], precision: Precision): FloatTensor {
  const module = expectValue(parseModule(text, "test.mlir", registry));
  const [output] = expectValue(new Interpreter(module, registry, store, { precision }).run("main", inputs));
  return output as FloatTensor;
}

/** Shapes with odd extents and none; each extent its own. */
const shapes = fc.record({
  rows: fc.integer({ min: 0, max: 3 }),
  depth: fc.integer({ min: 1, max: 5 }),
  columns: fc.integer({ min: 1, max: 5 }),
});

const numbers = fc.oneof(fc.constantFrom(...hostileValues), fc.double({ min: -8, max: 8, noNaN: true }));
const tensor = (shape: readonly number[]): fc.Arbitrary<FloatTensor> => {
  const length = elementCount(shape);
  return fc
    .array(numbers, { minLength: length, maxLength: length })
    .map((data) => ({ shape, data: Float32Array.from(data) }));
};

const plain: Readonly<Record<Activation, string>> = {
  relu: "nn.relu(%s)",
  silu: "nn.silu(%s)",
  gelu: "nn.gelu(%s)",
  gelu_tanh: "nn.gelu(%s) {approximation = tanh}",
  sigmoid: "nn.sigmoid(%s)",
  tanh: "nn.tanh(%s)",
};

const steps = fc.record({
  activation: fc.option(fc.constantFrom(...activationNames), { nil: undefined }),
  bias: fc.boolean(),
  multiplier: fc.boolean(),
  residual: fc.boolean(),
});

test.each(["f32", "f64"] as const)(
  "js.linear is the ops of nn one after the other, bit for bit in %s",
  (precision) => {
    const cases = fc.tuple(shapes, steps).chain(([{ rows, depth, columns }, chosen]) =>
      fc.record({
        chosen: fc.constant(chosen),
        inputs: fc.tuple(
          tensor([rows, depth]),
          tensor([columns, depth]),
          tensor([columns]),
          tensor([rows, columns]),
          tensor([rows, columns]),
        ),
      }),
    );
    fc.assert(
      fc.property(cases, ({ chosen, inputs }) => {
        const [wide, narrow] = ["tensor<?x?xf32>", "tensor<?xf32>"];
        const signature = `%x: ${wide}, %w: ${wide}, %b: ${narrow}, %m: ${wide}, %r: ${wide}`;
        const program = (body: string) => `func.func @main(${signature}) -> ${wide} {\n${body}\n}`;
        const { activation, bias, multiplier, residual } = chosen;
        const separate = [
          `%s = nn.linear(%x, %w${bias ? ", %b" : ""}) : ${wide}`,
          `%a = ${activation ? plain[activation] : "nn.refine(%s)"} : ${wide}`,
          `%p = ${multiplier ? "nn.mul(%a, %m)" : "nn.refine(%a)"} : ${wide}`,
          `%y = ${residual ? "nn.add(%p, %r)" : "nn.refine(%p)"} : ${wide}`,
          `return %y : ${wide}`,
        ];
        const slots = [bias ? "%b" : "none", multiplier ? "%m" : "none", residual ? "%r" : "none"];
        const fused = [
          `%y = js.linear(%x, %w, ${slots.join(", ")})${activation ? ` {activation = ${activation}}` : ""} : ${wide}`,
          `return %y : ${wide}`,
        ];
        const [expected, found] = [separate, fused].map((lines) =>
          outputOf(program(lines.join("\n")), inputs, precision),
        );
        expect(found!.shape).toEqual(expected!.shape);
        // toEqual tells -0 from 0, and takes every NaN for one.
        expect([...found!.data]).toEqual([...expected!.data]);
      }),
      { seed: 1, numRuns: 60 },
    );
  },
);

/** Written out, as no reference function is asked: the square of a third, rounded, times 9, rounded, minus 1. */
test("js.linear rounds every step in f32", () => {
  const text = `func.func @main(%x: tensor<1x1xf32>, %m: tensor<1x1xf32>, %r: tensor<1x1xf32>) -> tensor<1x1xf32> {
    %y = js.linear(%x, %x, none, %m, %r) : tensor<1x1xf32>
    return %y : tensor<1x1xf32>
  }`;
  const one = (value: number): FloatTensor => ({ shape: [1, 1], data: Float32Array.of(value) });
  const third = Math.fround(1 / 3);
  const output = outputOf(text, [one(third), one(9), one(-1)], "f32");
  const square = Math.fround(third * third);
  expect(square).not.toBe(third * third);
  expect([...output.data]).toEqual([Math.fround(Math.fround(square * 9) - 1)]);
  expect(output.data[0]).not.toBe(Math.fround(third * third * 9 - 1));
});

test.each([
  ["rms", "nn.rms_norm(%x, %g)", "js.norm_quantize(%x, %g)"],
  ["layer", "nn.layer_norm(%x, %g, %b)", "js.norm_quantize(%x, %g, %b) {norm = layer}"],
])("js.norm_quantize is lowp.quantize of the %s norm, bit for bit", (_, norm, fused) => {
  const type = "tensor<?x5x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>";
  const [wide, narrow] = ["tensor<?x5xf32>", "tensor<5xf32>"];
  const program = (
    lines: readonly string[],
  ) => `func.func @main(%x: ${wide}, %g: ${narrow}, %b: ${narrow}) -> ${wide} {
    ${lines.join("\n")}
    %y = lowp.dequantize(%q) : ${wide}
    return %y : ${wide}
  }`;
  const finite = fc.double({ min: -1e30, max: 1e30, noNaN: true }).map(Math.fround);
  const rows = fc.integer({ min: 0, max: 3 }).chain((count) =>
    fc.array(finite, { minLength: 5 * count, maxLength: 5 * count }).map(
      (data): FloatTensor => ({
        shape: [count, 5],
        data: Float32Array.from(data),
      }),
    ),
  );
  const parameter = fc
    .array(finite, { minLength: 5, maxLength: 5 })
    .map((data): FloatTensor => ({ shape: [5], data: Float32Array.from(data) }));
  fc.assert(
    fc.property(rows, parameter, parameter, (input, gain, bias) => {
      const [expected, found] = [
        [`%n = ${norm} : ${wide}`, `%q = lowp.quantize(%n) : ${type}`],
        [`%q = ${fused} : ${type}`],
      ].map((lines) => outputOf(program(lines), [input, gain, bias], "f32"));
      expect([...found!.data]).toEqual([...expected!.data]);
    }),
    { seed: 1, numRuns: 40 },
  );
});
