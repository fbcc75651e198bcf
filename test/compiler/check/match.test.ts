import { describe, expect, it } from "vitest";
import { parseDirectives } from "../../../compiler/check/directives.ts";
import { checkOutput } from "../../../compiler/check/match.ts";

/** Directives are written without comment slashes and prefix: `: a`, `-NEXT: b`. */
const check = (directives: readonly string[], output: string) => {
  const text = directives.map((directive) => `// CHECK${directive}`).join("\n");
  const parsed = parseDirectives(text, "a.ir", "CHECK");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return checkOutput(parsed.value, output);
};
const codes = (directives: readonly string[], output: string) =>
  check(directives, output).map(({ code }) => code);

type Case = readonly [claim: string, directives: readonly string[], output: string, codes: readonly string[]];

const cases: Readonly<Record<string, readonly Case[]>> = {
  CHECK: [
    ["searches forward", [": a", ": c"], "a\nb\nc\n", []],
    ["does not search back", [": c", ": a"], "a\nb\nc\n", ["check-not-found"]],
    ["may match twice on a line", [": a", ": a"], "a a\n", []],
    ["uses up what it matched", [": a", ": a"], "a\n", ["check-not-found"]],
    ["takes regex characters literally", [": (a.b)*+?[c]{d}|^$\\/-"], "(a.b)*+?[c]{d}|^$\\/-", []],
    ["does not let a literal dot match all", [": a.b"], "axb", ["check-not-found"]],
    ["matches any run of blanks by any other", [": a  b"], "a \t b\n", []],
    ["does not match a blank by nothing", [": a b"], "ab\n", ["check-not-found"]],
    ["does not cross lines", [": a{{[^x]*}}b"], "a\nb\n", ["check-not-found"]],
    ["anchors to whole lines", [": {{^}}b{{$}}"], "ab\nb\n", []],
    ["anchors only at the start of a line", [": a", ": {{^}}b"], "ab\n", ["check-not-found"]],
    ["keeps alternatives apart from text", [": a {{b|c}} d"], "a c d\n", []],
    ["reads CRLF output", [": a{{$}}", "-NEXT: b{{$}}", "-EMPTY:"], "a\r\nb\r\n\r\n", []],
    ["finds nothing in no output", ["-NOT: a"], "\n", ["check-no-output"]],
  ],
  NEXT: [
    ["matches on the next line", [": a", "-NEXT: b"], "a\nb\n", []],
    ["does not skip a line", [": a", "-NEXT: b"], "a\n\nb\n", ["check-next-wrong-line"]],
    ["does not match on the same line", [": a", "-NEXT: b"], "a b\nc\n", ["check-next-wrong-line"]],
    ["fails when the text is nowhere", [": a", "-NEXT: b"], "a\nc\n", ["check-not-found"]],
    ["fails at the end of the output", [": a", "-NEXT: b"], "a\n", ["check-not-found"]],
    ["follows a group of DAGs", ["-DAG: b", "-DAG: a", "-NEXT: c"], "a\nb\nc\n", []],
  ],
  SAME: [
    ["matches behind the last match", [": a", "-SAME: b"], "a b\n", []],
    ["does not match before it", [": b", "-SAME: a"], "a b\n", ["check-not-found"]],
    ["does not match a line later", [": a", "-SAME: b"], "a\nb\n", ["check-same-wrong-line"]],
    ["continues the line of a NEXT", [": a", "-NEXT: b", "-SAME: c"], "a\nb c\n", []],
    [
      "does not continue the line before a NEXT",
      [": a", "-NEXT: b", "-SAME: c"],
      "a c\nb\n",
      ["check-not-found"],
    ],
    ["may end a range of NOT", [": a", "-NOT: x", "-SAME: b"], "a x b\n", ["check-not-matched"]],
  ],
  NOT: [
    ["passes when the text is absent", [": a", "-NOT: x", ": b"], "a\nb\nx\n", []],
    ["forbids between two matches", [": a", "-NOT: x", ": b"], "a\nx\nb\n", ["check-not-matched"]],
    ["forbids before the first match", ["-NOT: x", ": a"], "x\na\n", ["check-not-matched"]],
    ["allows behind the match that follows", ["-NOT: x", ": a"], "a\nx\n", []],
    ["forbids after the last match", [": a", "-NOT: x"], "a\nx\n", ["check-not-matched"]],
    ["forbids in all of the output when alone", ["-NOT: x"], "a\nx\n", ["check-not-matched"]],
    ["checks every one of several", [": a", "-NOT: x", "-NOT: y"], "a\ny\n", ["check-not-matched"]],
    ["sees earlier variables", [": [[V:a.]]", "-NOT: [[V]]"], "a1\na2\na1\n", ["check-not-matched"]],
    [
      "sees variables as before the next match",
      [": [[V:a.]]", "-NOT: [[V]]", ": [[V:b.]]"],
      "a1\na1\nb1\n",
      ["check-not-matched"],
    ],
    ["does not see the matches around it", [": ax", "-NOT: x", ": xb"], "ax\nxb\n", []],
  ],
  DAG: [
    ["matches in any order", ["-DAG: a", "-DAG: b", ": c"], "b\na\nc\n", []],
    ["does not overlap", ["-DAG: add", "-DAG: add"], "add\n", ["check-not-found"]],
    ["finds the second of two equal texts", ["-DAG: add", "-DAG: add"], "add add\n", []],
    ["starts behind the match before", [": a", "-DAG: b"], "b\na\n", ["check-not-found"]],
    [
      "puts what follows behind the whole group",
      ["-DAG: c", "-DAG: a", ": b"],
      "a\nb\nc\n",
      ["check-not-found"],
    ],
    ["binds variables for the group", ["-DAG: [[V:%.]] = x", "-DAG: use [[V]]"], "use %1\n%1 = x\n", []],
    ["is split in groups by NOT", ["-DAG: a", "-NOT: x", "-DAG: b"], "b\na\n", ["check-not-found"]],
    [
      "has NOT between groups checked",
      ["-DAG: a", "-DAG: b", "-NOT: x", "-DAG: c", "-DAG: d"],
      "b\na\nx\nd\nc\n",
      ["check-not-matched"],
    ],
    [
      "allows the text of NOT inside a group",
      ["-DAG: a", "-DAG: b", "-NOT: x", "-DAG: c", "-DAG: d"],
      "b\nx\na\nd\nx\nc\n",
      [],
    ],
  ],
  LABEL: [
    [
      "keeps matches inside its block",
      ["-LABEL: @f", ": a", "-LABEL: @g"],
      "@f\n@g\na\n",
      ["check-not-found"],
    ],
    [
      "reports every block that fails",
      ["-LABEL: @f", ": a", "-LABEL: @g", ": b"],
      "@f\n@g\n",
      ["check-not-found", "check-not-found"],
    ],
    [
      "reports one failure per block",
      ["-LABEL: @f", ": a", ": b", "-LABEL: @g", ": b"],
      "@f\n@g\nb\n",
      ["check-not-found"],
    ],
    ["ends a NOT at the next label", ["-LABEL: @f", "-NOT: x", "-LABEL: @g", ": x"], "@f\n@g\nx\n", []],
    [
      "lets a NOT forbid up to the next label",
      ["-LABEL: @f", "-NOT: x", "-LABEL: @g"],
      "@f\nx\n@g\n",
      ["check-not-matched"],
    ],
    ["lets a NOT forbid before the first label", ["-NOT: x", "-LABEL: @f"], "x\n@f\n", ["check-not-matched"]],
    [
      "fails when missing and still checks the others",
      ["-LABEL: @f", ": a", "-LABEL: @g", ": b"],
      "@g\n",
      ["check-not-found", "check-not-found"],
    ],
    ["is matched in order", ["-LABEL: @g", "-LABEL: @f"], "@f\n@g\n", ["check-not-found"]],
    [
      "keeps variables with $",
      ["-LABEL: @f", ": [[$V:a.]]", "-LABEL: @g", ": [[$V]]"],
      "@f\na1\n@g\na1\n",
      [],
    ],
    [
      "says so when a block failed to define one",
      ["-LABEL: @f", ": [[$V:a.]]", "-LABEL: @g", ": [[$V]]"],
      "@f\n@g\na1\n",
      ["check-not-found", "check-undefined-variable"],
    ],
    ["has NEXT count from its line", ["-LABEL: @f", "-NEXT: a"], "@f\na\n", []],
  ],
  EMPTY: [
    ["matches an empty next line", [": a", "-EMPTY:", "-NEXT: b"], "a\n\nb\n", []],
    ["matches several in a row", [": a", "-EMPTY:", "-EMPTY:", "-NEXT: b"], "a\n\n\nb\n", []],
    ["does not match text", [": a", "-EMPTY:"], "a\nb\n", ["check-not-empty"]],
    ["does not match blanks", [": a", "-EMPTY:"], "a\n  \n", ["check-not-empty"]],
    ["does not match the end of the output", [": a", "-EMPTY:"], "a\n", ["check-not-empty"]],
  ],
  COUNT: [
    ["matches as often as it says", ["-COUNT-2: a", ": b"], "a a\nb\n", []],
    ["fails below", ["-COUNT-3: a"], "a\na\n", ["check-count"]],
    ["allows more unless NOT follows", ["-COUNT-2: a"], "a\na\na\n", []],
    ["is exact when NOT follows", ["-COUNT-2: a", "-NOT: a"], "a\na\na\n", ["check-not-matched"]],
    ["starts what follows behind its last match", ["-COUNT-2: a", ": b"], "a\nb\na\n", ["check-not-found"]],
    ["moves on after an empty match", ["-COUNT-3: {{^}}"], "a\nb\n", ["check-count"]],
    ["ends a NOT at its first match", ["-NOT: x", "-COUNT-2: a"], "a\nx\na\n", []],
  ],
  variables: [
    ["carry text across lines", [": %[[V:.*]] = a", ": use(%[[V]])"], "%1 = a\nuse(%1)\n", []],
    ["must be the same text", [": %[[V:.*]] = a", ": use(%[[V]])"], "%1 = a\nuse(%2)\n", ["check-not-found"]],
    ["can be used in the pattern that defines them", [": [[V:%.]] + [[V]]"], "%1 + %2\n%3 + %3\n", []],
    ["are taken literally", [": [[V:a.*]];", ": [[V]]"], "a.c;\nabc\n", ["check-not-found"]],
    ["do not run into a digit behind them", [": [[V:a]] [[V]]1"], "a a1\n", []],
    ["take their latest value", [": [[V:a.]]", ": [[V:a.]]", "-NEXT: [[V]]"], "a1\na2\na2\n", []],
    ["survive groups in a regex", [": {{(x)(y)}} [[V:(a|b)+]] {{(z)}} [[V]]"], "xy ab z ab\n", []],
  ],
};

