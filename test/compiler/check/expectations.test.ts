import { describe, expect, it } from "vitest";
import { parseExpectations } from "../../../compiler/check/expectations.ts";
import { matchDiagnostics } from "../../../compiler/check/match-diagnostics.ts";
import { type Diagnostic, error } from "../../../compiler/diagnostics/diagnostic.ts";

const parse = (text: string) => {
  const result = parseExpectations(text, "a.ir");
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
};
const faults = (text: string) => {
  const result = parseExpectations(text, "a.ir");
  return result.ok ? [] : result.diagnostics;
};
const at = (text: string, word: string) => {
  const start = text.indexOf(word);
  return { span: { file: "a.ir", start, end: start + word.length } };
};
const codesOf = (text: string, ...diagnostics: readonly Diagnostic[]) =>
  matchDiagnostics(parse(text), diagnostics, text).map(({ code }) => code);

describe("an expectation", () => {
  it.each([
    ["x // expected-error {{a}}", { kind: "error", line: 1, text: "a", count: 1, code: undefined }],
    ["// expected-error@+1 {{a}}\nx", { line: 2 }],
    ["x\n// expected-warning@-1{{a}}", { kind: "warning", line: 1 }],
    ["x\n// expected-remark@above {{a}}", { kind: "remark", line: 1 }],
    ["// expected-note@below {{a}}\r\nx\r\n", { kind: "note", line: 2 }],
    ["// expected-error@unknown {{a}}", { line: undefined }],
    ["// expected-error[operand-type]@+0 2 {{a}}", { code: "operand-type", line: 1, count: 2 }],
    ["// expected-error[operand-type] {{}}", { code: "operand-type", text: "" }],
    ["// expected-error {{got {a = {b}}}}", { text: "got {a = {b}}" }],
    ["// expected-error-re {{a {{[0-9]+}}}}", { text: "a {{[0-9]+}}" }],
  ])("%j is read", (text, expected) => {
    expect(parse(text)).toMatchObject([expected]);
  });

  it("shares a comment with another", () => {
    expect(parse("// expected-error {{a}} expected-note@-0 {{b}}").map(({ text }) => text)).toEqual([
      "a",
      "b",
    ]);
  });

  it("looks past stacked expectations for above and below", () => {
    const text =
      "// expected-error@below {{a}}\n// expected-error@below {{b}}\nx\n// expected-note@above {{c}}\n";
    expect(parse(text).map(({ line }) => line)).toEqual([3, 3, 3]);
  });

  it.each([
    ["expected-eror@+1 {{a}}", "expectation-misspelt", "write expected-error"],
    ["expected-errors {{a}}", "expectation-misspelt", "write expected-error"],
    ["expect-error@+1 {{a}}", "expectation-misspelt", "write expected-error"],
    ["Expected-error@+1 {{a}}", "expectation-misspelt", "write expected-error"],
    ["expected error@+1 {{a}}", "expectation-misspelt", "write expected-error"],
    ["expected-info {{a}}", "expectation-misspelt", undefined],
    ["TODO expected-error@+1 {{a}}", "expectation-misspelt", undefined],
    ["expected-error@+1 a", "expectation-malformed", undefined],
    ["expected-error@+1 {{a", "expectation-malformed", undefined],
    ["expected-error@+1 {a}", "expectation-malformed", undefined],
    ["expected-error@over {{a}}", "expectation-malformed", undefined],
    ["expected-error {{a}} and more", "expectation-malformed", undefined],
    ["expected-error", "expectation-malformed", undefined],
    ["expected-error {{}}", "expectation-empty", undefined],
    ["expected-error 0 {{a}}", "expectation-count", undefined],
    ["expected-error@+1 {{a}}", "expectation-out-of-range", undefined],
    ["expected-error-re {{a {{(}}}}", "check-bad-regex", undefined],
    ["expected-error-re {{[[V:a]]}}", "check-bad-pattern", undefined],
  ])("%s is rejected", (comment, code, hint) => {
    expect(faults(`// ${comment}`)).toMatchObject([hint === undefined ? { code } : { code, hint }]);
  });

  it.each([
    "expected errors are listed below",
    "the expected-error harness",
    "expected value: 3",
    "expectations follow",
    "note [1] explains",
    "COM: expected-error {{a}}",
    "CHECK: x expected-error {{a}}",
  ])("prose is none: %s", (comment) => {
    expect(faults(`// ${comment}`)).toEqual([]);
  });
});

