import { describe, expect, it } from "vitest";
import { parseDirectives } from "../../../compiler/check/directives.ts";

const parse = (text: string, prefix = "CHECK") => {
  const result = parseDirectives(text, "a.ir", prefix);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
};
const codes = (text: string) => {
  const result = parseDirectives(text, "a.ir", "CHECK");
  return result.ok ? [] : result.diagnostics.map(({ code }) => code);
};
const partsOf = (pattern: string) => parse(`// CHECK: ${pattern}`)[0]!.pattern.parts;

describe("directives", () => {
  it("are read in order with kind and count", () => {
    const text = ["", "-NEXT", "-SAME", "-NOT", "-DAG", "-LABEL", "-COUNT-3"].map((s) => `// CHECK${s}: x`);
    expect(parse(text.join("\n")).map(({ kind, count }) => [kind, count])).toEqual([
      ["plain", 1],
      ["next", 1],
      ["same", 1],
      ["not", 1],
      ["dag", 1],
      ["label", 1],
      ["count", 3],
    ]);
    expect(parse("// CHECK: a\n// CHECK-EMPTY:\n")[1]!.kind).toBe("empty");
  });

  it("have a span without line end and trailing spaces", () => {
    const text = "%0 = a // CHECK: foo  \r\n";
    const { span, pattern } = parse(text)[0]!;
    expect(text.slice(span.start, span.end)).toBe("CHECK: foo");
    expect(pattern.source).toBe("foo");
  });

  it("belong to one prefix only", () => {
    expect(
      parse("// CHECK: a\n// WIDE: b\n// WIDEST: c", "WIDE").map(({ pattern }) => pattern.source),
    ).toEqual(["b"]);
  });
});

describe("patterns", () => {
  it("consist of text, regexes, definitions and uses", () => {
    expect(parse("// CHECK: [[A:x]]\n// CHECK: a {{b+}} %[[V:.*]] = [[A]]")[1]!.pattern.parts).toMatchObject([
      { kind: "text", text: "a " },
      { kind: "regex", regex: "b+" },
      { kind: "text", text: " %" },
      { kind: "define", name: "V", regex: ".*" },
      { kind: "text", text: " = " },
      { kind: "use", name: "A" },
    ]);
  });

  it("end a regex at the braces that close it", () => {
    expect(partsOf("{{a{2}}}")).toMatchObject([{ regex: "a{2}" }]);
    expect(partsOf("{x = {{a|b}}}")).toMatchObject([{ text: "{x = " }, { regex: "a|b" }, { text: "}" }]);
    expect(partsOf("{{\\{}}")).toMatchObject([{ regex: "\\{" }]);
  });

  it("end a definition behind its character classes", () => {
    expect(partsOf("[[V:[a-z]]]!")).toMatchObject([{ name: "V", regex: "[a-z]" }, { text: "!" }]);
  });

  it("keep nested brackets of constants as text", () => {
    expect(partsOf("dense<[[1, 2], [3, 4]]>")).toMatchObject([
      { kind: "text", text: "dense<[[1, 2], [3, 4]]>" },
    ]);
  });

  it.each([
    ["{{a", "check-bad-pattern"],
    ["[[V:a", "check-bad-pattern"],
    ["[[#N]]", "check-bad-pattern"],
    ["[[@LINE+1]]", "check-bad-pattern"],
    ["[[V:a]] [[V:b]]", "check-bad-pattern"],
    ["{{(}}", "check-bad-regex"],
    ["[[V:*]]", "check-bad-regex"],
    ["{{[[:space:]]}}", "check-bad-regex"],
    ["{{(a)\\1}}", "check-bad-regex"],
    ["{{(?<n>a)}}", "check-bad-regex"],
    ["[[V]]", "check-undefined-variable"],
    ["[[V]] [[V:a]]", "check-undefined-variable"],
    ["", "check-empty-pattern"],
  ])("reject %j", (pattern, code) => {
    expect(codes(`// CHECK: ${pattern}`)).toEqual([code]);
  });
});

describe("the order of directives", () => {
  it.each(["-NEXT: a", "-SAME: a", "-EMPTY:"])("needs a match before %s", (directive) => {
    expect(codes(`// CHECK${directive}`)).toEqual(["check-no-previous"]);
    expect(codes(`// CHECK-NOT: x\n// CHECK${directive}`)).toEqual(["check-no-previous"]);
    expect(codes(`// CHECK-LABEL: x\n// CHECK${directive}`)).toEqual([]);
  });

  it("clears plain variables at a label and keeps those with $", () => {
    const text = (name: string) => `// CHECK: [[${name}:a]]\n// CHECK-LABEL: f\n// CHECK: [[${name}]]`;
    expect(codes(text("V"))).toEqual(["check-undefined-variable"]);
    expect(codes(text("$V"))).toEqual([]);
  });

  it("lets a -NOT define a variable for itself only", () => {
    expect(codes("// CHECK-NOT: [[V:a]] [[V]]")).toEqual([]);
    expect(codes("// CHECK-NOT: [[V:a]]\n// CHECK: [[V]]")).toEqual(["check-undefined-variable"]);
  });

  it("allows no variables in labels, no pattern after -EMPTY, no count of zero", () => {
    expect(codes("// CHECK-LABEL: [[V:a]]")).toEqual(["check-label-variable"]);
    expect(codes("// CHECK: a\n// CHECK-EMPTY: b")).toEqual(["check-bad-pattern"]);
    expect(codes("// CHECK-COUNT-0: b")).toEqual(["check-bad-count"]);
  });
});
