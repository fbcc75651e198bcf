import { expect, it } from "vitest";
import { text, writeSmallModel } from "../../runtime/calibration/small-model.ts";
import { narrow, temporaryFolder, write } from "./command-line.ts";

async function withModel(): Promise<string> {
  const folder = temporaryFolder();
  await writeSmallModel(folder);
  write(folder, "text.txt", text);
  return folder;
}

const layered = ["--text", "text.txt", "--reference", "dense.mlir", "--layers"];

it("shows the layers as a table, with what does not differ as exact", async () => {
  const folder = await withModel();
  const { status, out, err } = await narrow(folder, "eval", "hoisted.mlir", ...layered);
  expect({ status, err }).toEqual({ status: 0, err: "" });
  const table = out.split("\n\n")[1]!.trimEnd().split("\n");
  expect(table[0]).toMatch(/^layer +weight dB +local dB +cumulative dB$/);
  expect(table.slice(1).map((line) => line.split(/\s+/)[0])).toEqual(["up", "gate", "down", "head"]);
  expect(table[1]).toMatch(/^up +\d+\.\d\d +\d+\.\d\d +\d+\.\d\d$/);
  expect(table[2]).toMatch(/^gate +exact +exact +exact$/);
  expect(table[3]).toMatch(/^down +exact +exact +\d+\.\d\d$/);
});

it("is the same whether dequantization was moved into the layers or not", async () => {
  const folder = await withModel();
  const layersOf = async (file: string): Promise<readonly Record<string, unknown>[]> => {
    const { out } = await narrow(folder, "eval", file, ...layered, "--json");
    return JSON.parse(out).layers;
  };
  const layers = await layersOf("hoisted.mlir");
  expect(await layersOf("dequantized.mlir")).toEqual(layers);
  expect(layers[1]).toEqual({ name: "gate", weight: null, local: null, cumulative: null });
  expect(layers[0]!.local).toBe(layers[0]!.cumulative);
  // Round to nearest in 8 bits: about 6 dB a bit.
  expect(layers[0]!.weight).toBeGreaterThan(38);
  expect(layers[0]!.weight).toBeLessThan(60);
});

it("leaves the other figures as they are", async () => {
  const folder = await withModel();
  const evaluate = async (...options: readonly string[]) => {
    const { out } = await narrow(folder, "eval", "hoisted.mlir", ...options, "--json");
    return { ...JSON.parse(out), seconds: 0, layers: undefined };
  };
  expect(await evaluate(...layered)).toEqual(await evaluate(...layered.slice(0, -1)));
});

it("needs a reference", async () => {
  const folder = await withModel();
  const { status, err } = await narrow(folder, "eval", "hoisted.mlir", "--text", "text.txt", "--layers");
  expect(status).toBe(1);
  expect(err).toContain(
    "error[layers-reference]: --layers compares with another model, but none is given\nhint: ",
  );
});
