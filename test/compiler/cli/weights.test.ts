import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  floats,
  narrow,
  read,
  smallWeights,
  temporaryFolder,
  write,
  writeHuggingface,
  writeModel,
  writeWeights,
} from "./command-line.ts";

const quantization = ["--type", "!lowp.q<i8, block = [1, *], scale = f32>"];

describe("a weights file that is not the one the module was written for", () => {
  const run = (folder: string) => narrow(folder, "run", "model.mlir", "--input", "x=[[1, 1]]");

  it("is told by its length when it was cut", async () => {
    const folder = temporaryFolder();
    writeModel(folder);
    const path = join(folder, "model-weights.safetensors");
    truncateSync(path, readFileSync(path).length - 5);
    const { status, err } = await run(folder);
    expect(status).toBe(1);
    expect(err).toMatch(/error\[safetensors-\w+\]: .*model-weights\.safetensors/);
    expect(err).toContain("hint: ");
  });

  it("is told by its header when it is another sort of file", async () => {
    const folder = temporaryFolder();
    writeModel(folder);
    writeFileSync(join(folder, "model-weights.safetensors"), "this is no safetensors file at all");
    const { status, err } = await run(folder);
    expect(status).toBe(1);
    expect(err).toMatch(/error\[safetensors-header\]: .*model-weights\.safetensors/);
    expect(err).toContain("hint: check that it is a .safetensors file");
  });

  it("is told by its digest when its numbers changed", async () => {
    const folder = temporaryFolder();
    writeModel(folder);
    writeWeights(folder, "model-weights.safetensors", [
      { name: "w", shape: [2, 2], bytes: floats(1, 2, 3, 5) },
    ]);
    const { status, err } = await run(folder);
    expect(status).toBe(1);
    expect(err).toContain("error[resource-digest]: tensor w of model-weights.safetensors has sha256");
    expect(err).toContain("model.mlir:4:3");
    expect(err).toContain(
      "hint: the weights file has changed since the module was written; import the model again",
    );
  });

  it("is told by the tensor it lacks", async () => {
    const folder = temporaryFolder();
    writeModel(folder);
    writeWeights(folder, "model-weights.safetensors", [{ name: "ww", shape: [2, 2], bytes: smallWeights }]);
    const { status, err } = await run(folder);
    expect(status).toBe(1);
    expect(err).toMatch(/error\[missing-tensor\]: .*model-weights\.safetensors has no tensor w\n/);
    expect(err).toContain("hint: did you mean ww?");
  });

  it("is told by the tensor's length", async () => {
    const folder = temporaryFolder();
    writeModel(folder);
    writeWeights(folder, "model-weights.safetensors", [{ name: "w", shape: [2], bytes: floats(1, 2) }]);
    const { status, err } = await run(folder);
    expect(status).toBe(1);
    expect(err).toContain(
      "error[resource-length]: tensor w of model-weights.safetensors has 8 bytes, but dense_resource<w> needs 16",
    );
  });

  it("does not matter to commands that read no weights", async () => {
    const folder = temporaryFolder();
    writeModel(folder);
    writeFileSync(join(folder, "model-weights.safetensors"), "");
    expect(await narrow(folder, "opt", "model.mlir")).toMatchObject({
      status: 0,
      err: "",
      out: read(folder, "model.mlir"),
    });
  });

  it("is named when it is absent", async () => {
    const folder = temporaryFolder();
    writeModel(folder);
    write(folder, "model.mlir", read(folder, "model.mlir").replace("model-weights", "other"));
    const { status, err } = await run(folder);
    expect(status).toBe(1);
    expect(err).toMatch(/error\[file-not-found\]: there is no file .*other\.safetensors/);
    expect(err).toContain("model.mlir:4:3");
  });
});

