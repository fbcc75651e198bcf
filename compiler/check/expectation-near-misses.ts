import { type Diagnostic, error, type Span } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/suggest.ts";

/** The words that may follow `expected-`. */
export const kindNames = ["error", "warning", "remark", "note"] as const;

const spellings = kindNames.flatMap((kind) => [`expected-${kind}`, `expected-${kind}-re`]);

/** The fault of a comment that was meant as an expectation but does not read as one; undefined for prose. */
export function findMisspeltExpectation(body: string, span: Span): Diagnostic | undefined {
  // An expectation inside a disabled or other directive is that directive's text.
  if (/^[A-Z][\w-]*(?:\[\S*\])?:/.test(body)) return undefined;
  const word = /^[A-Za-z]+(?:[-_ ][A-Za-z]+)?(?:[-_]re\b)?/.exec(body)?.[0] ?? "";
  const right = nearest(word.toLowerCase().replace(/[_ ]/g, "-"), spellings);
  const rest = body.slice(word.length);
  if (right !== undefined && right === word) return malformed(rest, right, span);
  const isMeant = /^\s*[[@]|\{\{/.test(rest) || (/-/.test(word) && right !== undefined);
  if ((right !== undefined || /^expect(ed|s)?[-_]/i.test(word)) && isMeant) {
    const hint = right === undefined ? `known: ${spellings.join(", ")}` : `write ${right}`;
    return error("expectation-misspelt", `"${word}" is not an expectation`, { span, hint });
  }
  const inside = /\s(expected-(?:error|warning|remark|note)(?:-re)?)(?:\[\S*\])?(?:@\S+)?\s*\{\{/.exec(
    body,
  )?.[1];
  if (inside === undefined) return undefined;
  const hint = `start the comment with ${inside}, or with COM: to disable it`;
  return error("expectation-misspelt", `${inside} stands behind other text`, { span, hint });
}

function malformed(rest: string, right: string, span: Span): Diagnostic {
  const hint = `write ${right}@+1 {{part of the message}}; also [code], @-1, @above, @below, @unknown`;
  const hasText = /\{\{.*\}\}/.test(rest);
  const reason = hasText ? "does not read as an expectation" : "has no {{text}}";
  return error("expectation-malformed", `"${right}${rest}" ${reason}`, { span, hint });
}
