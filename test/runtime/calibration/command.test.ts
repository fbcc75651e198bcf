import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeNpy } from "../../../compiler/export/npy/write.ts";
import { loadCalibration } from "../../../runtime/calibration/store.ts";
import { narrow, read, temporaryFolder, write, writeModel } from "../../compiler/cli/command-line.ts";
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

  const examples = Float32Array.of(1, -2, 3, 0.5, -5, 6);
  function withExamples(): string {
    const folder = temporaryFolder();
    writeModel(folder);
    expectValue(writeNpy(join(folder, "x.npy"), { shape: [3, 2], data: examples }));
    return folder;
  }
  const inputs = ["--inputs", "x.npy", "-o", "stats.safetensors"];

  it("feeds examples to a program that is no language model, and quantize takes what it saw", async () => {
    const folder = withExamples();
    expect(await narrow(folder, "calibrate", "model.mlir", ...inputs, "--window", "2")).toEqual({
      status: 0,
      out: "",
      err: "wrote stats.safetensors: 1 weights, 3 examples\n",
    });
    const { source, statistics } = expectValue(loadCalibration(join(folder, "stats.safetensors")));
    const content = readFileSync(join(folder, "x.npy"));
    const digest = createHash("sha256").update(content).digest("hex");
    expect(source).toEqual({ inputs: digest, window: 2, windows: 2, examples: 3 });
    expect(statistics.get("w")).toMatchObject({
      count: 3,
      absoluteMaximum: Float64Array.of(5, 6),
      absoluteMean: Float64Array.of(3, 8.5 / 3),
      minimum: Float64Array.of(-5, -2),
      secondMoment: Float64Array.from([35, -30.5, -30.5, 40.25], (sum) => sum / 3),
    });

    const type = "!lowp.q<i4, block = [1, *], scale = f32>";
    const quantize = ["quantize", "model.mlir", "--type", type, "--solver", "gptq", "--calibration"];
    expect(await narrow(folder, ...quantize, "stats.safetensors", "-o", "a.mlir")).toMatchObject({
      status: 0,
    });
    expect(await narrow(folder, ...quantize, "x.npy", "-o", "b.mlir")).toMatchObject({ status: 0 });
    const weights = (file: string) => readFileSync(join(folder, file));
    expect(weights("a.safetensors").equals(weights("b.safetensors"))).toBe(true);
  });

  it("stops after as many batches as it was told", async () => {
    const folder = withExamples();
    await narrow(folder, "calibrate", "model.mlir", ...inputs, "--window", "1", "--windows", "2");
    const { source } = expectValue(loadCalibration(join(folder, "stats.safetensors")));
    expect(source).toMatchObject({ windows: 2, examples: 2 });
  });

  const observed = (folder: string, pipeline: string) =>
    narrow(folder, "opt", "model.mlir", "--pipeline", pipeline, "-o", "observed.mlir");

  it("also keeps what observed values were like", async () => {
    const folder = withExamples();
    expect(await observed(folder, 'observe-values{values=["main.y"]}')).toMatchObject({ status: 0 });
    const { err } = await narrow(folder, "calibrate", "observed.mlir", ...inputs);
    expect(err).toBe("wrote stats.safetensors: 1 weights, 1 values, 3 examples\n");
    const { statistics } = expectValue(loadCalibration(join(folder, "stats.safetensors")));
    // y = x · [[1, 2], [3, 4]]ᵀ: (−3, −5), (4, 11), (7, 9).
    expect([...statistics.keys()].toSorted()).toEqual(["main.y", "w"]);
    expect(statistics.get("main.y")).toMatchObject({
      count: 3,
      channels: 2,
      minimum: Float64Array.of(-3, -5),
      maximum: Float64Array.of(7, 11),
    });
  });

  const marker = "  return %y";
  it.each([
    ["the name of a parameter", ["w"], "error[observe-site]: the site w has the name of the parameter @w"],
    ["one name twice", ["a", "a"], "error[observe-site]: the site a is observed at two places, expected one"],
  ])("refuses observers of %s", async (_, sites, message) => {
    const folder = withExamples();
    const ops = sites.map((site) => `  lowp.observe(%y) {site = "${site}"}\n`).join("");
    write(folder, "observed.mlir", read(folder, "model.mlir").replace(marker, `${ops}${marker}`));
    const { status, err } = await narrow(folder, "calibrate", "observed.mlir", ...inputs);
    expect(status).toBe(1);
    expect(err).toContain(message);
    expect(err).toContain("hint: give the lowp.observe another site");
  });

  it("names an observed value that is not finite", async () => {
    const folder = withExamples();
    await observed(folder, 'observe-values{values=["main.y"]}');
    const huge = Float32Array.of(3e38, 3e38);
    expectValue(writeNpy(join(folder, "x.npy"), { shape: [1, 2], data: huge }));
    const { status, err } = await narrow(folder, "calibrate", "observed.mlir", ...inputs);
    expect(status).toBe(1);
    expect(err).toContain(
      "error[calibration-input]: the value observed as main.y has values that are not finite",
    );
  });

  it.each([
    ["neither text nor examples", ["-o", "s"], "error[calibrate-data]: there is nothing to feed"],
    [
      "both",
      ["--text", "t", "--inputs", "x.npy", "-o", "s"],
      "error[calibrate-data]: --inputs says nothing about a text",
    ],
    ["a stride", [...inputs, "--stride", "2"], "error[calibrate-data]: --stride says nothing about examples"],
    ["examples that are not there", ["--inputs", "y.npy", "-o", "s"], "error[file-not-found]"],
    ["a text as examples", ["--inputs", "model.mlir", "-o", "s"], "error[npy"],
  ])("refuses %s", async (_, rest, message) => {
    const { status, err } = await narrow(withExamples(), "calibrate", "model.mlir", ...rest);
    expect(status).toBe(1);
    expect(err).toContain(message);
  });

  it("refuses an array without examples", async () => {
    const folder = withExamples();
    expectValue(writeNpy(join(folder, "x.npy"), { shape: [0, 2], data: new Float32Array(0) }));
    const { status, err } = await narrow(folder, "calibrate", "model.mlir", ...inputs);
    expect(status).toBe(1);
    expect(err).toContain("error[calibration-examples]: the calibration data hold no examples");
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