describe("a wrong module is refused with its place", () => {
  it.each([
    [
      "a resource of another length",
      (text: string) => text.replace("16 bytes", "12 bytes"),
      "error[resource-length]: dense_resource<w> has 12 bytes, but its type needs 16",
      "model.mlir:1:1",
    ],
    [
      "a shape that does not fit",
      (text: string) => text.replace("%x: tensor<?x2xf32>", "%x: tensor<?x3xf32>"),
      "error[contraction]: nn.linear cannot multiply inputs of width 3",
      "model.mlir:5:3",
    ],
    [
      "a cycle",
      (text: string) => text.replace("nn.linear(%x, %w)", "nn.linear(%y, %w)"),
      "error[dominance]: %y is used by the op that defines it",
      "model.mlir:5:3",
    ],
    [
      "a symbol that is not there",
      (text: string) => text.replace("lowp.get(@w)", "lowp.get(@v)"),
      "error[undefined-symbol]: @v is not defined",
      "model.mlir:4:3",
    ],
  ])("%s", async (_, change, message, place) => {
    const folder = temporaryFolder();
    writeModel(folder);
    write(folder, "model.mlir", change(read(folder, "model.mlir")));
    for (const args of [
      ["opt", "model.mlir"],
      ["run", "model.mlir"],
      ["quantize", "model.mlir", ...quantization, "-o", "q.mlir"],
    ]) {
      const { status, err } = await narrow(folder, ...args);
      expect(status).toBe(1);
      expect(err).toContain(message);
      expect(err).toContain(place);
      expect(err).toContain("hint: ");
    }
  });
});

/** What hoist-dequant tells of the one weight. */
const weighed =
  "remark[hoist-dequant]: linear-on-codes applied: 1 row (assumed), groups of 2: 1 a weight to scale sums, 1 to dequantize";

describe("what is written", () => {
  it("by opt -o reads back equal, from another folder too", async () => {
    const folder = temporaryFolder();
    writeModel(folder);
    const inner = temporaryFolder();
    const target = join(inner, "copy.mlir");
    expect(await narrow(folder, "opt", "model.mlir", "-o", target)).toEqual({ status: 0, out: "", err: "" });
    expect(await narrow(folder, "run", "model.mlir", "--input", "x=[[1, 1]]", "--json")).toEqual(
      await narrow(inner, "run", "copy.mlir", "--input", "x=[[1, 1]]", "--json"),
    );
    expect(read(inner, "copy.mlir").replace(/"[^"]*model-weights/, '"model-weights')).toBe(
      read(folder, "model.mlir"),
    );
  });

  it("by opt -o keeps new weights beside the module", async () => {
    const folder = temporaryFolder();
    writeModel(folder);
    const pipeline = "quantize-weights{type=!lowp.q<i8, block = [1, *], scale = f32>},hoist-dequant";
    expect(await narrow(folder, "opt", "model.mlir", "--pipeline", pipeline, "-o", "q.mlir")).toMatchObject({
      status: 0,
      err: `${weighed}\n`,
    });
    expect(readdirSync(folder).toSorted()).toEqual([
      "model-weights.safetensors",
      "model.mlir",
      "q.mlir",
      "q.safetensors",
    ]);
    expect(read(folder, "q.mlir")).toContain('w.codes: "q.safetensors#w.codes, 4 bytes, sha256 ');
    const { out } = await narrow(folder, "run", "q.mlir", "--input", "x=[[1, 1]]", "--json");
    const [result] = (JSON.parse(out) as { results: { shape: number[]; data: number[] }[] }).results;
    expect(result?.shape).toEqual([1, 2]);
    // Half a step of each row's scale, 2/127 and 4/127, for each of the two products.
    expect(Math.abs(result!.data[0]! - 3)).toBeLessThanOrEqual(2 / 127);
    expect(Math.abs(result!.data[1]! - 7)).toBeLessThanOrEqual(4 / 127);
  });

  it("by quantize is a fixpoint of opt", async () => {
    const folder = temporaryFolder();
    writeModel(folder);
    const { status, err } = await narrow(folder, "quantize", "model.mlir", ...quantization, "-o", "q.mlir");
    expect({ status, err }).toEqual({ status: 0, err: `${weighed}\nwrote q.mlir\nwrote q.safetensors\n` });
    expect(await narrow(folder, "opt", "q.mlir")).toEqual({
      status: 0,
      out: read(folder, "q.mlir"),
      err: "",
    });
    expect(await narrow(folder, "opt", "q.mlir", "-o", "again.mlir")).toMatchObject({ status: 0 });
    expect(read(folder, "again.mlir")).toBe(read(folder, "q.mlir"));
  });

  it("never replaces weights that the module still reads", async () => {
    const folder = temporaryFolder();
    writeHuggingface(folder);
    expect(await narrow(folder, "import", "hf", ".", "-o", "model.mlir")).toMatchObject({ status: 0 });
    const before = readFileSync(join(folder, "model.safetensors"));
    const { status, err } = await narrow(
      folder,
      "quantize",
      "model.mlir",
      "--recipe",
      "w8-row",
      "-o",
      "model.mlir",
    );
    expect(status).toBe(1);
    expect(err).toContain(
      "error[weights-in-use]: writing model.safetensors would replace weights that the module still reads from it",
    );
    expect(readFileSync(join(folder, "model.safetensors"))).toEqual(before);
  });

  it("is nothing when a folder is missing", async () => {
    const folder = temporaryFolder();
    writeModel(folder);
    const { status, err } = await narrow(folder, "opt", "model.mlir", "-o", "missing/out.mlir");
    expect(status).toBe(1);
    expect(err).toMatch(/error\[write-folder\]: .*missing\/out\.mlir cannot be written: there is no folder/);
  });
});

