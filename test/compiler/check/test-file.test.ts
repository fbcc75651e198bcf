import { describe, expect, it } from "vitest";
import { validateTestFile } from "../../../compiler/check/test-file.ts";

const validate = (text: string) => validateTestFile(text, "a.ir");
const codes = (text: string) => validate(text).map(({ code }) => code);
const withRun = (comment: string) => `// RUN: narrow opt %s\n// CHECK: a\n// ${comment}\n`;

describe("a misspelt directive is an error", () => {
  it.each([
    ["CHECk: a", "write CHECK:"],
    ["check: a", "write CHECK:"],
    ["CHEKC: a", "write CHECK:"],
    ["CHEK: a", "write CHECK:"],
    ["CHECKS: a", "write CHECK:"],
    ["CHECK : a", "write CHECK:"],
    ["CHECK; a", "write CHECK:"],
    ["CHEKC-NEXT: a", "write CHECK-NEXT:"],
    ["CHECK-NXT: a", "write CHECK-NEXT:"],
    ["CHECK-NTO: a", "write CHECK-NOT:"],
    ["CHECK-Next: a", "write CHECK-NEXT:"],
    ["CHECK NEXT: a", "write CHECK-NEXT:"],
    ["CHECK_NEXT: a", "write CHECK-NEXT:"],
    ["CHECKNEXT: a", "write CHECK-NEXT:"],
    ["check-next: a", "write CHECK-NEXT:"],
    ["CHECK-NEXT : a", "write CHECK-NEXT:"],
    ["CHECK-NEXT; a", "write CHECK-NEXT:"],
    ["CHECK-NEXT a", "write CHECK-NEXT: with a colon"],
    ["CHEKC-NEXT a", "write CHECK-NEXT: with a colon"],
    ["CHECK-COUNT-2 a", "write CHECK-COUNT-2: with a colon"],
    ["CHECK %0 = a", "write CHECK: with a colon"],
    ["CHECK-COUNT: a", "write CHECK-COUNT-2:"],
    ["CHECK-COUNT-n: a", "write CHECK-COUNT-2:"],
    ["CHECK-COUNT3: a", "write CHECK-COUNT-3:"],
    ["CHECK-LABLE: a", "write CHECK-LABEL:"],
    ["CHECK-FOO: a", "write CHECK: or CHECK- with NEXT, SAME, NOT, DAG, LABEL, EMPTY, COUNT"],
    ["RUN : narrow opt", "write RUN: or RUN[NAME]:"],
    ["Run: narrow opt", "write RUN: or RUN[NAME]:"],
    ["RNU: narrow opt", "write RUN: or RUN[NAME]:"],
    ["RUN [WIDE]: narrow opt", "write RUN: or RUN[NAME]:"],
    ["RUN(WIDE): narrow opt", "write RUN: or RUN[NAME]:"],
    ["RUN[WIDE: narrow opt", "write RUN: or RUN[NAME]:"],
    ["RUN narrow opt", "write RUN: or RUN[NAME]:"],
    ["// CHECK: a", "start the comment with CHECK:, or with COM: to disable it"],
    ["then CHECK-NOT: a", "start the comment with CHECK-NOT:, or with COM: to disable it"],
    ["----", "write // ----- between inputs"],
  ])("%s", (comment, hint) => {
    expect(validate(withRun(comment))).toMatchObject([{ code: "check-misspelt", hint }]);
  });

  it("also for a declared prefix", () => {
    const text = "// RUN[WIDE]: narrow opt %s\n// WDIE-NEXT: a\n// WIDE NOT: a\n";
    expect(validate(text).map(({ hint }) => hint)).toEqual(["write WIDE-NEXT:", "write WIDE-NOT:"]);
  });
});

describe("prose is no directive", () => {
  it.each([
    "checks that the scale is kept",
    "CHECK lines follow below",
    "check that a: b holds",
    "Checks: the scale, the bias",
    "NOTE: the order matters",
    "TODO: more",
    "CODE: x",
    "see `CHECK:` below",
    "this runs: narrow opt",
    "NB: narrow opt prints nothing",
    "run this by hand",
    "COM: CHECK: disabled",
    "-----",
    "------------------------",
    "the check-next pass",
    "an unchecked cast: fine",
    "expected {a} to hold",
    "next: a",
    "label: a",
    "Check the following: a, b",
    "https://example.org/CHECK",
    "",
  ])("%s", (comment) => {
    expect(validate(withRun(comment))).toEqual([]);
  });

  it("beside a lower-case prefix, which names a golden file", () => {
    expect(validate("// RUN[kept]: narrow opt %s\n// Kept: as it is\n")).toEqual([]);
  });
});

describe("a test file", () => {
  it("with CHECK but no RUN is an error", () => {
    expect(codes("// CHECK: a\n// CHECK: b\n")).toEqual(["check-without-run"]);
    expect(codes("// RUN[WIDE]: narrow opt %s\n// CHECK: a\n")).toEqual(["check-without-run"]);
  });

  it("with directives of an undeclared prefix is an error", () => {
    expect(validate(withRun("WIDE-NEXT: a"))).toMatchObject([
      { code: "check-without-run", hint: "add // RUN[WIDE]: narrow …" },
    ]);
  });

  it("with RUN but no directives is fine", () => {
    expect(codes("// RUN: narrow opt %s\n// RUN[3-bit]: narrow opt %s\n")).toEqual([]);
  });

  it("that runs and expects nothing is an error", () => {
    expect(codes("%0 = a\n")).toEqual(["no-run-line"]);
    expect(codes("%0 = a // expected-error {{b}}\n")).toEqual([]);
  });

  it("may use several prefixes of which one starts with another", () => {
    const text =
      "// RUN[W4]: narrow a\n// RUN[W4-FAST]: narrow b\n// W4-NOT: a\n// W4-FAST-NOT: b\n// W4-FAST: c\n";
    expect(codes(text)).toEqual([]);
  });

  it("reports all its faults in file order", () => {
    const text = "// CHECk: a\n// CHECK-NEXT: a\n// RUN: cat\n// CHECK: {{(}}\n// expected-eror@+1 {{a}}\n";
    expect(codes(text)).toEqual([
      "check-misspelt",
      "run-line-unknown-command",
      "check-bad-regex",
      "expectation-misspelt",
    ]);
  });
});
