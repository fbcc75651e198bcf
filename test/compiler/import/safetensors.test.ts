import { existsSync, truncateSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { duplicateKeys } from "../../../compiler/import/safetensors/duplicate-keys.ts";
import { missingTensor, openSafetensors } from "../../../compiler/import/safetensors/read.ts";
import { codesOf, expectValue, problemsOf, temporaryFolder, writeParts } from "./files.ts";

const folder = temporaryFolder();

function lengthPrefix(length: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  return bytes;
}

function fileOf(name: string, header: string | object, dataLength: number): string {
  const json = typeof header === "string" ? header : JSON.stringify(header);
  return writeParts(
    join(folder, name),
    lengthPrefix(Buffer.byteLength(json)),
    json,
    new Uint8Array(dataLength).fill(7),
  );
}

const entry = (dtype: string, shape: readonly number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe("openSafetensors", () => {
  test("reads each tensor's own bytes, and scalars and empty tensors", () => {
    const header = { b: entry("U8", [2], 4, 6), a: entry("F32", [], 0, 4), none: entry("F32", [0, 3], 4, 4) };
    const path = fileOf("good.safetensors", { __metadata__: { format: "pt" }, ...header }, 6);
    const file = expectValue(openSafetensors(path));
    expect(file.metadata).toEqual({ format: "pt" });
    expect([...file.tensors.keys()].toSorted()).toEqual(["a", "b", "none"]);
    expect([...file.read("b")]).toEqual([7, 7]);
    expect(file.read("a")).toHaveLength(4);
    expect(file.read("none")).toHaveLength(0);
    expect(file.tensors.get("b")?.byteOffset).toBe((file.tensors.get("a")?.byteOffset ?? 0) + 4);
    file.read("b").fill(0);
    expect([...file.read("b")]).toEqual([7, 7]);
    file.close();
    expect(() => file.read("b")).toThrow("after it was closed");
  });

  test("suggests the nearest name for a missing tensor", () => {
    const file = expectValue(
      openSafetensors(fileOf("near.safetensors", { "layer.weight": entry("U8", [1], 0, 1) }, 1)),
    );
    const problem = missingTensor(file, "layer.wieght");
    expect(problem).toMatchObject({ code: "missing-tensor", hint: "did you mean layer.weight?" });
    expect(problem.message).toContain("near.safetensors");
    file.close();
  });

  test("reports an absent file and a directory", () => {
    const absent = openSafetensors(join(folder, "absent.safetensors"));
    expect(codesOf(absent)).toEqual(["file-not-found"]);
    expect(problemsOf(absent)[0]?.message).toContain("absent.safetensors");
    expect(problemsOf(openSafetensors(folder))[0]).toMatchObject({
      code: "file-not-found",
      message: `${folder} is a directory`,
    });
  });

  test("says how many bytes are missing and which tensor is the first affected", () => {
    const path = fileOf("short.safetensors", { a: entry("F32", [2], 0, 8), b: entry("F32", [2], 8, 16) }, 12);
    const [problem] = problemsOf(openSafetensors(path));
    expect(problem?.code).toBe("safetensors-truncated");
    expect(problem?.message).toBe(
      `${path}: 4 of 16 bytes of data are missing; the first tensor affected is b, of 1`,
    );
  });

  test("reports a header longer than the file, and a file shorter than the prefix", () => {
    const long = writeParts(join(folder, "long.safetensors"), lengthPrefix(100), "{}");
    expect(problemsOf(openSafetensors(long))[0]).toMatchObject({
      code: "safetensors-truncated",
      message: `${long}: the header claims 100 bytes, 98 of them are missing`,
    });
    expect(codesOf(openSafetensors(writeParts(join(folder, "tiny"), "abc")))).toEqual([
      "safetensors-truncated",
    ]);
  });

  test("refuses a header above 100 MB, one that is not JSON, and one that is not an object", () => {
    const huge = writeParts(join(folder, "huge.safetensors"), lengthPrefix(2 ** 40));
    for (const path of [huge, fileOf("text.safetensors", "hello", 0), fileOf("list.safetensors", "[1]", 0)]) {
      expect(codesOf(openSafetensors(path))).toEqual(["safetensors-header"]);
      expect(problemsOf(openSafetensors(path))[0]?.message).toContain(path);
    }
  });

  test("reports every bad entry of one header, by name", () => {
    const header = {
      __metadata__: { step: 3 },
      flat: 3,
      offsets: { dtype: "U8", shape: [1], data_offsets: [4, 2] },
      shaped: entry("U8", [-1], 0, 1),
      typed: entry("float32", [1], 1, 5),
    };
    const problems = problemsOf(openSafetensors(fileOf("many.safetensors", header, 5)));
    expect(problems.map(({ code }) => code)).toEqual([
      "safetensors-header",
      "safetensors-header",
      "safetensors-header",
      "safetensors-dtype",
      "safetensors-header",
    ]);
    for (const name of ["flat", "offsets", "shaped", "typed", "__metadata__"]) {
      expect(problems.some(({ message }) => message.includes(name))).toBe(true);
    }
  });

  test("suggests a dtype", () => {
    const [problem] = problemsOf(
      openSafetensors(fileOf("dtype.safetensors", { w: entry("BF15", [1], 0, 2) }, 2)),
    );
    expect(problem).toMatchObject({ code: "safetensors-dtype", hint: "did you mean BF16?" });
    expect(problem?.message).toMatch(/dtype\.safetensors: tensor w: dtype BF15 .*F8_E4M3/);
  });

  test("reports offsets that disagree with dtype and shape", () => {
    const [problem] = problemsOf(
      openSafetensors(fileOf("length.safetensors", { w: entry("F16", [3], 0, 8) }, 8)),
    );
    expect(problem?.code).toBe("safetensors-length");
    expect(problem?.message).toContain("tensor w: F16[3] takes 6 bytes, data_offsets hold 8");
    const half = openSafetensors(fileOf("half.safetensors", { w: entry("F4", [3], 0, 2) }, 2));
    expect(problemsOf(half)[0]?.message).toContain("takes 1.5 bytes");
  });

  test("reports overlaps, holes and bytes left over together", () => {
    const header = { a: entry("U8", [4], 0, 4), b: entry("U8", [4], 2, 6), c: entry("U8", [2], 8, 10) };
    const path = fileOf("holes.safetensors", header, 13);
    expect(problemsOf(openSafetensors(path)).map(({ message }) => message)).toEqual([
      `${path}: tensors a and b overlap by 2 bytes; expected one to begin where the other ends`,
      `${path}: a hole of 2 bytes between b and c; expected one to begin where the other ends`,
      `${path}: 3 bytes after the last tensor c; expected the file to end there`,
    ]);
    expect(new Set(codesOf(openSafetensors(path)))).toEqual(new Set(["safetensors-length"]));
  });

  test("reports a tensor that is named twice", () => {
    const text = JSON.stringify(entry("U8", [1], 0, 1));
    const [problem] = problemsOf(
      openSafetensors(fileOf("twice.safetensors", `{"w":${text},"w":${text}}`, 1)),
    );
    expect(problem?.code).toBe("safetensors-duplicate");
    expect(problem?.message).toMatch(/twice\.safetensors.* key w /);
  });

  test("opens a 2 GB file without reading its data", () => {
    const size = 2 ** 31;
    const header = JSON.stringify({ w: entry("U8", [size], 0, size), z: entry("U8", [1], size, size + 1) });
    const path = fileOf("large.safetensors", header, 0);
    truncateSync(path, 8 + header.length + size + 1);
    const before = process.memoryUsage().rss;
    const file = expectValue(openSafetensors(path));
    expect(file.tensors.get("w")?.byteLength).toBe(size);
    expect([...file.read("z")]).toEqual([0]);
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 2 ** 20);
    file.close();
  });
});

describe("duplicateKeys", () => {
  test("finds keys at every depth and is not misled by strings and escapes", () => {
    expect(duplicateKeys('{"a":{"b":1,"b":[{"c":"}\\"{"}]},"\\u0061":2,"x\\\\":"a"}')).toEqual(["a.b", "a"]);
    expect(duplicateKeys('{"a":["a","a"],"b":{"a":1}}')).toEqual([]);
  });
});

const model = resolve("../shared/models/tiny-llama/model.safetensors");
if (!existsSync(model)) console.warn(`skipped: no ${model}`);

describe.skipIf(!existsSync(model))("tiny-llama", () => {
  test("opens, and its tensors fill the file", () => {
    const file = expectValue(openSafetensors(model));
    const bytes = [...file.tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(bytes).toBeGreaterThan(1_000_000);
    file.close();
  });
});
