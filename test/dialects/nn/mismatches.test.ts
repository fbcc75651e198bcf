import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isMismatch } from "../../../compiler/define/op.ts";
import { describeInference, inferType } from "./describe-inference.ts";
import { framed, quantized, rows } from "./mismatches.ts";

// These are told of data or of result types, so other tests have them.
const toldElsewhere = ["refine-type", "refine-shape", "token-range", "index-range"];

describe("mismatches", () => {
  for (const [op, operands, attributes, error] of rows)
    test(`of nn.${op} are told as ${error}`, () => {
      expect(describeInference(op, operands, attributes)).toContain(error);
    });

  test("have a row for every code", () => {
    const folder = new URL("../../../dialects/nn/", import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    const codes = files.flatMap((file) =>
      [...readFileSync(new URL(file, folder), "utf8").matchAll(/mismatch\(\s*"([a-z-]+)"/g)].map(
        (match) => match[1]!,
      ),
    );
    const told = new Set([...toldElsewhere, ...rows.map(([, , , error]) => error.split(":")[0]!)]);
    expect([...new Set(codes)].filter((code) => !told.has(code))).toEqual([]);
  });

  test("blame the operand and say the fix", () => {
    const wrongWidth = inferType("linear", { input: "?x64xf32", weight: "128x63xf32" });
    expect(wrongWidth).toMatchObject({
      blames: "weight",
      hint: "the weight is [out, in], so its second extent must be 64",
    });
    const turned = inferType("linear", { input: "?x64xf32", weight: "64x128xf32" });
    expect(turned).toMatchObject({ hint: expect.stringContaining("transposed") });
    const coded = inferType("linear", { input: "4xf32", weight: quantized });
    expect(coded).toMatchObject({ hint: "dequantize it with lowp.dequantize, or use lowp.linear" });
  });

  test("keep the frame of a sum, and drop it in a product with a weight", () => {
    expect(inferType("add", { left: framed("a"), right: framed("a") })).toEqual(framed("a"));
    const product = inferType("linear", { input: framed("a"), weight: "3x4xf32" });
    expect(isMismatch(product)).toBe(false);
    expect(product).not.toHaveProperty("encoding");
  });
});
