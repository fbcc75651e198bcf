import { expect, test } from "vitest";
import { sha256 } from "../../../compiler/cli/constant-host.ts";
import { registry } from "../../../compiler/cli/toolchain.ts";
import { error, fail } from "../../../compiler/diagnostics/diagnostic.ts";
import { ConstantStore } from "../../../compiler/ir/constants.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { parseModule } from "../../../compiler/text/resolve.ts";
import { hadamard } from "../../../dialects/rot/transforms/hadamard.ts";
import { Interpreter } from "../../../runtime/interpreter/interpreter.ts";
import { expectValue } from "../../compiler/import/files.ts";

const store = new ConstantStore({ sha256, readTensor: (file) => fail(error("no-file", file)) });

function interpret(text: string, ...inputs: readonly FloatTensor[]) {
  const module = expectValue(parseModule(text, "test.mlir", registry));
  return new Interpreter(module, registry, store, { precision: "f64" }).run("main", inputs);
}

const program = (definition: string, options: string, frame: string) => `
  ${definition}
  func.func @main(%x: tensor<?x4xf64>) -> tensor<?x4xf64, ${frame}> {
    %y = rot.apply(@r, %x) {axis = 1${options}} : tensor<?x4xf64, ${frame}>
    return %y : tensor<?x4xf64, ${frame}>
  }`;
const input: FloatTensor = { shape: [1, 4], data: Float64Array.of(1, 2, 3, 4) };
const dataOf = (text: string) => [...expectValue(interpret(text, input))[0]!.data].map(Number);

test("a transform is applied as it is defined", () => {
  const definition = "rot.def(@r) {transform = #rot.hadamard<4, seed = 5>}";
  const expected = Float64Array.of(1, 2, 3, 4);
  hadamard(4, 5).apply(expected, "forward");
  expect(dataOf(program(definition, "", "#rot.frame<@r on 1>"))).toEqual([...expected]);
});

test("numbers beside a definition are what it maps with, each run of channels alike", () => {
  const order = "rot.def(@r) {transform = #rot.permutation<2>, value = dense<[1, 0]> : tensor<2xi32>}";
  expect(dataOf(program(order, "", "#rot.frame<@r on 1>"))).toEqual([2, 1, 4, 3]);
  const scale = "rot.def(@r) {transform = #rot.diagonal<2>, value = dense<[2.0, 0.5]> : tensor<2xf64>}";
  expect(dataOf(program(scale, "", "#rot.frame<@r on 1>"))).toEqual([2, 1, 6, 2]);
  expect(dataOf(program(scale, ", dual = true", "#rot.frame<@r on 1>"))).toEqual([0.5, 4, 1.5, 8]);
});

test.each([
  ["permutation<2>", "dense<[1, 1]> : tensor<2xi32>", "perm-twice", "index 1 stands twice"],
  ["diagonal<2>", "dense<[1.0, 0.0]> : tensor<2xf64>", "transform-singular", "multiplies channel 1 by 0"],
  ["dense<2>", "dense<1.0> : tensor<2x2xf64>", "transform-singular", "the matrix of @r has no inverse"],
  [
    "dense<2, orthogonal = true>",
    "dense<[[1.0, 1.0], [0.0, 1.0]]> : tensor<2x2xf64>",
    "transform-orthogonal",
    "says it is orthogonal",
  ],
])("numbers that are no %s are refused when they are read", (kind, value, code, message) => {
  const definition = `rot.def(@r) {transform = #rot.${kind}, value = ${value}}`;
  const result = interpret(program(definition, "", "#rot.frame<@r on 1>"), input);
  expect(result.ok).toBe(false);
  const [problem] = result.ok ? [] : result.diagnostics;
  expect(problem?.code).toBe(code);
  expect(problem?.message).toContain(message);
});

test("a linear op between frames computes what it computes without", () => {
  const definitions =
    "rot.def(@r) {transform = #rot.hadamard<4, seed = 2>}\nrot.def(@s) {transform = #rot.random_orthogonal<3, seed = 4>}";
  const framed = `${definitions}
    func.func @main(%x: tensor<?x4xf64>, %w: tensor<3x4xf64>) -> tensor<?x3xf64> {
      %xr = rot.apply(@r, %x) {axis = 1} : tensor<?x4xf64, #rot.frame<@r on 1>>
      %wr = rot.apply(@r, %w) {axis = 1, dual = true} : tensor<3x4xf64, #rot.frame<@r on 1>>
      %ws = rot.apply(@s, %wr) {axis = 0} : tensor<3x4xf64, #rot.frame<@s on 0, @r on 1>>
      %ys = nn.linear(%xr, %ws) : tensor<?x3xf64, #rot.frame<@s on 1>>
      %y = rot.apply(@s, %ys) {axis = 1, inverse = true} : tensor<?x3xf64>
      return %y : tensor<?x3xf64>
    }`;
  const plain = `
    func.func @main(%x: tensor<?x4xf64>, %w: tensor<3x4xf64>) -> tensor<?x3xf64> {
      %y = nn.linear(%x, %w) : tensor<?x3xf64>
      return %y : tensor<?x3xf64>
    }`;
  const weight: FloatTensor = {
    shape: [3, 4],
    data: Float64Array.from({ length: 12 }, (_, i) => (i * 7) % 5),
  };
  const [one, other] = [framed, plain].map((text) => expectValue(interpret(text, input, weight))[0]!.data);
  for (const [i, value] of [...one!].entries()) expect(Number(value)).toBeCloseTo(Number(other![i]), 12);
});
