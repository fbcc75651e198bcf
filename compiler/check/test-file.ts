import { type Diagnostic, error } from "../diagnostics/diagnostic.ts";
import { matchDirectiveHead, parseDirectives } from "./directives.ts";
import { parseExpectations } from "./expectations.ts";
import { type Comment, scanComments } from "./lines.ts";
import { findNearMisses } from "./near-misses.ts";
import { declaredPrefixes, parseRunLines } from "./run-lines.ts";

/** Everything wrong with a test file as such, before any command of it runs, in file order. */
export function validateTestFile(text: string, file: string): readonly Diagnostic[] {
  const comments = scanComments(text);
  const declared = declaredPrefixes(comments);
  const prefixes = [...new Set(["CHECK", ...declared])];
  const parsed = [
    parseRunLines(text, file),
    parseExpectations(text, file),
    ...prefixes.map((prefix) => parseDirectives(text, file, prefix)),
  ];
  const misspelt = findNearMisses(comments, file, prefixes);
  const misspeltPlaces = new Set(misspelt.map(({ span }) => span?.start));
  const diagnostics = [
    ...parsed.flatMap((result) => (result.ok ? [] : result.diagnostics)),
    ...misspelt,
    // CHEKC-NEXT is one fault, not also a prefix without RUN.
    ...findUnrun(comments, file, declared).filter(({ span }) => !misspeltPlaces.has(span?.start)),
  ];
  // A misspelt RUN or expectation already explains why there is none.
  if (diagnostics.length === 0) return findMissingRun(comments, file, declared);
  return diagnostics.toSorted((left, right) => (left.span?.start ?? 0) - (right.span?.start ?? 0));
}

/** The first directive of every prefix that no RUN line declares. */
function findUnrun(
  comments: readonly Comment[],
  file: string,
  declared: ReadonlySet<string>,
): readonly Diagnostic[] {
  const reported = new Set(declared);
  return comments.flatMap(({ body, bodyStart }) => {
    const prefix = undeclaredPrefix(body, reported);
    if (prefix === undefined) return [];
    reported.add(prefix);
    const hint = `add // ${prefix === "CHECK" ? "RUN:" : `RUN[${prefix}]:`} narrow …`;
    const span = { file, start: bodyStart, end: bodyStart + body.length };
    return [error("check-without-run", `no RUN line has the prefix ${prefix}`, { span, hint })];
  });
}

/** Without a suffix only CHECK is sure to be meant: `NOTE:` is prose, `WIDE-NEXT:` is not. */
function undeclaredPrefix(body: string, declared: ReadonlySet<string>): string | undefined {
  if ([...declared].some((prefix) => matchDirectiveHead(body, prefix) !== undefined)) return undefined;
  const suffixed = /^([A-Z][A-Z0-9_-]*?)-(?:NEXT|SAME|NOT|DAG|LABEL|EMPTY|COUNT-\d+):/.exec(body)?.[1];
  const prefix = suffixed ?? (matchDirectiveHead(body, "CHECK") === undefined ? undefined : "CHECK");
  return prefix === undefined || declared.has(prefix) ? undefined : prefix;
}

function findMissingRun(
  comments: readonly Comment[],
  file: string,
  declared: ReadonlySet<string>,
): readonly Diagnostic[] {
  const hasExpectation = comments.some((comment) => comment.body.startsWith("expected-"));
  if (declared.size > 0 || hasExpectation) return [];
  const hint = "add // RUN: narrow opt %s, or an expected-error comment";
  return [error("no-run-line", "the file runs nothing", { span: { file, start: 0, end: 0 }, hint })];
}
