import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readNpy } from "../../../compiler/import/npy/read.ts";
import { narrow, temporaryFolder, write, writeModel } from "./command-line.ts";

const identity = (type: string) => `func.func @main(%x: ${type}) -> ${type} {\n  return %x : ${type}\n}\n`;

function withIdentity(type: string): string {
  const folder = temporaryFolder();
  write(folder, "a.mlir", identity(type));
  return folder;
}

describe("narrow run", () => {
  it("takes JSON and prints the result", async () => {
    const folder = temporaryFolder();
    writeModel(folder);
    expect(await narrow(folder, "run", "model.mlir", "--input", "x=[[1, 1], [0, 2]]")).toEqual({
      status: 0,
      out: "tensor 2x2: 3 7 4 8\n",
      err: "",
    });
  });

  it("prints one JSON object", async () => {
    const folder = temporaryFolder();
    writeModel(folder);
    write(folder, "input.json", "[[1, 1]]");
    const { out } = await narrow(folder, "run", "model.mlir", "--input", "x=input.json", "--json");
    expect(JSON.parse(out)).toEqual({ results: [{ shape: [1, 2], data: [3, 7] }] });
  });

  it("writes numpy files that are inputs again", async () => {
    const folder = temporaryFolder();
    writeModel(folder);
    expect(await narrow(folder, "run", "model.mlir", "--input", "x=[[1, 1]]", "--out", "results")).toEqual({
      status: 0,
      out: "",
      err: "",
    });
    expect(readNpy(join(folder, "results/result0.npy"))).toEqual({
      ok: true,
      value: { shape: [1, 2], data: Float32Array.of(3, 7) },
    });
    const { out } = await narrow(folder, "run", "model.mlir", "--input", "x=results/result0.npy", "--json");
    expect(JSON.parse(out)).toEqual({ results: [{ shape: [1, 2], data: [17, 37] }] });
  });

  it("chooses the function and keeps wide integers", async () => {
    const folder = temporaryFolder();
    write(folder, "a.mlir", identity("tensor<2xi64>").replace("@main", "@other"));
    expect(
      await narrow(folder, "run", "a.mlir", "--entry", "other", "--input", "x=[-1, 4294967296]"),
    ).toMatchObject({
      out: "tensor 2: -1 4294967296\n",
    });
    const { status, err } = await narrow(folder, "run", "a.mlir", "--entry", "othr");
    expect(status).toBe(1);
    expect(err).toBe("error[unknown-entry]: the module has no function @othr\nhint: did you mean other?\n");
  });
});

