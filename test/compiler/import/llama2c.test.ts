import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { openLlama2c } from "../../../compiler/import/llama2c/read.ts";
import { codesOf, expectValue, problemsOf, temporaryFolder, writeParts } from "./files.ts";

const folder = temporaryFolder();

const floatsOf = (bytes: Uint8Array<ArrayBuffer>): Float32Array => new Float32Array(bytes.buffer);

/** dim 4, hidden 3, 2 layers, 2 heads of 2, 1 key-value head, vocabulary 5, 6 positions. */
const header = [4, 3, 2, 2, 1, 5, 6];
const sizes = { embeddings: 20, layers: 2 * (4 + 16 + 8 + 8 + 16 + 4 + 12 + 12 + 12), final: 4, rotary: 12 };
const floatCount = sizes.embeddings + sizes.layers + sizes.final + sizes.rotary;

function fileOf(name: string, fields: readonly number[], count: number, extra = 0): string {
  const data = Float32Array.from({ length: count }, (_, index) => index);
  const head = new Uint8Array(Int32Array.from(fields).buffer);
  return writeParts(join(folder, name), head, new Uint8Array(data.buffer), new Uint8Array(extra));
}

describe("openLlama2c", () => {
  test("splits the sections per layer", () => {
    const file = expectValue(openLlama2c(fileOf("shared.bin", header, floatCount)));
    expect(file.config).toMatchObject({
      dimension: 4,
      keyValueHeadCount: 1,
      vocabularySize: 5,
      sharedClassifier: true,
    });
    expect(file.tensors.size).toBe(2 + 2 * 9);
    expect(file.tensors.get("layers.1.wk")?.shape).toEqual([2, 4]);
    // Embeddings, both rms_att, and the first wq come before.
    expect(floatsOf(file.read("layers.1.wq"))[0]).toBe(20 + 8 + 16);
    expect(floatsOf(file.read("rms_final"))).toEqual(
      Float32Array.of(0, 1, 2, 3).map((step) => 20 + sizes.layers + step),
    );
    file.close();
  });

  test("finds a separate classifier behind the rotary tables", () => {
    const file = expectValue(openLlama2c(fileOf("separate.bin", header.with(5, -5), floatCount + 20)));
    expect(file.config).toMatchObject({ vocabularySize: 5, sharedClassifier: false });
    expect(floatsOf(file.read("wcls"))[0]).toBe(floatCount);
    file.close();
  });

  test("reports every implausible size", () => {
    const path = fileOf("sizes.bin", [0, 3, -2, 2, 1, 5, 6], 0);
    expect(codesOf(openLlama2c(path))).toEqual(["llama2c-header", "llama2c-header"]);
    expect(problemsOf(openLlama2c(path))[0]?.message).toBe(`${path}: dimension is 0, expected at least 1`);
    const heads = openLlama2c(fileOf("heads.bin", [10, 3, 2, 4, 3, 5, 6], 0));
    expect(problemsOf(heads).map(({ message }) => message.replace(/.*: /, ""))).toEqual([
      "dimension 10 does not give 4 heads of even size",
      "4 heads do not share 3 key-value heads",
    ]);
  });

  test("recognises the versioned formats", () => {
    const [problem] = problemsOf(openLlama2c(fileOf("versioned.bin", header.with(0, 0x616b3432), 0)));
    expect(problem).toMatchObject({
      code: "llama2c-header",
      hint: "export the checkpoint again with --version 0",
    });
  });

  test("names the first tensor that is cut, and what is left over", () => {
    const short = fileOf("short.bin", header, 30);
    const [truncated] = problemsOf(openLlama2c(short));
    expect(truncated?.code).toBe("llama2c-truncated");
    expect(truncated?.message).toContain(
      `${short}: the file has 148 bytes, its header asks for ${28 + 4 * floatCount}`,
    );
    expect(truncated?.message).toContain("first tensor affected is layers.0.wq");
    const long = openLlama2c(fileOf("long.bin", header, floatCount, 3));
    expect(problemsOf(long)[0]).toMatchObject({ code: "llama2c-length" });
    expect(problemsOf(long)[0]?.message).toContain("3 are left over");
    expect(codesOf(openLlama2c(writeParts(join(folder, "tiny.bin"), "abc")))).toEqual(["llama2c-truncated"]);
    expect(codesOf(openLlama2c(join(folder, "absent.bin")))).toEqual(["file-not-found"]);
  });

  test("survives a header whose sizes are absurd", () => {
    const largest = 2 ** 31 - 1;
    const fields = [2, largest, largest, 1, 1, largest, largest];
    expect(codesOf(openLlama2c(fileOf("absurd.bin", fields, 10)))).toEqual(["llama2c-truncated"]);
  });
});

const stories = resolve("../shared/models/stories260K");
if (!existsSync(stories)) console.warn(`skipped: no ${stories}`);

describe.skipIf(!existsSync(stories))("stories260K", () => {
  test("has the documented places and shapes", () => {
    const layout: { tensors: Record<string, { byte_offset: number; shape: number[] }> } = JSON.parse(
      readFileSync(join(stories, "stories260K.layout.json"), "utf8"),
    );
    const file = expectValue(openLlama2c(join(stories, "stories260K.bin")));
    for (const [name, { byte_offset, shape }] of Object.entries(layout.tensors)) {
      if (name.startsWith("freq_cis")) continue;
      const whole = file.tensors.get(name);
      const entry = whole ?? file.tensors.get(`layers.0.${name}`);
      expect(entry).toMatchObject({
        byteOffset: byte_offset,
        shape: whole === undefined ? shape.slice(1) : shape,
      });
    }
    expect(file.tensors.get("layers.4.w3")?.shape).toEqual([172, 64]);
    file.close();
  });
});