describe("narrow quantize", () => {
  it("takes a recipe for the weights the user names", async () => {
    const folder = temporaryFolder();
    writeModel(folder);
    const by = async (output: string, ...scheme: readonly string[]) => {
      const { status, err } = await narrow(
        folder,
        "quantize",
        "model.mlir",
        ...scheme,
        "--only",
        "w",
        "-o",
        output,
      );
      expect(status, err).toBe(0);
      return read(folder, output).replaceAll(output.replace(".mlir", ""), "");
    };
    const type = "!lowp.q<i8, block = [1, *], scale = f32>";
    expect(await by("recipe.mlir", "--recipe", "w8-row")).toBe(await by("type.mlir", "--type", type));
  });

  it.each([
    [
      "a recipe with another name",
      ["--recipe", "w4-g23"],
      "error[unknown-recipe]: no recipe is called w4-g23",
      "did you mean",
    ],
    [
      "a recipe for names the model lacks",
      ["--recipe", "w4-row"],
      'error[selector]: "layers.*" matches none of the 1 weights',
      "recipe w4-row is for other names; --only SYMBOLS… says which are meant here",
    ],
    [
      "a selection for a recipe that has its own",
      ["--recipe", "decouple-q-w4", "--only", "w"],
      "error[quantize-scheme]: recipe decouple-q-w4 tells weights apart by their names",
      "narrow list recipes",
    ],
    [
      "a solver for a recipe",
      ["--recipe", "w4-row", "--solver", "mse-clip"],
      "error[quantize-scheme]: --skip, --solver and --seed go with --type",
      "leave them out",
    ],
    [
      "workers where no weight is solved",
      ["--recipe", "a4-token", "--only", "w", "--workers", "2"],
      "error[workers-unused]: --workers says how weights are solved, but no pass solves any",
      "leave it out",
    ],
    ["no scheme", [], "error[quantize-scheme]: say either --recipe or --type", "narrow list recipes"],
    [
      "two schemes",
      ["--recipe", "w4-row", ...quantization],
      "error[quantize-scheme]: say either --recipe or --type",
      "narrow list recipes",
    ],
    [
      "a type that is none",
      ["--type", "i4"],
      "error[pass-option]: type of pass quantize-weights is i4",
      "usage: quantize-weights",
    ],
    [
      "a selector that matches nothing",
      [...quantization, "--only", "layers.*"],
      'error[selector]: "layers.*" matches none of the 1 weights',
      "known: w",
    ],
    [
      "a block that does not divide",
      ["--type", "!lowp.q<i4, block = [1, 3], scale = f32>"],
      "error[block-divides]: @w: block 3 does not divide extent 2 of axis 1",
      "use 2, or tail = short",
    ],
  ])("refuses %s", async (_, options, message, hint) => {
    const folder = temporaryFolder();
    writeModel(folder);
    const { status, err } = await narrow(folder, "quantize", "model.mlir", ...options, "-o", "q.mlir");
    expect(status).toBe(1);
    expect(err).toContain(message);
    expect(err).toMatch(/\nhint: /);
    expect(err).toContain(hint);
    expect(readdirSync(folder)).not.toContain("q.mlir");
  });
});

