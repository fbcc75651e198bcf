import { describe, expect, it } from "vitest";
import { splitInput } from "../../../compiler/check/split-input.ts";

describe("splitting input", () => {
  it("gives the whole text when there is no separator", () => {
    expect(splitInput("a\nb\n")).toEqual([{ text: "a\nb\n", startOffset: 0, startLine: 1 }]);
  });

  it.each(["a\nb\n// -----\nc\n", "a\r\nb\r\n// -----  \r\nc\r\n"])(
    "places the second piece in %j",
    (text) => {
      const pieces = splitInput(text);
      expect(pieces.map(({ startLine }) => startLine)).toEqual([1, 4]);
      expect(pieces.map((piece) => piece.text.trim())).toEqual([
        text.slice(0, text.indexOf("/")).trim(),
        "c",
      ]);
      for (const piece of pieces) expect(text.slice(piece.startOffset).startsWith(piece.text)).toBe(true);
    },
  );

  it("keeps empty pieces at the ends and between", () => {
    const pieces = splitInput("// -----\n// -----\n// -----");
    expect(pieces.map(({ text, startLine }) => [text, startLine])).toEqual([
      ["", 1],
      ["", 2],
      ["", 3],
      ["", 4],
    ]);
  });

  it("leaves other rows of dashes alone", () => {
    expect(splitInput("a\n// ------\n  // -----\n//-----\n// ----- b\n")).toHaveLength(1);
  });
});
