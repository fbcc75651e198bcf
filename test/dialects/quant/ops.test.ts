import { describe, expect, it } from "vitest";
import type { AnyOp, VerifyContext } from "../../../compiler/define/op.ts";
import { type Module, type Op, operandsOf, resultsOf, typeOf, walk } from "../../../compiler/ir/module.ts";
import { printModule } from "../../../compiler/text/print.ts";
import { parse, registry } from "./parse.ts";

const casting = (op: string, from: string, to: string): string =>
  `func.func @f(%x: ${from}) {\n  %y = quant.${op}(%x) : ${to}\n  return\n}\n`;

/** Which slots break their constraint, else what the op's own verifier says. */
function problems(module: Module, op: Op, { spec }: AnyOp): readonly string[] {
  const [input, result] = [...operandsOf(op), ...resultsOf(op)].map((value) => typeOf(module, value));
  const slots = [
    { name: "operand", spec: spec.operands.input!, type: input! },
    { name: "result", spec: spec.results.result!, type: result! },
  ];
  const wrong = slots.filter(({ spec, type }) => !spec.constraint.accepts(type));
  if (wrong.length > 0)
    return wrong.map(({ name, spec }) => `${name} #0 must be ${spec.constraint.describe}`);
  const context: VerifyContext = {
    module,
    typeOf: (value) => typeOf(module, value),
    symbol: () => undefined,
    parent: undefined,
  };
  return (spec.verify?.(op as never, context) ?? []).map(({ message }) => message);
}

function check(op: string, from: string, to: string): readonly string[] {
  const parsed = parse(casting(op, from, to));
  if (!parsed.ok) return parsed.diagnostics.map(({ message }) => message);
  const cast = [...walk(parsed.value)].find(({ name }) => name === `quant.${op}`)!;
  return problems(parsed.value, cast, registry.op(cast.name)!);
}

const q8 = "!quant.uniform<i8:f32, 1.0>";
const perAxis = "!quant.uniform<i8:f32:2, {1.0, 2.0}>";
const blocks = "!quant.uniform<u8:f32:{0:1, 1:2}, {{200.0:120, 0.99872:127}, {200.0, 0.99872}}>";
const shapes = "input and result are both scalars or both tensors with matching shape";
const expressed = "expressed type in quantized type expected to match float type";
const storage = "storage type in quantized type expected to match integer type";

describe("legal casts", () => {
  const legal: readonly (readonly [string, string, string])[] = [
    ["qcast", "f32", q8],
    ["dcast", q8, "f32"],
    ["qcast", "tensor<?x3xf32>", `tensor<?x3x${q8}>`],
    ["dcast", `tensor<*x${q8}>`, "tensor<*xf32>"],
    ["dcast", `tensor<2x3x2x${perAxis}>`, "tensor<2x3x2xf32>"],
    ["qcast", "tensor<*xf32>", `tensor<*x${perAxis}>`],
    ["qcast", "tensor<2x4xf32>", `tensor<2x4x${blocks}>`],
    ["scast", "i8", q8],
    ["scast", `tensor<4x${q8}>`, "tensor<4xi8>"],
    ["scast", "tensor<4xi8>", "tensor<4x!quant.any<u8>>"],
  ];
  for (const [op, from, to] of legal)
    it(`accepts ${op} from ${from} to ${to}`, () => expect(check(op, from, to)).toEqual([]));

  it("prints a cast as read", () => {
    const text = casting("qcast", "tensor<2x4xf32>", `tensor<2x4x${blocks}>`);
    const parsed = parse(text);
    expect(parsed.ok && printModule(parsed.value, registry)).toBe(text);
  });
});

describe("illegal casts", () => {
  const illegal: readonly (readonly [string, string, string, string])[] = [
    ["dcast", "f32", "f32", "operand #0 must be scalar or tensor of quantized type"],
    ["dcast", q8, q8, "result #0 must be scalar or tensor of floating-point"],
    ["qcast", "f32", "f32", "result #0 must be scalar or tensor of quantized type"],
    ["qcast", q8, q8, "operand #0 must be scalar or tensor of floating-point"],
    ["dcast", q8, "tensor<f32>", shapes],
    ["dcast", `tensor<${q8}>`, "tensor<*xf32>", shapes],
    ["dcast", `tensor<2x3x${q8}>`, "tensor<?x3xf32>", shapes],
    ["qcast", "tensor<f32>", q8, shapes],
    ["scast", "tensor<4xi8>", q8, shapes],
    ["dcast", q8, "f64", expressed],
    ["qcast", "f64", q8, expressed],
    ["dcast", "!quant.any<i8>", "f32", expressed],
    ["scast", "i4", q8, storage],
    ["scast", "!quant.calibrated<f32<-1.0:1.0>>", "i8", storage],
    ["scast", "si8", q8, "operand #0 must be scalar or tensor of signless integer or quantized type"],
    ["scast", "i8", "i8", "one of input and result must be an integer, the other a quantized type"],
    ["scast", q8, q8, "one of input and result must be an integer, the other a quantized type"],
    ["qcast", "f32", perAxis, "scalar types may not use per-axis quantization"],
    ["dcast", perAxis, "f32", "scalar types may not use per-axis quantization"],
    ["qcast", "f32", blocks, "scalar types may not use sub-channel quantization"],
    [
      "qcast",
      "tensor<*xf32>",
      `tensor<*x${blocks}>`,
      "tensor containing the sub-channel quantized type must be ranked",
    ],
  ];
  for (const [op, from, to, message] of illegal)
    it(`refuses ${op} from ${from} to ${to}`, () => expect(check(op, from, to)).toEqual([message]));
});