describe("narrow import hf", () => {
  const load = (folder: string) => narrow(folder, "import", "hf", ".", "-o", "out.mlir");

  it("writes a module that points into the weights and verifies", async () => {
    const folder = temporaryFolder();
    writeHuggingface(folder);
    expect(await load(folder)).toMatchObject({ status: 0, err: "wrote out.mlir\n" });
    expect(await narrow(folder, "opt", "out.mlir")).toEqual({
      status: 0,
      out: read(folder, "out.mlir"),
      err: "",
    });
    expect(read(folder, "out.mlir")).toContain(
      "model.safetensors#model.layers.0.mlp.up_proj.weight, 384 bytes",
    );
  });

  const name = "model.layers.0.mlp.up_proj.weight";
  const small = { name, shape: [12, 7] };
  const integers = { name, shape: [12, 8], dtype: "I8" as const, bytes: new Uint8Array(96) };
  it.each([
    [
      "a missing tensor",
      { tensors: { [name]: undefined } },
      `error[missing-tensor]: FOLDER/model.safetensors has no tensor ${name}`,
    ],
    [
      "a tensor of another shape",
      { tensors: { [name]: small } },
      `error[weight-shape]: tensor ${name} of FOLDER/model.safetensors has shape 12x7, but config.json says 12x8`,
    ],
    [
      "a tensor of another type",
      { tensors: { [name]: integers } },
      `error[weight-dtype]: tensor ${name} of FOLDER/model.safetensors is I8, expected one of F32, BF16, F16, F64`,
    ],
    [
      "another architecture",
      { config: { model_type: "gpt2" } },
      'error[model-config]: FOLDER/config.json: model_type is "gpt2", expected "llama"',
    ],
    [
      "a missing size",
      { config: { hidden_size: undefined } },
      "error[model-config]: FOLDER/config.json: hidden_size is undefined, expected",
    ],
    [
      "tokens without a tokenizer",
      { config: { vocab_size: 255 } },
      "error[no-tokenizer]: FOLDER has no tokenizer.json, and its 255 tokens are not bytes",
    ],
  ])("refuses %s", async (_, changes, message) => {
    const folder = temporaryFolder();
    writeHuggingface(folder, changes);
    const { status, err } = await load(folder);
    expect(status).toBe(1);
    expect(err.replaceAll(folder, "FOLDER")).toContain(message);
    expect(err).toMatch(/\nhint: /);
    expect(readdirSync(folder)).not.toContain("out.mlir");
  });

  it("reports all tensors that do not fit at once", async () => {
    const folder = temporaryFolder();
    writeHuggingface(folder, { tensors: { [name]: undefined, "model.norm.weight": undefined } });
    expect((await load(folder)).err).toContain("2 errors\n");
  });

  it("refuses a folder without a configuration or with a broken one", async () => {
    const folder = temporaryFolder();
    expect((await load(folder)).err).toMatch(/error\[file-not-found\]: there is no file .*config\.json/);
    write(folder, "config.json", "{");
    const { status, err } = await load(folder);
    expect(status).toBe(1);
    expect(err).toMatch(/error\[model-config\]: .*config\.json is not JSON/);
  });

  it("refuses weights that were cut", async () => {
    const folder = temporaryFolder();
    writeHuggingface(folder);
    truncateSync(join(folder, "model.safetensors"), 100);
    const { status, err } = await load(folder);
    expect(status).toBe(1);
    expect(err).toMatch(
      /error\[safetensors-truncated\]: .*model\.safetensors: .*\nhint: copy or download the file again/,
    );
  });

  it("refuses heads that do not share keys evenly", async () => {
    const folder = temporaryFolder();
    writeHuggingface(folder, { config: { num_attention_heads: 3, num_key_value_heads: 2, hidden_size: 6 } });
    expect((await load(folder)).status).toBe(1);
  });
});
