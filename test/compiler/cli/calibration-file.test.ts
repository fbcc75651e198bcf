import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeNpy } from "../../../compiler/export/npy/write.ts";
import { text, writeSmallModel } from "../../runtime/calibration/small-model.ts";
import { expectValue } from "../import/files.ts";
import { floats, narrow, read, temporaryFolder, write, writeModel, writeWeights } from "./command-line.ts";

const scheme = ["--type", "!lowp.q<i3, block = [1, *], scale = f32>", "--solver", "gptq"];

async function measured(): Promise<string> {
  const folder = temporaryFolder();
  await writeSmallModel(folder);
  write(folder, "text.txt", text);
  await narrow(folder, "calibrate", "dense.mlir", "--text", "text.txt", "-o", "seen.safetensors");
  return folder;
}
const quantize = (folder: string, model: string, ...rest: readonly string[]) =>
  narrow(folder, "quantize", model, ...scheme, "-o", "out.mlir", "--calibration", ...rest);

const kernel = floats(0.5, -1, 0.25, 0.75, 1, 0.3, -0.6, 0.2);
const image = Array.from({ length: 27 }, (_, i) => Math.sin(i * i));
const convolution = `lowp.param @k : tensor<2x1x2x2xf32> = dense_resource<k>
func.func @main(%x: tensor<?x1x3x3xf32>) -> tensor<?x2x2x2xf32> {
  %k = lowp.get(@k) : tensor<2x1x2x2xf32>
  %y = nn.conv2d(%x, %k) : tensor<?x2x2x2xf32>
  return %y : tensor<?x2x2x2xf32>
}
{-#
  external_resources: {
    narrow: { k: "weights.safetensors#k, 32 bytes, sha256 ${createHash("sha256").update(kernel).digest("hex")}" }
  }
#-}
`;

describe("narrow quantize with measured statistics", () => {
  it("takes them for all weights, and says in the module which they were", async () => {
    const folder = await measured();
    expect(await quantize(folder, "dense.mlir", "seen.safetensors")).toMatchObject({ status: 0 });
    const digest = createHash("sha256")
      .update(readFileSync(join(folder, "seen.safetensors")))
      .digest("hex");
    const marked = read(folder, "out.mlir").match(new RegExp(`calibration = "${digest}"`, "g"));
    expect(marked).toHaveLength(4);
  });

  it("gives the first weight what the text gives it, and later ones the float inputs", async () => {
    const folder = await measured();
    const codesAfter = async (...data: readonly string[]) => {
      await quantize(folder, "dense.mlir", ...data);
      return readFileSync(join(folder, "out.safetensors"));
    };
    const one = await codesAfter("seen.safetensors", "--only", "up");
    // All 13 windows of the text, as `narrow calibrate` took.
    const other = await codesAfter("text.txt", "--calibration-windows", "13", "--only", "up");
    expect(one.equals(other)).toBe(true);
  });

  it.each([
    ["another model", "model.mlir", ["seen.safetensors"], "error[calibration-missing]: the calibration says"],
    [
      "a way to read a text",
      "dense.mlir",
      ["seen.safetensors", "--calibration-windows", "3"],
      "error[calibration-window]: --calibration-windows says how to read a text, but statistics are given",
    ],
    ["a file of weights", "dense.mlir", ["weights.safetensors"], "error[calibration-format]"],
    ["a file cut short", "dense.mlir", ["short.safetensors"], "error[safetensors"],
    ["no file", "dense.mlir", ["absent.safetensors"], "error[file-not-found]"],
  ])("refuses %s", async (_, model, rest, message) => {
    const folder = await measured();
    writeModel(folder);
    write(folder, "short.safetensors", readFileSync(join(folder, "seen.safetensors")).subarray(0, 400));
    const { status, err } = await quantize(folder, model, ...rest);
    expect(status).toBe(1);
    expect(err).toContain(message);
  });

  it("knows the inputs of a kernel as those of its rows", async () => {
    const folder = temporaryFolder();
    writeWeights(folder, "weights.safetensors", [{ name: "k", shape: [2, 1, 2, 2], bytes: kernel }]);
    write(folder, "conv.mlir", convolution);
    expectValue(writeNpy(join(folder, "x.npy"), { shape: [3, 1, 3, 3], data: Float32Array.from(image) }));
    const calibrated = await narrow(
      folder,
      "calibrate",
      "conv.mlir",
      "--inputs",
      "x.npy",
      "-o",
      "seen.safetensors",
    );
    expect(calibrated).toMatchObject({ status: 0 });
    const codesAfter = async (data: string) => {
      expect(await quantize(folder, "conv.mlir", data)).toMatchObject({ status: 0 });
      return readFileSync(join(folder, "out.safetensors"));
    };
    expect((await codesAfter("seen.safetensors")).equals(await codesAfter("x.npy"))).toBe(true);
  });

  it("refuses a model of another width", async () => {
    const folder = await measured();
    // @up and @down exchange their names: 6 inputs against 5.
    const swapped = read(folder, "dense.mlir")
      .replaceAll("@down", "@other")
      .replaceAll("@up", "@down")
      .replaceAll("@other", "@up");
    write(folder, "swapped.mlir", swapped);
    const { status, err } = await quantize(folder, "swapped.mlir", "seen.safetensors");
    expect(status).toBe(1);
    expect(err).toContain("error[calibration-shape]: @down has 6 inputs, but the calibration saw 5");
  });
});
