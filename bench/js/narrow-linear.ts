import { sha256 } from "../../compiler/cli/constant-host.ts";
import { registry } from "../../compiler/cli/toolchain.ts";
import { type CompositeValue, isDense } from "../../compiler/define/kernel.ts";
import { isMismatch } from "../../compiler/define/op.ts";
import { fail } from "../../compiler/diagnostics/diagnostic.ts";
import { ConstantStore } from "../../compiler/ir/constants.ts";
import { type Module, topLevel } from "../../compiler/ir/module.ts";
import { parseModule } from "../../compiler/text/resolve.ts";
import { dequantize } from "../../dialects/lowp/dequantize.ts";
import { param } from "../../dialects/lowp/ops.ts";
import { readParam } from "../../dialects/lowp/params.ts";
import { componentOf, integersOf } from "../../dialects/lowp/values.ts";
import { seededNumbers } from "../synthetic-model.ts";
import { type Activations, activationTypes, type Format, type Shape } from "./cases.ts";
import { type CompiledProgram, compileModule, type Settings } from "./compile-module.ts";
import { expectOk } from "./expect-ok.ts";
import { applyPasses } from "./passes.ts";
import type { Codes, Weight } from "./weight.ts";

/** A linear op whose weight is quantized, and its inputs not yet. */
export interface LinearModule {
  readonly module: Module;
  readonly constants: ConstantStore;
  readonly weight: Weight;
}

/** A module with one linear op of seeded weights, rounded to nearest in the format. */
export async function linearModule(shape: Shape, { type }: Format): Promise<LinearModule> {
  const constants = new ConstantStore({ sha256, readTensor: () => fail() });
  const weights = seededNumbers(shape.columns * shape.depth, 1);
  const floats: Module = {
    ...expectOk(parseModule(textOf(shape), "linear.mlir", registry)),
    resources: { w: constants.add(new Uint8Array(weights.buffer)) },
  };
  const module = type ? await applyPasses(floats, constants, `quantize-weights{type = ${type}}`) : floats;
  return { module, constants, weight: weightOf(module, constants, shape) };
}

/**
 * Compiles the op with inputs that are first rounded as said, for at most these rows: how many there are is said when
 * it runs. Codes of inputs and weights are multiplied as integers.
 */
export async function compileLinear(
  { module, constants }: Pick<LinearModule, "module" | "constants">,
  activations: Activations,
  { rows, relaxed }: Settings & Pick<Shape, "rows">,
): Promise<CompiledProgram> {
  const pipeline =
    activations === "f32"
      ? "hoist-dequant,lower-to-js"
      : `quantize-activations{type = ${activationTypes[activations]}},hoist-dequant{arithmetic = integers},lower-to-js`;
  return compileModule(await applyPasses(module, constants, pipeline), constants, { most: rows, relaxed });
}

const textOf = ({ depth, columns }: Shape): string => `
lowp.param @w : tensor<${columns}x${depth}xf32> = dense_resource<w>
func.func @main(%x: tensor<?x${depth}xf32>) -> tensor<?x${columns}xf32> {
  %w = lowp.get(@w) : tensor<${columns}x${depth}xf32>
  %y = nn.linear(%x, %w) : tensor<?x${columns}xf32>
  return %y
}
`;

function weightOf(module: Module, constants: ConstantStore, { columns, depth }: Shape): Weight {
  const op = topLevel(module).find((each) => param.is(each))!;
  const value = readParam(op, (key) => expectOk(constants.read(key, module.resources[key])));
  if (isMismatch(value)) throw new Error(value.message);
  const floats = isDense(value) ? value : dequantize(value, "f32");
  if (isMismatch(floats)) throw new Error(floats.message);
  const weight = { columns, depth, floats: floats.data as Float32Array };
  return isDense(value) ? weight : { ...weight, codes: codesOf(value, depth) };
}

function codesOf(value: CompositeValue, depth: number): Codes {
  const integers = integersOf(value, "codes").data;
  const scale = dequantize(componentOf(value, "scale"), "f32");
  if (isMismatch(scale)) throw new Error(scale.message);
  const scales = scale.data as Float32Array;
  let largest = 0;
  for (const integer of integers) largest = Math.max(largest, Math.abs(integer));
  return {
    bits: Math.log2(largest + 1) + 1,
    integers,
    run: depth / (scales.length / (integers.length / depth)),
    scales,
  };
}
