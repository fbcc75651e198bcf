import { expect, test } from "vitest";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import { Interpreter } from "../../../../runtime/interpreter/interpreter.ts";
import { JsExecutable } from "../../../../runtime/js/executable.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { subjectOf } from "../../../random/try-pipeline.ts";
import { noise } from "../artifact/compiled.ts";

/** A residual block: what follows each convolution is fused into it. */
const block = `
  lowp.param @w : tensor<3x3x3x3xf32> = dense<0.125> : tensor<3x3x3x3xf32>
  lowp.param @b : tensor<3xf32> = dense<[0.5, -0.5, 0.0]> : tensor<3xf32>
  lowp.param @v : tensor<3x3x1x1xf32> = dense<-0.75> : tensor<3x3x1x1xf32>
func.func @main(%x: tensor<?x3x5x4xf32>) -> tensor<?x3x5x4xf32> {
  %w = lowp.get(@w) : tensor<3x3x3x3xf32>
  %b = lowp.get(@b) : tensor<3xf32>
  %v = lowp.get(@v) : tensor<3x3x1x1xf32>
  %c = nn.conv2d(%x, %w, %b) {pads = [1, 1, 1, 1]} : tensor<?x3x5x4xf32>
  %a = nn.relu(%c) : tensor<?x3x5x4xf32>
  %d = nn.conv2d(%a, %v) : tensor<?x3x5x4xf32>
  %s = nn.add(%d, %x) : tensor<?x3x5x4xf32>
  %y = nn.relu(%s) : tensor<?x3x5x4xf32>
  return %y : tensor<?x3x5x4xf32>
}
`;

test("a residual block gives what the interpreter gives", async () => {
  const { module, constants } = subjectOf(block);
  const interpreter = new Interpreter(module, registry, constants);
  const compiled = new JsExecutable(module, registry, constants);
  for (const batch of [1, 3]) {
    const inputs = [{ shape: [batch, 3, 5, 4], data: noise(60 * batch, batch) }];
    const [expected] = expectValue(interpreter.run("main", inputs));
    const [found] = expectValue(await compiled.run("main", inputs));
    expect(found!.shape).toEqual(expected!.shape);
    for (const [i, value] of found!.data.entries()) expect(value).toBeCloseTo(Number(expected!.data[i]), 5);
    expect(found!.data.some((value) => value === 0)).toBe(true);
  }
});
