import { error, fail, ok, type Result, type Span } from "../diagnostics/diagnostic.ts";
import { findMisspeltExpectation, kindNames } from "./expectation-near-misses.ts";
import { type Comment, scanComments, splitLines } from "./lines.ts";
import { compilePattern, parsePattern } from "./pattern.ts";

/** What sort of message an expectation waits for. */
export type ExpectationKind = "error" | "warning" | "remark" | "note";

/** One `expected-error@+1 {{text}}` of a test file. */
export interface Expectation {
  readonly kind: ExpectationKind;
  /** The diagnostic's code; of a note, that of the diagnostic it belongs to. */
  readonly code: string | undefined;
  /** One-based; undefined for `@unknown`, a message without a place in this file. */
  readonly line: number | undefined;
  /** What the message must contain; a pattern with {{regex}} pieces when `expression` is set. */
  readonly text: string;
  readonly expression: RegExp | undefined;
  /** How many messages must be like this. */
  readonly count: number;
  readonly span: Span;
}

const grammar = new RegExp(
  String.raw`expected-(error|warning|remark|note)(-re)?(?:\[([\w-]+)\])?` +
    String.raw`(?:@([+-]\d+|above|below|unknown))?\s*(?:(\d+)\s*)?\{\{(.*?)\}\}(?=\s*$|\s+expected-)\s*`,
  "y",
);

/** The expectations of a file, in order; all their faults when any has one. Lines count within `text`. */
export function parseExpectations(text: string, file: string): Result<readonly Expectation[]> {
  const comments = scanComments(text);
  const place = { file, lineCount: splitLines(text).length, comments };
  const results = comments.flatMap((comment) => parseComment(comment, place));
  const expectations = results.flatMap((result) => (result.ok ? [result.value] : []));
  const faults = results.flatMap((result) => (result.ok ? [] : result.diagnostics));
  return faults.length === 0 ? ok(expectations) : fail(...faults);
}

/** The file an expectation is in, as far as its line depends on it. */
interface Surroundings {
  readonly file: string;
  readonly lineCount: number;
  readonly comments: readonly Comment[];
}

function parseComment(comment: Comment, surroundings: Surroundings): readonly Result<Expectation>[] {
  const { body, bodyStart } = comment;
  const results: Result<Expectation>[] = [];
  let offset = 0;
  while (offset < body.length) {
    grammar.lastIndex = offset;
    const found = grammar.exec(body);
    const start = bodyStart + offset;
    if (found === null) {
      const span = { file: surroundings.file, start, end: bodyStart + body.length };
      const fault = findMisspeltExpectation(body.slice(offset), span);
      return fault === undefined ? results : [...results, fail(fault)];
    }
    const span = { file: surroundings.file, start, end: start + found[0].trimEnd().length };
    results.push(readExpectation(found, comment, { ...surroundings, span }));
    offset += found[0].length;
  }
  return results;
}

function readExpectation(
  [, kindName, regexSuffix, code, target, count, text]: RegExpExecArray,
  comment: Comment,
  { span, ...surroundings }: Surroundings & { readonly span: Span },
): Result<Expectation> {
  const line = resolveLine(target, comment, surroundings);
  if (line !== undefined && (line < 1 || line > surroundings.lineCount)) {
    const message = `line ${line} is outside the file, which has ${surroundings.lineCount} lines`;
    return fail(error("expectation-out-of-range", message, { span }));
  }
  if (text === "" && code === undefined) {
    const hint = "write part of the message, or a [code]";
    return fail(error("expectation-empty", "an empty text fits every message", { span, hint }));
  }
  if (count !== undefined && Number(count) === 0) {
    return fail(error("expectation-count", "the count is 0, expected at least 1", { span }));
  }
  const expression = regexSuffix === undefined ? ok(undefined) : parseExpression(text!, span);
  if (!expression.ok) return expression;
  const kind = kindNames.find((name) => name === kindName)!;
  return ok({ kind, code, line, text: text!, expression: expression.value, count: Number(count ?? 1), span });
}

function parseExpression(text: string, span: Span): Result<RegExp> {
  const pattern = parsePattern(text, span);
  if (!pattern.ok) return pattern;
  const variable = pattern.value.parts.find((part) => part.kind === "use" || part.kind === "define");
  if (variable === undefined) return ok(new RegExp(compilePattern(pattern.value, new Map()).source));
  const hint = "write {{regex}}, and {{\\[\\[}} for plain brackets";
  return fail(error("check-bad-pattern", "variables are not supported in an expectation", { span, hint }));
}

function resolveLine(
  target: string | undefined,
  comment: Comment,
  surroundings: Surroundings,
): number | undefined {
  switch (target) {
    case "unknown":
      return undefined;
    case undefined:
      return comment.line;
    case "above":
      return skipExpectations(comment.line, -1, surroundings);
    case "below":
      return skipExpectations(comment.line, 1, surroundings);
    default:
      return comment.line + Number(target);
  }
}

/** Several expectations may be stacked beside one line; above and below look past the others. */
function skipExpectations(from: number, step: 1 | -1, { comments }: Surroundings): number {
  const stacked = new Set(
    comments.filter(({ isAlone, body }) => isAlone && body.startsWith("expected-")).map(({ line }) => line),
  );
  let line = from + step;
  while (stacked.has(line)) line += step;
  return line;
}
