import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openLlama2cTokenizer } from "../../../runtime/text/llama2c-tokenizer.ts";
import { type MergeRules, mergePairs } from "../../../runtime/text/merge-pairs.ts";
import {
  codesOf,
  expectValue,
  problemsOf,
  temporaryFolder,
  writeParts,
} from "../../compiler/import/files.ts";

const folder = temporaryFolder();

function pieceBytes(piece: string, score: number): Uint8Array {
  const text = Buffer.from(piece);
  const head = Buffer.alloc(8);
  head.writeFloatLE(score, 0);
  head.writeInt32LE(text.length, 4);
  return Buffer.concat([head, text]);
}

const largestLength = Uint8Array.of(9, 0, 0, 0);
const byteNames = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
);
const fixed = ["<unk>", "\n<s>\n", "\n</s>\n", ...byteNames].map((piece) => pieceBytes(piece, 0));

const fileOf = (name: string, scored: Readonly<Record<string, number>>): string =>
  writeParts(
    join(folder, name),
    largestLength,
    ...fixed,
    ...Object.entries(scored).map(([piece, score]) => pieceBytes(piece, score)),
  );

const small = { " ": -9, a: -9, b: -9, é: -9, ab: -2, ba: -2, aba: -5, " a": -3, éa: -1e11 };
const [space, a, b, accented, ab, , aba] = Object.keys(small).map((_, index) => 259 + index);
const openSmall = (prefixSpace: boolean) =>
  expectValue(openLlama2cTokenizer(fileOf("small.bin", small), { prefixSpace }));

describe("openLlama2cTokenizer", () => {
  test("merges the best pair first, the leftmost on ties", () => {
    const tokenizer = openSmall(false);
    expect([...tokenizer.encode("abab")]).toEqual([ab, ab]);
    expect([...tokenizer.encode("aba")]).toEqual([aba]);
    expect([...tokenizer.encode("bab")]).toEqual([264, b]);
  });

  test("puts a space before a text that is not empty", () => {
    expect([...openSmall(true).encode("b")]).toEqual([space, b]);
    expect([...openSmall(true).encode("a")]).toEqual([266]);
    expect([...openSmall(true).encode("")]).toEqual([]);
  });

  test("falls back to bytes and never merges into a score at run.c's floor", () => {
    const tokenizer = openSmall(false);
    expect([...tokenizer.encode("éa")]).toEqual([accented, a]);
    expect([...tokenizer.encode("€")]).toEqual([0xe2 + 3, 0x82 + 3, 0xac + 3]);
    expect([...tokenizer.encode(Uint8Array.of(0x80, 0xc3))]).toEqual([0x83, 0xc6]);
  });

  test("decodes raw bytes, drops the space after BOS only, and BOS itself", () => {
    const tokenizer = openSmall(true);
    const text = (...tokens: readonly number[]) => Buffer.from(tokenizer.decode(tokens)).toString();
    expect(text(1, 266, 266)).toBe("a a");
    expect(text(266)).toBe(" a");
    expect([...tokenizer.decode([0xe2 + 3])]).toEqual([0xe2]);
    expect([...tokenizer.decode([9999])]).toEqual([0xef, 0xbf, 0xbd]);
    expect(text(1, ...tokenizer.encode("aé €ab"))).toBe("aé €ab");
  });

  test("reports damaged files, naming file and token", () => {
    const path = fileOf("whole.bin", small);
    const whole = readFileSync(path);
    const cut = (length: number) => writeParts(join(folder, `cut-${length}.bin`), whole.subarray(0, length));
    const cases: readonly (readonly [string, string, string])[] = [
      [cut(2), "tokenizer-truncated", "the file has 2"],
      [cut(whole.length - 1), "tokenizer-truncated", "token 267 "],
      [cut(whole.length - 5), "tokenizer-truncated", "token 267 "],
      [cut(4), "tokenizer-vocabulary", "token 3 is absent"],
      [writeParts(join(folder, "zero.bin"), new Uint8Array(4)), "tokenizer-header", "length is 0"],
      [
        writeParts(join(folder, "wide.bin"), largestLength, pieceBytes("0123456789", 0)),
        "tokenizer-header",
        "token 0 ",
      ],
      [fileOf("spaceless.bin", { a: 0 }), "tokenizer-vocabulary", "space"],
    ];
    for (const [file, code, words] of cases) {
      const result = openLlama2cTokenizer(file);
      expect(codesOf(result)).toEqual([code]);
      expect(problemsOf(result)[0]?.message).toContain(file);
      expect(problemsOf(result)[0]?.message).toContain(words);
    }
  });
});

describe("mergePairs", () => {
  /** The definition: look at all pairs again after every merge. */
  function mergeByRescanning(tokens: readonly number[], rules: MergeRules): number[] {
    const merged = [...tokens];
    for (;;) {
      const candidates = merged.slice(1).flatMap((right, at) => {
        const token = rules.merge(merged[at]!, right);
        return token === undefined ? [] : [{ at, token, rank: rules.rank(token) }];
      });
      const best = candidates.toSorted((left, right) => left.rank - right.rank || left.at - right.at)[0];
      if (best === undefined) return merged;
      merged.splice(best.at, 2, best.token);
    }
  }

  test("equals its definition on random rules, ties included", () => {
    const rule = fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 6 }), fc.nat({ max: 6 }));
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 6 }), { maxLength: 60 }),
        fc.array(rule, { maxLength: 25 }),
        fc.array(fc.nat({ max: 3 }), { minLength: 7, maxLength: 7 }),
        (tokens, pairs, ranks) => {
          const table = new Map(pairs.map(([left, right, token]) => [7 * left + right, token]));
          const rules: MergeRules = {
            merge: (left, right) => table.get(7 * left + right),
            rank: (token) => ranks[token]!,
          };
          expect([...mergePairs(tokens, rules)]).toEqual(mergeByRescanning(tokens, rules));
        },
      ),
      { numRuns: 1000, seed: 1 },
    );
  });
});

const stories = resolve("../shared/models/stories260K");
if (!existsSync(stories)) console.warn(`skipped: no ${stories}`);

describe.skipIf(!existsSync(stories))("tok512", () => {
  test("gives the reference tokens of the validation text, and the text back", () => {
    const tokenizer = expectValue(openLlama2cTokenizer(join(stories, "tok512.bin")));
    const text = readFileSync(join(stories, "text/tinystories_val.txt"));
    const reference = readFileSync(join(stories, "ref/tinystories_val.tokens.i32.bin"));
    const tokens = tokenizer.encode(text);
    const expected = Array.from({ length: reference.length / 4 }, (_, index) =>
      reference.readInt32LE(4 * index),
    );
    expect(expected).toHaveLength(20400);
    expect([...tokens.subarray(0, 20400)]).toEqual(expected);
    expect(Buffer.from(tokenizer.decode([1, ...tokens])).equals(text)).toBe(true);
    expect([tokenizer.vocabularySize, tokenizer.bos]).toEqual([512, 1]);
  });
});
