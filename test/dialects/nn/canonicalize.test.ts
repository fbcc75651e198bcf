import { describe, expect, test } from "vitest";
import { createRegistry } from "../../../compiler/define/dialect.ts";
import { applyPatterns } from "../../../compiler/rewrite/apply-patterns.ts";
import { printModule } from "../../../compiler/text/print.ts";
import { parseModule } from "../../../compiler/text/resolve.ts";
import { verify } from "../../../compiler/verify/verify.ts";
import { builtin } from "../../../dialects/builtin/index.ts";
import { funcDialect } from "../../../dialects/func/index.ts";
import { nn } from "../../../dialects/nn/index.ts";

const registry = createRegistry([builtin, funcDialect, nn], []);

/** The lines of a function of %x after canonicalization, without its head and its return. */
function canonicalize(input: string, lines: readonly string[], output = input): readonly string[] {
  const text = [
    `func.func @f(%x: tensor<${input}>) -> tensor<${output}> {`,
    ...lines,
    `return %y : tensor<${output}>`,
    "}",
  ].join("\n");
  const module = parseModule(text, "f.mlir", registry);
  if (!module.ok) throw new Error(JSON.stringify(module.diagnostics));
  expect(verify(module.value, registry)).toEqual([]);
  const result = applyPatterns(module.value, nn.canonicalizations ?? [], { registry });
  expect(verify(result, registry)).toEqual([]);
  const printed = printModule(result, registry).trim().split("\n");
  return printed.slice(1, -2).map((line) => line.trim());
}

const zero = "%c = nn.constant() {value = dense<0.0> : tensor<4xf32>} : tensor<4xf32>";
const negativeZero = zero.replace("0.0", "-0.0");
const wholeZero = "%c = nn.constant() {value = dense<0> : tensor<4xi32>} : tensor<4xi32>";
const one = "%c = nn.constant() {value = dense<[1.0, 1.0]> : tensor<2xf32>} : tensor<2xf32>";

describe("canonicalization", () => {
  test("merges reshapes", () => {
    const lines = [
      "%a = nn.reshape(%x) {shape = [-1, 2, 2]} : tensor<?x2x2xf32>",
      "%y = nn.reshape(%a) {shape = [2, -1]} : tensor<2x?xf32>",
    ];
    expect(canonicalize("?x4xf32", lines, "2x?xf32")).toEqual([
      "%y = nn.reshape(%x) {shape = [2, -1]} : tensor<2x?xf32>",
    ]);
  });

  test("drops reshapes to the same shape and there and back again", () => {
    const lines = [
      "%a = nn.reshape(%x) {shape = [-1]} : tensor<?xf32>",
      "%y = nn.reshape(%a) {shape = [-1, 4]} : tensor<?x4xf32>",
    ];
    expect(canonicalize("?x4xf32", lines)).toEqual([]);
  });

  test("keeps a reshape that swaps unknown extents", () => {
    const lines = ["%y = nn.reshape(%x) {shape = [3, 2]} : tensor<?x?xf32>"];
    expect(canonicalize("?x?xf32", lines)).toHaveLength(1);
  });

  test("composes transposes in the right order", () => {
    const lines = [
      "%a = nn.transpose(%x) {permutation = [1, 2, 0]} : tensor<3x4x2xf32>",
      "%y = nn.transpose(%a) {permutation = [0, 2, 1]} : tensor<3x2x4xf32>",
    ];
    expect(canonicalize("2x3x4xf32", lines, "3x2x4xf32")).toEqual([
      "%y = nn.transpose(%x) {permutation = [1, 0, 2]} : tensor<3x2x4xf32>",
    ]);
  });

  test("drops transposes that cancel", () => {
    const swap = "{permutation = [1, 0]}";
    const lines = [
      `%a = nn.transpose(%x) ${swap} : tensor<3x2xf32>`,
      `%y = nn.transpose(%a) ${swap} : tensor<2x3xf32>`,
    ];
    expect(canonicalize("2x3xf32", lines)).toEqual([]);
  });

  test.each([
    ["x + -0", negativeZero, "nn.add(%x, %c)", "4xf32"],
    ["-0 + x", negativeZero, "nn.add(%c, %x)", "4xf32"],
    ["x + 0 of integers", wholeZero, "nn.add(%x, %c)", "4xi32"],
    ["x - 0", zero, "nn.sub(%x, %c)", "3x4xf32"],
    ["x · 1", one, "nn.mul(%x, %c)", "3x2xf32"],
    ["x / 1", one, "nn.div(%x, %c)", "2xf32"],
  ])("drops %s", (_, constant, op, type) => {
    expect(canonicalize(type, [constant, `%y = ${op} : tensor<${type}>`])).toEqual([]);
  });

  test.each([
    ["0 - x", zero, "nn.sub(%c, %x)", "4xf32", "4xf32"],
    ["x + 0, which is 0 where x is -0", zero, "nn.add(%x, %c)", "4xf32", "4xf32"],
    ["x - -0, which is 0 where x is -0", negativeZero, "nn.sub(%x, %c)", "4xf32", "4xf32"],
    ["a sum with -0 that broadcasts", negativeZero, "nn.add(%x, %c)", "3x1xf32", "3x4xf32"],
    ["x · 0", zero, "nn.mul(%x, %c)", "4xf32", "4xf32"],
  ])("keeps %s", (_, constant, op, input, output) => {
    expect(canonicalize(input, [constant, `%y = ${op} : tensor<${output}>`], output)).toHaveLength(2);
  });

  test("drops a double negation and a repeated relu", () => {
    const twice = (op: string) => [`%a = ${op}(%x) : tensor<4xf32>`, `%y = ${op}(%a) : tensor<4xf32>`];
    expect(canonicalize("4xf32", twice("nn.neg"))).toEqual([]);
    expect(canonicalize("4xf32", twice("nn.relu"))).toHaveLength(1);
  });

  test("drops a concat of one and a slice of everything", () => {
    expect(canonicalize("?xf32", ["%y = nn.concat([%x]) {axis = 0} : tensor<?xf32>"])).toEqual([]);
    const whole = "%y = nn.slice(%x) {starts = [0, 0], sizes = [-1, 4]} : tensor<?x4xf32>";
    expect(canonicalize("?x4xf32", [whole])).toEqual([]);
  });

  test("keeps a slice whose type only looks like everything", () => {
    const part = "%y = nn.slice(%x) {starts = [0], sizes = [4]} : tensor<?xf32>";
    expect(canonicalize("?xf32", [part])).toHaveLength(1);
  });

  test("merges refinements, and drops those that change nothing", () => {
    const lines = [
      "%a = nn.refine(%x) : tensor<?x?xf32>",
      "%b = nn.refine(%a) : tensor<2x?xf32>",
      "%y = nn.refine(%b) : tensor<2x4xf32>",
    ];
    expect(canonicalize("?x4xf32", lines, "2x4xf32")).toEqual(["%y = nn.refine(%x) : tensor<2x4xf32>"]);
    expect(canonicalize("?xf32", ["%y = nn.refine(%x) : tensor<?xf32>"])).toEqual([]);
  });

  test("keeps refinements whose types only meet through the one between", () => {
    const lines = ["%a = nn.refine(%x) : tensor<?xf32>", "%y = nn.refine(%a) : tensor<3xf32>"];
    expect(canonicalize("2xf32", lines, "3xf32")).toHaveLength(2);
  });
});
