import { expect, test } from "vitest";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import { Interpreter } from "../../../../runtime/interpreter/interpreter.ts";
import { JsExecutable } from "../../../../runtime/js/executable.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { subjectOf } from "../../../random/try-pipeline.ts";
import { noise } from "../artifact/compiled.ts";

const functionOf = (
  op: string,
) => `func.func @main(%x: tensor<?x6xf32>, %norms: tensor<6xf32>) -> tensor<?x6xf32> {
  %y = ${op} : tensor<?x6xf32>
  return %y : tensor<?x6xf32>
}
`;
const norms = { shape: [6], data: Float32Array.of(3, 0, 0.5, 2, 1, 0.25) };

test.each([
  "sparse.top_k(%x) {k = 2}",
  "sparse.top_k(%x) {k = 6}",
  "sparse.weight_informed_top_k(%x, %norms) {k = 2}",
  "sparse.gaussian_top_k(%x) {k = 2, multiplier = 0.5}",
])("rows keep what the interpreter lets them: %s", async (op) => {
  const { module, constants } = subjectOf(functionOf(op));
  const interpreter = new Interpreter(module, registry, constants);
  const compiled = new JsExecutable(module, registry, constants);
  for (const rows of [1, 4, 33]) {
    const inputs = [{ shape: [rows, 6], data: noise(6 * rows, rows) }, norms];
    const [expected] = expectValue(interpreter.run("main", inputs));
    const [found] = expectValue(await compiled.run("main", inputs));
    expect(found).toEqual(expected);
    expect(found!.data.some((value) => value !== 0)).toBe(true);
  }
});
