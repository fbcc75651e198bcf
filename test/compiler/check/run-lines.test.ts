import { describe, expect, it } from "vitest";
import { parseRunLines } from "../../../compiler/check/run-lines.ts";

const parse = (text: string) => {
  const result = parseRunLines(text, "a.ir");
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
};
const codes = (text: string) => {
  const result = parseRunLines(text, "a.ir");
  return result.ok ? [] : result.diagnostics.map(({ code }) => code);
};

describe("RUN lines", () => {
  it("keep a quoted pipeline as one argument and leave %s in", () => {
    expect(parse('// RUN: narrow opt %s --pipeline "a,b"')[0]).toEqual({
      prefix: "CHECK",
      expectFailure: false,
      arguments: ["opt", "%s", "--pipeline", "a,b"],
      span: { file: "a.ir", start: 3, end: 38 },
    });
  });

  it("take their prefix from the brackets", () => {
    const lines = parse("// RUN: narrow opt %s\n// RUN[WIDE]: narrow opt %s --wide\n");
    expect(lines.map(({ prefix }) => prefix)).toEqual(["CHECK", "WIDE"]);
  });

  it("expect failure behind not", () => {
    expect(parse("// RUN: not narrow opt %s")[0]).toMatchObject({
      expectFailure: true,
      arguments: ["opt", "%s"],
    });
  });

  it("unquote as a shell does", () => {
    const [line] = parse(String.raw`// RUN: narrow 'a "b' "c 'd\" \\ \n" e\ f g'h'"i" ''`);
    expect(line!.arguments).toEqual(['a "b', String.raw`c 'd" \ \n`, "e f", "ghi", ""]);
  });

  it("continue after a backslash, also within a quoted pipeline and in CRLF files", () => {
    const [line] = parse('// RUN: narrow opt %s --pipeline "a,\\\r\n// RUN:   b" \\\r\n// RUN: -o x\r\n');
    expect(line!.arguments).toEqual(["opt", "%s", "--pipeline", "a,b", "-o", "x"]);
  });

  it("continue only on a line of the same prefix", () => {
    expect(codes("// RUN: narrow \\\n// RUN[WIDE]: narrow opt")).toEqual(["run-line-continuation"]);
    expect(codes("// RUN: narrow \\\n")).toEqual(["run-line-continuation"]);
  });

  it.each([
    ['// RUN: narrow "opt', "run-line-unterminated-quote"],
    ["// RUN: narrow 'opt", "run-line-unterminated-quote"],
    ["// RUN: mlir-opt %s", "run-line-unknown-command"],
    ["// RUN: not not narrow %s", "run-line-unknown-command"],
    ["// RUN:", "run-line-empty"],
    ["// RUN: narrow opt %s | FileCheck %s", "run-line-shell-syntax"],
    ["// RUN: narrow opt\n// RUN: narrow run", "run-line-duplicate-prefix"],
    ["// RUN[W]: narrow opt\n// RUN[W]: narrow run", "run-line-duplicate-prefix"],
    ["// RUN[A-NOT]: narrow opt", "run-line-bad-prefix"],
    ["// RUN[a(]: narrow opt", "run-line-bad-prefix"],
  ])("reject %j", (text, code) => {
    expect(codes(text)).toEqual([code]);
  });

  it("allow shell characters inside words and quotes", () => {
    expect(parse('// RUN: narrow opt "|" q<i4>')[0]!.arguments).toEqual(["opt", "|", "q<i4>"]);
  });

  it("report every faulty line", () => {
    expect(codes("// RUN: cat\n// RUN[W]: narrow '")).toEqual([
      "run-line-unknown-command",
      "run-line-unterminated-quote",
    ]);
  });

  it("are not found inside a string", () => {
    expect(parse('"// RUN: narrow opt"')).toEqual([]);
  });
});