describe("matching diagnostics", () => {
  const text = "// expected-error@+1 {{bad a}}\nop_a\nop_b\n";

  it("accepts an expected error on its line", () => {
    expect(codesOf(text, error("c", "very bad a here", at(text, "op_a")))).toEqual([]);
  });

  it("reports an expectation nobody meets", () => {
    expect(codesOf(text)).toEqual(["expectation-unmet"]);
  });

  it("reports both when the line is wrong, and says where it was", () => {
    const result = matchDiagnostics(parse(text), [error("c", "bad a", at(text, "op_b"))], text);
    expect(result).toMatchObject([
      { code: "expectation-unmet", hint: 'there is error[c] "bad a" on line 3' },
      {
        code: "unexpected-diagnostic",
        message: 'unexpected error[c] "bad a" on line 3',
        span: { start: 36 },
      },
    ]);
  });

  it("compares severity", () => {
    const warning: Diagnostic = { ...error("c", "bad a", at(text, "op_a")), severity: "warning" };
    expect(codesOf(text, warning)).toEqual(["expectation-unmet", "unexpected-diagnostic"]);
  });

  it("needs no expectation for remarks and notes", () => {
    const remark: Diagnostic = { ...error("c", "fused", at(text, "op_b")), severity: "remark" };
    const notes = [{ message: "here", ...at(text, "op_b") }];
    expect(codesOf(text, error("c", "bad a", { ...at(text, "op_a"), notes }), remark)).toEqual([]);
  });

  it("needs one diagnostic for each expectation", () => {
    const twice = "op // expected-error 2 {{bad}}";
    const bad = error("c", "bad", at(twice, "op"));
    expect(codesOf(twice, bad)).toEqual(["expectation-unmet"]);
    expect(codesOf(twice, bad, bad)).toEqual([]);
    expect(codesOf(twice, bad, bad, bad)).toEqual(["unexpected-diagnostic"]);
  });

  it("does not let a vague text starve a precise one", () => {
    const both = "op // expected-error {{bad}} expected-error {{bad a}}";
    const place = at(both, "op");
    expect(codesOf(both, error("c", "bad a", place), error("c", "bad b", place))).toEqual([]);
  });

  it("compares the code where one is given", () => {
    const coded = "op // expected-error[operand-type] {{bad}}";
    expect(codesOf(coded, error("operand-type", "bad", at(coded, "op")))).toEqual([]);
    expect(codesOf(coded, error("other", "bad", at(coded, "op")))).toHaveLength(2);
  });

  it("finds notes at their own place", () => {
    const noted = "op_a // expected-error {{bad}}\nop_b // expected-note {{see}}\n";
    const notes = [{ message: "see here", ...at(noted, "op_b") }];
    expect(codesOf(noted, error("c", "bad", { ...at(noted, "op_a"), notes }))).toEqual([]);
    expect(codesOf(noted, error("c", "bad", at(noted, "op_a")))).toEqual(["expectation-unmet"]);
  });

  it("takes errors without a place, or in another file, as unknown", () => {
    const unknown = "// expected-error@unknown {{bad}}\nop\n";
    expect(codesOf(unknown, error("c", "bad"))).toEqual([]);
    expect(codesOf(unknown, error("c", "bad", { span: { file: "b.ir", start: 0, end: 1 } }))).toEqual([]);
    expect(codesOf(unknown, error("c", "bad", at(unknown, "op")))).toHaveLength(2);
  });

  it("matches regexes only in -re expectations", () => {
    const regex = "op // expected-error-re {{rank {{[0-9]+}} (max)}}";
    expect(codesOf(regex, error("c", "has rank 12 (max)", at(regex, "op")))).toEqual([]);
    const plain = "op // expected-error {{rank .*}}";
    expect(codesOf(plain, error("c", "rank 12", at(plain, "op")))).toHaveLength(2);
  });

  it("reports any error of a file that expects none", () => {
    expect(codesOf("op\n", error("c", "bad", at("op\n", "op")))).toEqual(["unexpected-diagnostic"]);
  });
});
