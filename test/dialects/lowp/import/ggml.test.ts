import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isDense } from "../../../../compiler/define/kernel.ts";
import { blockFormats } from "../../../../compiler/import/gguf/block-formats.ts";
import { dequantize } from "../../../../dialects/lowp/dequantize.ts";
import { fromGgml } from "../../../../dialects/lowp/import/ggml.ts";
import { packValue } from "../../../../dialects/lowp/pack.ts";
import { bitsPerElement } from "../../../../dialects/lowp/storage.ts";
import { right } from "../solvers/problems.ts";
import { printType } from "../text.ts";

/** What ggml itself packed and unpacked, beside the repository. */
const folder = join(import.meta.dirname, "../../../../../shared/formats/ggml");
const exists = existsSync(folder);
if (!exists) console.warn(`skipped: no ${folder}, so block formats are not compared with ggml's`);

const shape = [32, 256];
const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(folder, file)));

function value(name: string, bytes: Uint8Array, of: readonly number[]) {
  const result = fromGgml(name, bytes, of);
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join("; "));
  return result.value;
}

interface Listed {
  readonly type: string;
  readonly ggml_type_id: number;
  readonly block_size: number;
  readonly block_bytes: number;
}

describe.skipIf(!exists)("ggml's blocks", () => {
  it.each(Object.entries(blockFormats))("of %s have ggml's numbers, bit for bit", (name, format) => {
    const decoded = right(dequantize(value(name, read(`${name}.q.bin`), shape), "f32"));
    const expected = new Uint32Array(read(`${name}.deq.f32.bin`).buffer);
    const bits = new Uint32Array(Float32Array.from(decoded.data).buffer);
    expect(bits.length).toBe(32 * 256);
    expect(bits.findIndex((word, index) => word !== expected[index])).toBe(-1);
    const index = JSON.parse(readFileSync(join(folder, "index.json"), "utf8")) as { types: Listed[] };
    const listed = index.types.find(({ type }) => type === name);
    expect(listed).toMatchObject({
      ggml_type_id: format.id,
      block_size: format.size,
      block_bytes: format.byteLength,
    });
  });

  it("become lowp types of the same bits per weight, with the same scales", () => {
    const found = Object.keys(blockFormats).map((name) => {
      const imported = value(name, read(`${name}.q.bin`), shape);
      if (isDense(imported)) return [name, "f32"];
      expect([...packValue(imported).keys()]).toContain("scale");
      return [name, printType(imported.type), bitsPerElement(imported.type, shape)];
    });
    expect(found).toEqual([
      ["q4_0", "!lowp.q<i4, block = [1, 32], scale = f16>", 4.5],
      ["q4_1", "!lowp.q<ui4, block = [1, 32], scale = f16, shift = f16>", 5],
      ["q5_0", "!lowp.q<i5, block = [1, 32], scale = f16>", 5.5],
      ["q5_1", "!lowp.q<ui5, block = [1, 32], scale = f16, shift = f16>", 6],
      ["q8_0", "!lowp.q<i8, block = [1, 32], scale = f16>", 8.5],
      ["iq4_nl", "f32"],
      ["tq1_0", '!lowp.q<trit, block = [1, 256], scale = f16, pack = "trits">', (8 * (1639 + 64)) / 8192],
      ["tq2_0", "!lowp.q<trit, block = [1, 256], scale = f16>", 2.0625],
      ["mxfp4", "!lowp.q<f4E2M1FN, block = [1, 32], scale = f8E8M0FNU>", 4.25],
      ["nvfp4", "!lowp.q<f4E2M1FN, block = [1, 16], scale = f8E4M3FN>", 4.5],
      ["q1_0", "!lowp.q<bipolar1, block = [1, 128], scale = f16>", 1.125],
    ]);
  });
});

describe("fromGgml", () => {
  const refusal = (...given: Parameters<typeof fromGgml>) => {
    const result = fromGgml(...given);
    return result.ok ? undefined : result.diagnostics.map(({ code, message }) => [code, message])[0];
  };

  it("says what does not fit", () => {
    expect(refusal("q4_2", new Uint8Array(18), [32])?.[0]).toBe("ggml-type");
    expect(refusal("q4_0", new Uint8Array(19), [32])).toEqual([
      "ggml-length",
      "19 bytes are no whole blocks of q4_0, 18 bytes each",
    ]);
    expect(refusal("q4_0", new Uint8Array(36), [4, 16])).toEqual([
      "ggml-shape",
      "the bytes hold 64 elements in blocks of 32, which do not make up shape 4x16",
    ]);
    expect(refusal("tq2_0", new Uint8Array(66).fill(255), [256])).toEqual([
      "ggml-code",
      "element 0 has code 2, expected -1, 0 or 1",
    ]);
  });
});