for (const [kind, rows] of Object.entries(cases)) {
  describe(kind, () => {
    it.each(rows)("%s", (_claim, directives, output, expected) => {
      expect(codes(directives, output)).toEqual(expected);
    });
  });
}

describe("a failure", () => {
  it("says where the search began and shows the closest line", () => {
    const output = "func @f\n  %0 = lowp.linear(%x, %w)\n  return\n";
    expect(check([": func", ": lowp.linear(%x, %y)"], output)).toEqual([
      {
        severity: "error",
        code: "check-not-found",
        message: 'CHECK: no match for "lowp.linear(%x, %y)" in the output',
        span: { file: "a.ir", start: 18, end: 44 },
        notes: [{ message: 'the search began at output line 1: "func @f"', span: undefined }],
        hint: 'closest line 2: "  %0 = lowp.linear(%x, %w)"',
      },
    ]);
  });

  it("has no hint when nothing is close", () => {
    expect(check([": lowp.linear"], "xyz\n")[0]).not.toHaveProperty("hint");
  });

  it("shows the values of variables", () => {
    const [failure] = check([": [[V:%.]] =", ": use([[V]])"], "%1 = a\nuse(%2)\n");
    expect(failure!.notes).toContainEqual({ message: 'with V = "%1"', span: undefined });
    expect(failure!.hint).toBe('closest line 2: "use(%2)"');
  });

  it("names both lines when the match is on the wrong one", () => {
    const [failure] = check([": a", "-NEXT: b"], "a\nc\nb\n");
    expect(failure!.message).toBe("CHECK-NEXT: matches on output line 3, expected line 2");
    expect(failure!.notes).toContainEqual({ message: 'line 2 is: "c"', span: undefined });
  });

  it("quotes the line with the forbidden text", () => {
    expect(check(["-NOT: x"], "a\nb x\n")[0]!.message).toBe(
      'CHECK-NOT: "x" is found on output line 2: "b x"',
    );
  });

  it("counts the matches there are", () => {
    expect(check(["-COUNT-3: a"], "a\na\n")[0]!.message).toBe('CHECK-COUNT-3: "a" matched 2 of 3 times');
  });
});
