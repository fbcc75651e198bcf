import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadCalibration } from "../../../runtime/calibration/store.ts";
import { narrow, temporaryFolder, write, writeModel } from "../../compiler/cli/command-line.ts";
import { expectValue } from "../../compiler/import/files.ts";
import { text, writeSmallModel } from "./small-model.ts";

async function withModel(): Promise<string> {
  const folder = temporaryFolder();
  await writeSmallModel(folder);
  write(folder, "text.txt", text);
  return folder;
}

const rest = ["--text", "text.txt", "-o", "stats.safetensors"];

describe("narrow calibrate", () => {
  it("writes what it saw", async () => {
    const folder = await withModel();
    expect(
      await narrow(folder, "calibrate", "dense.mlir", ...rest, "--stride", "9", "--windows", "3"),
    ).toEqual({
      status: 0,
      out: "",
      err: "wrote stats.safetensors: 4 weights, 12 tokens\n",
    });
    const { source, statistics } = expectValue(loadCalibration(join(folder, "stats.safetensors")));
    expect(source).toMatchObject({ window: 4, stride: 9, windows: 3, tokens: 12 });
    expect(statistics.get("gate")?.count).toBe(12);
  });

  it.each([
    ["a module that is not there", ["absent.mlir", ...rest], "error[file-not-found]"],
    ["a text that is not there", ["dense.mlir", "--text", "t", "-o", "s"], "error[file-not-found]"],
    [
      "a text that is too short",
      ["dense.mlir", ...rest, "--window", "55"],
      "error[text-too-short]: the text has 54 tokens, but a window takes 55\nhint: ",
    ],
    [
      "windows that overlap",
      ["dense.mlir", ...rest, "--stride", "3"],
      "error[calibration-stride]: windows of 4 tokens overlap with a stride of 3\nhint: ",
    ],
    ["a program that is no language model", ["model.mlir", ...rest], "error[no-tokenizer]"],
    [
      "a folder that is not there",
      ["dense.mlir", "--text", "text.txt", "-o", "absent/s"],
      "error[write-folder]",
    ],
  ])("refuses %s", async (_, args, message) => {
    const folder = await withModel();
    writeModel(folder);
    const { status, out, err } = await narrow(folder, "calibrate", ...args);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain(message);
  });

  it("refuses a model without linear ops on parameters", async () => {
    const folder = temporaryFolder();
    write(folder, "text.txt", text);
    write(
      folder,
      "a.mlir",
      `module attributes {nn.tokenizer = "bytes", nn.context = 4} {
  func.func @main(%tokens: tensor<?xi32>) -> tensor<?x256xf32> {
    %none = nn.zeros() {shape = [4, 256], element = f32} : tensor<4x256xf32>
    %logits = nn.refine(%none) : tensor<?x256xf32>
    return %logits : tensor<?x256xf32>
  }
}
`,
    );
    const { status, err } = await narrow(folder, "calibrate", "a.mlir", ...rest);
    expect(status).toBe(1);
    expect(err).toContain("error[calibration-nothing]");
  });

  it.each([
    ["an unknown option", ["a.mlir", ...rest, "--windw", "3"], "Did you mean --window"],
    ["no number", ["a.mlir", ...rest, "--windows", "all"], "expected a whole number of at least 1"],
    ["no output", ["a.mlir", "--text", "t"], "required option '-o, --output <file>' not specified"],
  ])("ends with status 2 on %s", async (_, args, message) => {
    const { status, err } = await narrow(temporaryFolder(), "calibrate", ...args);
    expect(status).toBe(2);
    expect(err).toContain(message);
  });
});
