import { type Diagnostic, error, type Note } from "../diagnostics/diagnostic.ts";
import { findClosestLine } from "./closest-line.ts";
import type { Directive } from "./directives.ts";
import { usedVariables, type Variables } from "./pattern.ts";
import type { Match, Region } from "./search.ts";

/** Everything a failed search knew. */
export interface Search {
  readonly lines: readonly string[];
  readonly directive: Directive;
  readonly variables: Variables;
  readonly region: Region;
}

/** The pattern occurs nowhere in the searched region. */
export function notFound(search: Search): Diagnostic {
  const { directive, lines, variables, region } = search;
  const closest = findClosestLine(lines, directive.pattern, variables, region);
  const message = `${directive.name}: no match for "${directive.pattern.source}" in the output`;
  return error("check-not-found", message, {
    ...explain(search),
    ...(closest === undefined ? {} : { hint: `closest line ${closest + 1}: ${quoteLine(lines, closest)}` }),
  });
}

/** The pattern occurs, but not on the one line the directive allows. */
export function wrongLine(search: Search, found: Match, wantedLine: number): Diagnostic {
  const { directive, lines } = search;
  const code = directive.kind === "same" ? "check-same-wrong-line" : "check-next-wrong-line";
  const message = `${directive.name}: matches on output line ${found.start.line + 1}, expected line ${wantedLine + 1}`;
  const wanted = `line ${wantedLine + 1} is: ${quoteLine(lines, wantedLine)}`;
  const other = `line ${found.start.line + 1} is: ${quoteLine(lines, found.start.line)}`;
  const notes = [
    ...explain(search).notes,
    { message: wanted, span: undefined },
    { message: other, span: undefined },
  ];
  return error(code, message, { ...explain(search), notes });
}

/** The line after the previous match holds text. */
export function notEmpty(search: Search, line: number): Diagnostic {
  const state = line < search.lines.length ? `is: ${quoteLine(search.lines, line)}` : "does not exist";
  const message = `${search.directive.name}: output line ${line + 1} ${state}, expected an empty line`;
  return error("check-not-empty", message, explain(search));
}

/** The pattern occurs fewer times than demanded. */
export function tooFew(search: Search, matched: number): Diagnostic {
  const { directive } = search;
  const message = `${directive.name}: "${directive.pattern.source}" matched ${matched} of ${directive.count} times`;
  return error("check-count", message, explain(search));
}

/** A forbidden pattern occurs. */
export function forbidden(search: Search, found: Match): Diagnostic {
  const { directive, lines } = search;
  const place = `output line ${found.start.line + 1}: ${quoteLine(lines, found.start.line)}`;
  const message = `${directive.name}: "${directive.pattern.source}" is found on ${place}`;
  return error("check-not-matched", message, explain(search));
}

/** A variable has no value since the directive that gives it one failed in an earlier block. */
export function missingVariable(search: Search, name: string): Diagnostic {
  const message = `variable ${name} has no value, the directive that defines it did not match`;
  return error("check-undefined-variable", message, explain(search));
}

/** There is nothing to check, so even -NOT directives would say nothing. */
export function noOutput(directive: Directive): Diagnostic {
  const hint = "check that the command prints what the directives are about";
  return error("check-no-output", "the output is empty", { span: directive.span, hint });
}

function explain({ directive, lines, variables, region }: Search) {
  const { line } = region.start;
  const values = [...new Set(usedVariables(directive.pattern))]
    .filter((name) => variables.has(name))
    .map((name): Note => ({ message: `with ${name} = "${variables.get(name)}"`, span: undefined }));
  const began = {
    message: `the search began at output line ${line + 1}: ${quoteLine(lines, line)}`,
    span: undefined,
  };
  return { span: directive.span, notes: [began, ...values] };
}

function quoteLine(lines: readonly string[], line: number): string {
  const text = lines[line];
  return text === undefined ? "(end of output)" : `"${text}"`;
}
