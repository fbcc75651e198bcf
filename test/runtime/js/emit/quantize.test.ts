import { expect, test } from "vitest";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import { SHARED_WORK } from "../../../../runtime/js/artifact/engine.ts";
import { evaluate } from "../../../../runtime/js/artifact/program.ts";
import { compile } from "../../../../runtime/js/emit/compile.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { subjectOf } from "../../../random/try-pipeline.ts";

const type = "!lowp.q<i8<-127:127>, block = [1, *], scale = f32>";
const text = `func.func @main(%x: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %q = lowp.quantize(%x) : tensor<?x512x${type}>
  %y = lowp.dequantize(%q) : tensor<?x512xf32>
  return %y : tensor<?x512xf32>
}
`;

test("many rows are worth rounding on several threads, a few are not", () => {
  const { module, constants } = subjectOf(text);
  const { program } = expectValue(compile(module, registry, constants, { extents: {}, extentOf: () => 128 }));
  const [kernel, units, work] = program.entries.main!.steps[0]!;
  expect(program.kernels[kernel]!.name).toMatch(/^quantize_/);
  expect(evaluate(units, [128])).toBe(128);
  expect(evaluate(work, [128])).toBeGreaterThanOrEqual(SHARED_WORK);
  expect(evaluate(work, [4])).toBeLessThan(SHARED_WORK);
});
