import { expect, test } from "vitest";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import { Interpreter } from "../../../../runtime/interpreter/interpreter.ts";
import { JsExecutable } from "../../../../runtime/js/executable.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { CODES, ProgramText } from "../../../random/program-text.ts";
import { subjectOf } from "../../../random/try-pipeline.ts";
import { normalFloats } from "../kernels/float-samples.ts";

function executablesOf(text: string) {
  const { module, constants } = subjectOf(text);
  return [
    new Interpreter(module, registry, constants),
    new JsExecutable(module, registry, constants),
  ] as const;
}

test.each([
  "!lowp.q<i8<-127:127>, block = [*, *], scale = f32>",
  "!lowp.q<ui4, block = [*, *], scale = f16, zero = ui4>",
  "!lowp.q<f8E4M3FN, block = [*, *], scale = f32>",
  "!lowp.q<i8, block = [1, 4], scale = f8E8M0FNU>",
  "!lowp.q<i8, block = [1, 4], scale = f8E8M0FNU, scale_rounding = floor>",
  "!lowp.q<f4E2M1FN, block = [1, 4], scale = f8E8M0FNU>",
  "!lowp.q<f4E2M1FN, block = [1, 4], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>",
])("activations are the interpreter's, as %s", async (type) => {
  const [interpreter, compiled] = executablesOf(`func.func @main(%x: tensor<?x12xf32>) -> tensor<?x12xf32> {
  %q = lowp.quantize(%x) : tensor<?x12x${type}>
  %y = lowp.dequantize(%q) : tensor<?x12xf32>
  return %y : tensor<?x12xf32>
}
`);
  for (const rows of [1, 2, 9]) {
    const inputs = [{ shape: [rows, 12], data: normalFloats(12 * rows, rows) }];
    const wanted = expectValue(interpreter.run("main", inputs));
    expect(expectValue(await compiled.run("main", inputs))).toEqual(wanted);
  }
});

const WHOLE = "!lowp.q<i8<-127:127>, block = [*, *], scale = f32>";
const AFFINE = "!lowp.q<i8, block = [*, *], scale = f32, zero = i8>";

test.each([
  ["that all decide", WHOLE, "%x"],
  ["and a zero point that all decide", AFFINE, "%x"],
  ["that is given", WHOLE, "%x, %scale"],
])("integers are multiplied by integers with one scale %s", async (_, type, operands) => {
  const text = new ProgramText();
  text.weight("w", [3, 12], "codes");
  text.function(`func.func @main(%x: tensor<?x12xf32>, %scale: tensor<1x1xf32>) -> tensor<?x3xf32> {
  %w = lowp.get(@w) : tensor<3x12x${CODES}>
  %q = lowp.quantize(${operands}) : tensor<?x12x${type}>
  %y = lowp.linear(%q, %w) {acc = i32} : tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
`);
  const [interpreter, compiled] = executablesOf(text.toString());
  for (const rows of [1, 2, 9]) {
    const scale = { shape: [1, 1], data: Float32Array.of(0.02) };
    const inputs = [{ shape: [rows, 12], data: normalFloats(12 * rows, rows) }, scale];
    const wanted = expectValue(interpreter.run("main", inputs));
    expect(expectValue(await compiled.run("main", inputs))).toEqual(wanted);
    expect(wanted[0]!.data.some((value) => value !== 0)).toBe(true);
  }
});

test.each([
  [
    "f4E2M1FN, block = [1, 4], scale = !lowp.q<f8E4M3FN, block = [1, *], scale = f32>",
    "scales that are scaled",
  ],
  ["i8, block = [1, 4], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>", "scales that are scaled"],
  ["i8, block = [2, 4], scale = f32, tail = short", "in blocks of several rows"],
  ["i8, block = [*, *], scale = f32, shift = f32", "with a shift"],
])("refuses activations as %s", async (parameters, reason) => {
  const type = `tensor<4x12x!lowp.q<${parameters}>>`;
  const [, compiled] = executablesOf(`func.func @main(%x: tensor<4x12xf32>) -> tensor<4x12xf32> {
  %q = lowp.quantize(%x) : ${type}
  %y = lowp.dequantize(%q) : tensor<4x12xf32>
  return %y : tensor<4x12xf32>
}
`);
  const result = await compiled.run("main", [{ shape: [4, 12], data: normalFloats(48, 1) }]);
  const [problem] = result.ok ? [] : result.diagnostics;
  expect(problem).toMatchObject({ code: "js-unsupported", message: expect.stringContaining(reason) });
});
