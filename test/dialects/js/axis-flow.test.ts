import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { registry } from "../../../compiler/cli/toolchain.ts";
import { type Module, walk } from "../../../compiler/ir/module.ts";
import { applyPatterns } from "../../../compiler/rewrite/apply-patterns.ts";
import { parseModule } from "../../../compiler/text/resolve.ts";
import { normFusions } from "../../../dialects/js/passes/fuse-norm-quantize.ts";
import { stepFusions } from "../../../dialects/js/passes/fuse-steps.ts";
import { axisFlows } from "../../../dialects/nn/axis-flow.ts";
import { expectValue } from "../../compiler/import/files.ts";

/** A layer norm before codes, and all steps behind one linear op. */
const steps = `
  lowp.param @g : tensor<4xf32>
  lowp.param @b : tensor<4xf32>
  lowp.param @w : tensor<4x4x!lowp.q<i4, block = [1, *], scale = f32>>
  lowp.param @c : tensor<4xf32>
  lowp.param @v : tensor<4x4xf32>
  func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
    %g = lowp.get(@g) : tensor<4xf32>
    %b = lowp.get(@b) : tensor<4xf32>
    %w = lowp.get(@w) : tensor<4x4x!lowp.q<i4, block = [1, *], scale = f32>>
    %c = lowp.get(@c) : tensor<4xf32>
    %v = lowp.get(@v) : tensor<4x4xf32>
    %u = nn.linear(%x, %v) : tensor<?x4xf32>
    %n = nn.layer_norm(%u, %g, %b) : tensor<?x4xf32>
    %q = lowp.quantize(%n) : tensor<?x4x!lowp.q<i8, block = [1, *], scale = f32>>
    %l = lowp.linear(%q, %w, %c) : tensor<?x4xf32>
    %a = nn.gelu(%l) : tensor<?x4xf32>
    %p = nn.mul(%a, %u) : tensor<?x4xf32>
    %r = nn.add(%u, %p) : tensor<?x4xf32>
    %y = nn.linear(%r, %v) : tensor<?x4xf32>
    return %y : tensor<?x4xf32>
  }`;
/** An activation alone, which nothing but a change of order may cross. */
const activation = `
  lowp.param @w : tensor<4x4xf32>
  lowp.param @v : tensor<4x4xf32>
  func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
    %w = lowp.get(@w) : tensor<4x4xf32>
    %v = lowp.get(@v) : tensor<4x4xf32>
    %l = nn.linear(%x, %w) : tensor<?x4xf32>
    %a = nn.relu(%l) : tensor<?x4xf32>
    %y = nn.linear(%a, %v) : tensor<?x4xf32>
    return %y : tensor<?x4xf32>
  }`;
/** Two convolutions of a residual network. */
const convolutions = `
  lowp.param @w : tensor<4x4x3x3xf32>
  lowp.param @b : tensor<4xf32>
  lowp.param @v : tensor<4x4x1x1xf32>
  func.func @main(%x: tensor<?x4x5x5xf32>) -> tensor<?x4x5x5xf32> {
    %w = lowp.get(@w) : tensor<4x4x3x3xf32>
    %b = lowp.get(@b) : tensor<4xf32>
    %v = lowp.get(@v) : tensor<4x4x1x1xf32>
    %c = nn.conv2d(%x, %w, %b) {pads = [1, 1, 1, 1]} : tensor<?x4x5x5xf32>
    %a = nn.relu(%c) : tensor<?x4x5x5xf32>
    %d = nn.conv2d(%a, %v) : tensor<?x4x5x5xf32>
    %s = nn.add(%d, %a) : tensor<?x4x5x5xf32>
    %r = nn.relu(%s) : tensor<?x4x5x5xf32>
    %y = nn.conv2d(%r, %v) : tensor<?x4x5x5xf32>
    return %y : tensor<?x4x5x5xf32>
  }`;
const llama = readFileSync(new URL("../../../examples/tiny-llama/model.mlir", import.meta.url), "utf8");

/** What passes that change bases and orders go by: the classes of parameters, their roles, what may cross. */
const classesOf = (module: Module) =>
  axisFlows(module, registry)
    .classes.filter(({ parameters }) => parameters.length > 0)
    .map(({ parameters, crossing, pins }) => ({
      parameters: parameters
        .map(({ symbol, axis, uses }) => `${symbol}.${axis} ${uses.map(({ role }) => role).toSorted()}`)
        .toSorted(),
      crossing,
      pins: [...new Set(pins.map(({ kind }) => kind))].toSorted(),
    }))
    .toSorted((one, other) => (one.parameters[0]! < other.parameters[0]! ? -1 : 1));

test.each([
  ["a layer norm, codes and all steps", steps, ["js.norm_quantize", "js.linear"]],
  ["an activation", activation, ["js.linear"]],
  ["residual convolutions", convolutions, ["js.conv2d"]],
  ["a llama", llama, ["js.linear"]],
])("channels flow through fused ops as through separate ones: %s", (_, text, fused) => {
  const module = expectValue(parseModule(text, "test.mlir", registry));
  const lowered = applyPatterns(module, [...stepFusions, ...normFusions], { registry });
  const names = new Set(walk(lowered).map(({ name }) => name));
  expect(fused.filter((name) => !names.has(name))).toEqual([]);
  expect(classesOf(lowered)).toEqual(classesOf(module));
});
