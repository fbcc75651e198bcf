import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { loadTokenizer } from "../../../runtime/text/load-tokenizer.ts";
import { byteTokenizer } from "../../../runtime/text/tokenizer.ts";
import {
  codesOf,
  expectValue,
  problemsOf,
  temporaryFolder,
  writeParts,
} from "../../compiler/import/files.ts";

const folder = temporaryFolder();

test("the byte tokenizer gives the UTF-8 bytes and back", () => {
  const tokenizer = byteTokenizer();
  expect([...tokenizer.encode("aé")]).toEqual([97, 0xc3, 0xa9]);
  expect([...tokenizer.decode([0xc3])]).toEqual([0xc3]);
  expect([...tokenizer.encode(Uint8Array.of(255))]).toEqual([255]);
  expect([...tokenizer.decode([300])]).toEqual([0xef, 0xbf, 0xbd]);
  expect([tokenizer.vocabularySize, tokenizer.bos]).toEqual([256, undefined]);
});

describe("loadTokenizer", () => {
  test("knows bytes and the byte document", () => {
    writeParts(join(folder, "byte.json"), '{"type": "byte", "vocab_size": 256}');
    for (const spec of ["bytes", "byte.json", join(folder, "byte.json")]) {
      expect(expectValue(loadTokenizer(spec, folder)).vocabularySize).toBe(256);
    }
  });

  test("reports other specs and absent files", () => {
    expect(codesOf(loadTokenizer("tokenizer.model", folder))).toEqual(["tokenizer-spec"]);
    expect(codesOf(loadTokenizer("absent.json", folder))).toEqual(["file-not-found"]);
    expect(codesOf(loadTokenizer("absent.bin", folder))).toEqual(["file-not-found"]);
    expect(problemsOf(loadTokenizer("absent.bin", folder))[0]?.message).toContain(join(folder, "absent.bin"));
  });
});

const shared = resolve("../shared/models/tiny-llama");
if (!existsSync(shared)) console.warn(`skipped: no ${shared}`);

test.skipIf(!existsSync(shared))("tiny-llama's tokenizer.json is the byte tokenizer", () => {
  expect([...expectValue(loadTokenizer("tokenizer.json", shared)).encode("In")]).toEqual([73, 110]);
});