describe("narrow run refuses", () => {
  it.each([
    [
      "a missing input",
      "tensor<2xf32>",
      [],
      "error[missing-input]: argument x of @main is not given",
      "add --input x=FILE.npy (tensor<2xf32>)",
    ],
    [
      "an input with another name",
      "tensor<2xf32>",
      ["x=[1, 2]", "y=[1]"],
      "error[unknown-input]: @main has no argument y",
      "did you mean x?",
    ],
    [
      "an input given twice",
      "tensor<2xf32>",
      ["x=[1, 2]", "x=[1, 2]"],
      "error[unknown-input]: argument x is given twice",
      "",
    ],
    ["an input without a value", "tensor<2xf32>", ["x"], "error[unknown-input]: @main has no argument x", ""],
    [
      "text",
      "tensor<2xf32>",
      ["x=hello"],
      "error[input-json]: argument x: is not JSON",
      "give nested lists of numbers",
    ],
    [
      "words",
      "tensor<2xf32>",
      ['x=["a", "b"]'],
      "error[input-json]: argument x: is no rectangular list of numbers",
      "give nested lists",
    ],
    [
      "rows of different lengths",
      "tensor<3x2xf32>",
      ["x=[[1, 2], [3], [4, 5, 6]]"],
      "error[input-json]: argument x: is no rectangular list of numbers",
      "give nested lists",
    ],
    [
      "another shape",
      "tensor<2xf32>",
      ["x=[1, 2, 3]"],
      "error[input-type]: input 0 of @main is tensor<2xf32>, found a tensor of shape 3",
      "",
    ],
    [
      "a fraction for an integer",
      "tensor<2xi32>",
      ["x=[1.5, 2]"],
      "error[input-json]: argument x: 1.5 is no i32",
      "give nested lists",
    ],
    [
      "a fraction for a wide integer",
      "tensor<2xi64>",
      ["x=[1.5, 2]"],
      "error[input-json]: argument x: 1.5 is no i64",
      "give nested lists",
    ],
    [
      "a number outside of the type",
      "tensor<2xi32>",
      ["x=[3000000000, 2]"],
      "error[input-json]: argument x: 3000000000 is no i32",
      "give nested lists",
    ],
    [
      "a number that is no truth value",
      "tensor<2xi1>",
      ["x=[0, 7]"],
      "error[input-json]: argument x: 7 is no i1",
      "give nested lists",
    ],
    [
      "an integer that JSON rounds",
      "tensor<1xi64>",
      ["x=[9007199254740993]"],
      "is no i64",
      "give nested lists",
    ],
    [
      "a JSON file that is not there",
      "tensor<2xf32>",
      ["x=absent.json"],
      "error[file-not-found]: there is no file FOLDER/absent.json",
      "check the path",
    ],
    [
      "a numpy file that is not there",
      "tensor<2xf32>",
      ["x=absent.npy"],
      "error[file-not-found]: there is no file FOLDER/absent.npy",
      "check the path",
    ],
    ["a numpy file that is none", "tensor<2xf32>", ["x=a.npy"], "error[npy-header]: FOLDER/a.npy", "hint: "],
    [
      "a quantized argument",
      "tensor<2x2x!lowp.q<i8, block = [1, *], scale = f32>>",
      ["x=[[1, 2], [3, 4]]"],
      "error[input-type]: argument x is tensor<2x2x!lowp.q<…>>, which cannot be given from outside",
      "hint: ",
    ],
  ])("%s", async (_, type, inputs, message, hint) => {
    const folder = withIdentity(type);
    write(folder, "a.npy", "nothing of the sort");
    const { status, out, err } = await narrow(
      folder,
      "run",
      "a.mlir",
      ...inputs.flatMap((input) => ["--input", input]),
    );
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err.replaceAll(folder, "FOLDER")).toContain(message);
    expect(err).toContain(hint);
  });

  it("a file in the place of the folder of results", async () => {
    const folder = withIdentity("tensor<2xf32>");
    const { status, err } = await narrow(folder, "run", "a.mlir", "--input", "x=[1, 2]", "--out", "a.mlir");
    expect({ status, err }).toEqual({
      status: 1,
      err: "error[not-a-folder]: a.mlir is a file\nhint: --out takes the folder to write result0.npy into\n",
    });
    expect(readFileSync(join(folder, "a.mlir"), "utf8")).toBe(identity("tensor<2xf32>"));
  });

  it("a weight without bytes, with its name", async () => {
    const folder = temporaryFolder();
    write(
      folder,
      "a.mlir",
      "lowp.param @w : tensor<2xf32>\nfunc.func @main() -> tensor<2xf32> {\n  %w = lowp.get(@w) : tensor<2xf32>\n  return %w : tensor<2xf32>\n}\n",
    );
    const { status, err } = await narrow(folder, "run", "a.mlir");
    expect(status).toBe(1);
    expect(err).toContain("error[param-undefined]: @w has no value");
    expect(err).toContain("a.mlir:3:3");
  });

  it("a function without a body", async () => {
    const folder = temporaryFolder();
    write(folder, "a.mlir", "func.func @main(tensor<2xf32>) -> tensor<2xf32>\n");
    const { status, err } = await narrow(folder, "run", "a.mlir", "--input", "0=[1, 2]");
    expect(status).toBe(1);
    expect(err).toContain("error[no-body]: @main is declared but not defined");
  });
});
