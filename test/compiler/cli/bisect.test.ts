import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { floats, narrow, temporaryFolder, write } from "./command-line.ts";

const hex = (...numbers: readonly number[]): string =>
  `"0x04000000${Buffer.from(floats(...numbers))
    .toString("hex")
    .toUpperCase()}"`;

const easy = hex(1, -1, 1, 0, 1, 0, 0, -1);

/** Two layers: 2 bits suit the first weight exactly and the second hardly; 4 bits suit neither. */
const model = `lowp.param @easy : tensor<2x4xf32> = dense_resource<easy>
lowp.param @hard : tensor<2x2xf32> = dense_resource<hard>

func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %easy = lowp.get(@easy) : tensor<2x4xf32>
  %hard = lowp.get(@hard) : tensor<2x2xf32>
  %a = nn.neg(%x) : tensor<?x4xf32>
  %b = nn.neg(%a) : tensor<?x4xf32>
  %h = nn.linear(%b, %easy) : tensor<?x2xf32>
  %y = nn.linear(%h, %hard) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      easy: ${easy},
      hard: ${hex(1, 0.3, -0.4, 0.9)}
    }
  }
#-}
`;

const quantize = "quantize-weights{type=!lowp.q<i2, block = [1, *], scale = f32>}";

async function bisect(...options: readonly string[]) {
  const folder = temporaryFolder();
  write(folder, "model.mlir", model);
  return narrow(folder, "bisect", "model.mlir", ...options);
}

describe("narrow bisect", () => {
  test("names the first pass past the threshold, and the layer that is enough alone", async () => {
    const pipeline = `canonicalize,${quantize},hoist-dequant`;
    const { status, out, err } = await bisect(
      "--pipeline",
      pipeline,
      "--metric",
      "sqnr",
      "--threshold",
      "30",
    );
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toMatchInlineSnapshot(`
      "after                                                               sqnr
      (as it is)                                                         exact
      canonicalize                                                       exact
      quantize-weights{type=!lowp.q<i2, block = [1, *], scale = f32>}  9.06 dB  past the threshold

      layer alone     sqnr
      easy           exact
      hard         9.06 dB  past the threshold

      first pass past the threshold: quantize-weights{type=!lowp.q<i2, block = [1, *], scale = f32>}
      sqnr exact before it, 9.06 dB after it
      layers that are enough alone: hard
      "
    `);
  });

  test("looks only at layers that the pass is told to take", async () => {
    const pipeline = quantize.replace("}", ' only=["h*"]}');
    const { out } = await bisect("--pipeline", pipeline, "--metric", "sqnr", "--threshold", "30");
    expect(out).toContain("layers that are enough alone: hard\n");
    expect(out).not.toContain("easy");
  });

  test("tries the first layers together where none is enough alone", async () => {
    const pipeline = quantize.replace("i2", "i4");
    const folder = temporaryFolder();
    write(folder, "model.mlir", model.replace(easy, hex(1, 0.4, 0.7, 0.1, 0.9, 0.5, 0.35, 0.65)));
    const options = ["--pipeline", pipeline, "--metric", "sqnr", "--threshold", "35"];
    const { out } = await narrow(folder, "bisect", "model.mlir", ...options);
    expect(out).toMatchInlineSnapshot(`
      "after                                                                sqnr
      (as it is)                                                          exact
      quantize-weights{type=!lowp.q<i4, block = [1, *], scale = f32>}  33.57 dB  past the threshold

      layer alone      sqnr
      easy         35.71 dB
      hard         36.82 dB

      layers up to      sqnr
      easy          35.71 dB
      hard          33.57 dB  past the threshold

      first pass past the threshold: quantize-weights{type=!lowp.q<i4, block = [1, *], scale = f32>}
      sqnr exact before it, 33.57 dB after it
      no layer is enough alone
      with the layers before it, past the threshold at hard, found by halving
      "
    `);
  });

  test("takes the loss on a text, and refuses a model that is past the threshold itself", async () => {
    const root = join(import.meta.dirname, "../../..");
    const { status, err } = await narrow(
      root,
      ...[
        "bisect",
        "examples/tiny-llama/model.mlir",
        "--pipeline",
        "cse",
        "--metric",
        "loss",
        "--threshold",
        "0.1",
      ],
      ...["--text", "examples/tiny-llama/eval_text.txt", "--window", "16", "--limit", "16"],
    );
    expect(status).toBe(1);
    expect(err).toMatch(/^error\[bisect-start\]: the module itself is past the threshold: loss \d/);
  });

  test.each([
    [
      "a threshold that is never crossed",
      ["--pipeline", "canonicalize", "--metric", "sqnr", "--threshold", "30"],
    ],
    ["a loss without a text", ["--pipeline", "cse", "--metric", "loss", "--threshold", "3"]],
    [
      "a text that is not needed",
      ["--pipeline", "cse", "--metric", "sqnr", "--threshold", "3", "--limit", "5"],
    ],
    ["a pass that does not exist", ["--pipeline", "ces", "--metric", "sqnr", "--threshold", "3"]],
  ])("explains %s", async (_name, options) => {
    const { status, out, err } = await bisect(...options);
    expect({ failed: status !== 0, out }).toEqual({ failed: true, out: "" });
    expect(err).toMatchSnapshot();
  });
});
