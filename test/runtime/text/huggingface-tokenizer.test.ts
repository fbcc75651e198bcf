import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { byteLevelBytes } from "../../../runtime/text/huggingface-decoding.ts";
import { openHuggingfaceTokenizer } from "../../../runtime/text/huggingface-tokenizer.ts";
import {
  codesOf,
  expectValue,
  problemsOf,
  temporaryFolder,
  writeParts,
} from "../../compiler/import/files.ts";

const folder = temporaryFolder();

function open(name: string, document: object, config?: object) {
  mkdirSync(join(folder, name), { recursive: true });
  if (config !== undefined) writeParts(join(folder, name, "tokenizer_config.json"), JSON.stringify(config));
  return openHuggingfaceTokenizer(writeParts(join(folder, name, "tokenizer.json"), JSON.stringify(document)));
}

const byteLevelCharacters = Array.from({ length: 0x144 }, (_, code) => String.fromCodePoint(code)).filter(
  (character) => byteLevelBytes(character) !== undefined,
);

const special = {
  id: 300,
  content: "<s>",
  special: true,
  normalized: false,
  single_word: false,
  lstrip: false,
  rstrip: false,
};

const byteLevel = {
  model: {
    type: "BPE",
    vocab: Object.fromEntries([...byteLevelCharacters.map((character, id) => [character, id]), ["ab", 256]]),
    merges: ["a b"],
  },
  pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, use_regex: true },
  decoder: { type: "ByteLevel" },
  added_tokens: [special],
};

const byteNames = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
);

const byteFallback = {
  model: {
    type: "BPE",
    vocab: Object.fromEntries(["<unk>", ...byteNames, "▁", "a"].map((piece, id) => [piece, id])),
    merges: [],
    unk_token: "<unk>",
    byte_fallback: true,
  },
  normalizer: {
    type: "Sequence",
    normalizers: [{ type: "Replace", pattern: { String: " " }, content: "▁" }],
  },
  decoder: {
    type: "Sequence",
    decoders: [
      { type: "Replace", pattern: { String: "▁" }, content: " " },
      { type: "ByteFallback" },
      { type: "Fuse" },
    ],
  },
};

const prependBos = {
  type: "TemplateProcessing",
  single: [{ SpecialToken: { id: "<s>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
  pair: [],
  special_tokens: { "<s>": { id: "<s>", ids: [300], tokens: ["<s>"] } },
};

describe("openHuggingfaceTokenizer", () => {
  test("names each byte once in a byte-level vocabulary", () => {
    expect(byteLevelCharacters).toHaveLength(256);
    expect(new Set(byteLevelCharacters.flatMap((character) => byteLevelBytes(character) ?? [])).size).toBe(
      256,
    );
    expect(byteLevelBytes("Ġ")).toEqual([32]);
    expect(byteLevelBytes("Ċ")).toEqual([10]);
  });

  test("gives byte-level text back, cut inside a character too", () => {
    const tokenizer = expectValue(open("level", byteLevel));
    const tokens = tokenizer.encode("ab  é€ , b .\n");
    expect(Buffer.from(tokenizer.decode(tokens)).toString()).toBe("ab  é€ , b .\n");
    expect(tokens[0]).toBe(256);
    const euro = tokenizer.encode("€");
    expect([...tokenizer.decode(euro.subarray(0, 2))]).toEqual([0xe2, 0x82]);
    expect(tokenizer.vocabularySize).toBe(301);
    expect([...tokenizer.decode([300, 999])]).toEqual([0xef, 0xbf, 0xbd]);
  });

  test("lets the bytes of a byte fallback through unchanged", () => {
    const tokenizer = expectValue(open("fallback", byteFallback));
    const tokens = tokenizer.encode("a €");
    expect(Buffer.from(tokenizer.decode(tokens)).toString()).toBe("a €");
    expect([...tokenizer.decode(tokens.subarray(0, tokens.length - 1))]).toEqual([97, 32, 0xe2, 0x82]);
  });

  test("takes as BOS what the tokenizer itself puts first, or what the configuration asks for", () => {
    const config = { bos_token: { content: "<s>" }, add_bos_token: true };
    expect(expectValue(open("template", { ...byteLevel, post_processor: prependBos })).bos).toBe(300);
    expect([
      ...expectValue(open("template", { ...byteLevel, post_processor: prependBos })).encode("ab"),
    ]).toEqual([256]);
    expect(expectValue(open("asked", byteLevel, config)).bos).toBe(300);
    expect(expectValue(open("unasked", byteLevel, { bos_token: "<s>" })).bos).toBeUndefined();
  });

  test("reports documents it cannot use", () => {
    const results = [
      open("empty", {}),
      open("list", []),
      open("unknown", { model: { type: "Nonsense" } }),
      openHuggingfaceTokenizer(writeParts(join(folder, "text.json"), "hello")),
    ];
    for (const result of results) {
      expect(codesOf(result)).toEqual(["tokenizer-document"]);
      expect(problemsOf(result)[0]?.message).toMatch(/\.json: /);
    }
  });
});
