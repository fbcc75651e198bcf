import { type Diagnostic, error, fail, ok, type Result, type Span } from "../diagnostics/diagnostic.ts";
import { type Comment, scanComments } from "./lines.ts";
import { definedVariables, type Pattern, parsePattern, usedVariables } from "./pattern.ts";

/** What a directive demands of the output; `plain` is a bare `CHECK:`. */
export type DirectiveKind = "plain" | "next" | "same" | "not" | "dag" | "label" | "empty" | "count";

/** One check directive of a test file. */
export interface Directive {
  readonly kind: DirectiveKind;
  /** As written, e.g. `CHECK-NEXT`. */
  readonly name: string;
  /** How often the pattern must match; 1 except for -COUNT-n. */
  readonly count: number;
  readonly pattern: Pattern;
  readonly span: Span;
}

/** The spelling of each kind behind the prefix; -COUNT is followed by its number. */
export const directiveSuffixes: Readonly<Record<string, DirectiveKind>> = {
  NEXT: "next",
  SAME: "same",
  NOT: "not",
  DAG: "dag",
  LABEL: "label",
  EMPTY: "empty",
  COUNT: "count",
};

/** The name, kind, count and pattern text of a comment that is a directive of `prefix`. */
export function matchDirectiveHead(body: string, prefix: string) {
  if (!body.startsWith(prefix)) return undefined;
  const rest = body.slice(prefix.length);
  const found = /^(?:-(?:(NEXT|SAME|NOT|DAG|LABEL|EMPTY)|(COUNT)-(\d+)))?:(\s*)(.*)$/.exec(rest);
  if (found === null) return undefined;
  const [whole, plainSuffix, countSuffix, count, , source] = found;
  const suffix = plainSuffix ?? countSuffix;
  const kind: DirectiveKind = suffix === undefined ? "plain" : directiveSuffixes[suffix]!;
  const name = prefix + whole.slice(0, whole.indexOf(":"));
  const sourceStart = body.length - source!.length;
  return { name, kind, count: count === undefined ? 1 : Number(count), source: source!, sourceStart };
}

/**
 * The directives of one prefix, in order; all their faults when any has one.
 * Misspelt directives look like prose here: `validateTestFile` is what finds them.
 */
export function parseDirectives(text: string, file: string, prefix: string): Result<readonly Directive[]> {
  const results = scanComments(text).flatMap((comment) => parseDirective(comment, file, prefix) ?? []);
  const directives = results.flatMap((result) => (result.ok ? [result.value] : []));
  const faults = results.flatMap((result) => (result.ok ? [] : result.diagnostics));
  // A directive that did not parse may be the one that defines a variable or comes first.
  const all = faults.length > 0 ? faults : [...findRootless(directives), ...findUndefined(directives)];
  return all.length === 0 ? ok(directives) : fail(...all);
}

function parseDirective(comment: Comment, file: string, prefix: string): Result<Directive> | undefined {
  const head = matchDirectiveHead(comment.body, prefix);
  if (head === undefined) return undefined;
  const { kind, name, count, source, sourceStart } = head;
  const span = { file, start: comment.bodyStart, end: comment.bodyStart + comment.body.length };
  const pattern = parsePattern(source, { ...span, start: comment.bodyStart + sourceStart });
  if (!pattern.ok) return pattern;
  const fault = findFault({ kind, name, count, pattern: pattern.value, span });
  return fault === undefined ? ok({ kind, name, count, pattern: pattern.value, span }) : fail(fault);
}

function findFault({ kind, name, count, pattern, span }: Directive): Diagnostic | undefined {
  const isBlank = pattern.source === "";
  if (kind === "empty" && !isBlank) {
    const hint = `write ${name}: alone`;
    return error("check-bad-pattern", `${name} takes no pattern, found "${pattern.source}"`, { span, hint });
  }
  if (kind !== "empty" && isBlank) {
    const hint = "to demand an empty line use -EMPTY";
    return error("check-empty-pattern", `${name} has an empty pattern`, { span, hint });
  }
  if (count === 0) {
    const hint = `write ${name.replace(/-COUNT-0+$/, "-NOT")}:`;
    return error("check-bad-count", `${name} counts to 0, expected at least 1`, { span, hint });
  }
  const names = kind === "label" ? [...usedVariables(pattern), ...definedVariables(pattern)] : [];
  if (names.length === 0) return undefined;
  // Labels are searched before anything else, when no variable has a value yet.
  const hint = "match it by a following -SAME directive instead";
  return error("check-label-variable", `${name} has the variable ${names[0]}, labels take none`, {
    span,
    hint,
  });
}

function findRootless(directives: readonly Directive[]): readonly Diagnostic[] {
  const firstPositive = directives.find((directive) => directive.kind !== "not");
  const { kind, name, span } = firstPositive ?? {};
  if (name === undefined || (kind !== "next" && kind !== "same" && kind !== "empty")) return [];
  const hint = `start with ${name.replace(/-[A-Z]+$/, "")}:`;
  return [error("check-no-previous", `${name} has no earlier match to follow`, { span, hint })];
}

function findUndefined(directives: readonly Directive[]): readonly Diagnostic[] {
  let known: ReadonlySet<string> = new Set();
  return directives.flatMap(({ kind, pattern, span }) => {
    if (kind === "label") known = new Set([...known].filter((name) => name.startsWith("$")));
    const missing = usedVariables(pattern).filter((name) => !known.has(name));
    if (kind !== "not") known = new Set([...known, ...definedVariables(pattern)]);
    return missing.map((name) => {
      const hint = `define it earlier in the block: [[${name}:regex]]; plain brackets are written {{\\[\\[}}`;
      return error("check-undefined-variable", `variable ${name} is not defined here`, { span, hint });
    });
  });
}
