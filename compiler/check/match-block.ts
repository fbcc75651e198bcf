import { type Diagnostic, fail, ok, type Result, unreachable } from "../diagnostics/diagnostic.ts";
import type { Directive } from "./directives.ts";
import * as failures from "./match-failures.ts";
import { usedVariables, type Variables } from "./pattern.ts";
import {
  clipToLine,
  comparePositions,
  findPattern,
  type Match,
  type Position,
  type Region,
} from "./search.ts";

/** What must match next, one directive or a group of -DAG, and what must not occur before it. */
interface Step {
  readonly forbidden: readonly Directive[];
  readonly expected: readonly Directive[];
}

/** Where matching stands: all before the region's start is used up. */
interface Progress {
  readonly region: Region;
  readonly variables: Variables;
}

/** The variables after all directives of one block have matched inside `region`, or the first failure. */
export function matchBlock(
  lines: readonly string[],
  directives: readonly Directive[],
  region: Region,
  variables: Variables,
): Result<Variables> {
  let progress: Progress = { region, variables };
  for (const step of groupSteps(directives)) {
    const next = matchStep(lines, step, progress);
    if (!next.ok) return next;
    progress = next.value;
  }
  return ok(progress.variables);
}

function groupSteps(directives: readonly Directive[]): readonly Step[] {
  const steps: { forbidden: Directive[]; expected: Directive[] }[] = [{ forbidden: [], expected: [] }];
  for (const directive of directives) {
    const current = steps.at(-1)!;
    const joinsGroup = directive.kind === "dag" && current.expected.every((other) => other.kind === "dag");
    const isOpen = current.expected.length === 0;
    if (directive.kind === "not" && isOpen) current.forbidden.push(directive);
    else if (directive.kind === "not") steps.push({ forbidden: [directive], expected: [] });
    else if (isOpen || joinsGroup) current.expected.push(directive);
    else steps.push({ forbidden: [], expected: [directive] });
  }
  return steps;
}

function matchStep(lines: readonly string[], step: Step, progress: Progress): Result<Progress> {
  const { region, variables } = progress;
  const matches = matchExpected(lines, step.expected, progress);
  if (!matches.ok) return matches;
  const starts = matches.value.map((match) => match.start).toSorted(comparePositions);
  const ends = matches.value.map((match) => match.end).toSorted(comparePositions);
  const gap = { start: region.start, end: starts[0] ?? region.end };
  const found = findForbidden(lines, step.forbidden, { region: gap, variables });
  if (found !== undefined) return fail(found);
  return ok({
    region: { start: ends.at(-1) ?? region.start, end: region.end },
    variables: matches.value.at(-1)?.variables ?? variables,
  });
}

/** Variables have the values they had before the match that follows the -NOT, as the file reads. */
function findForbidden(
  lines: readonly string[],
  directives: readonly Directive[],
  { region, variables }: Progress,
): Diagnostic | undefined {
  for (const directive of directives) {
    const search = { lines, directive, variables, region };
    const missing = missingVariable(search);
    if (missing !== undefined) return missing;
    const found = findPattern(lines, directive.pattern, variables, region);
    if (found !== undefined) return failures.forbidden(search, found);
  }
  return undefined;
}

/** One match per directive, in the order written; several directives are a -DAG group. */
function matchExpected(
  lines: readonly string[],
  directives: readonly Directive[],
  { region, variables }: Progress,
): Result<readonly Match[]> {
  const matches: Match[] = [];
  for (const directive of directives) {
    const search = { lines, directive, variables: matches.at(-1)?.variables ?? variables, region };
    const missing = missingVariable(search);
    if (missing !== undefined) return fail(missing);
    const found = directive.kind === "dag" ? matchUnordered(search, matches) : matchOne(search);
    if (!found.ok) return found;
    matches.push(found.value);
  }
  return ok(matches);
}

function matchOne(search: failures.Search): Result<Match> {
  const { directive, region } = search;
  switch (directive.kind) {
    case "plain":
      return findOrFail(search);
    case "count":
      return matchCount(search);
    case "next":
      return matchOnLine(search, region.start.line + 1);
    case "same":
      return matchOnLine(search, region.start.line);
    case "empty":
      return matchEmpty(search, region.start.line + 1);
    case "not":
    case "dag":
    case "label":
      return unreachable(`-${directive.kind} is matched elsewhere`);
  }
}

function findOrFail(search: failures.Search): Result<Match> {
  const found = findPattern(search.lines, search.directive.pattern, search.variables, search.region);
  return found === undefined ? fail(failures.notFound(search)) : ok(found);
}

function matchOnLine(search: failures.Search, line: number): Result<Match> {
  const { lines, directive, variables, region } = search;
  const place = clipToLine(lines, region, line);
  const found = place && findPattern(lines, directive.pattern, variables, place);
  if (found !== undefined) return ok(found);
  const elsewhere = findPattern(lines, directive.pattern, variables, region);
  return fail(elsewhere ? failures.wrongLine(search, elsewhere, line) : failures.notFound(search));
}

function matchEmpty(search: failures.Search, line: number): Result<Match> {
  const isEmpty = clipToLine(search.lines, search.region, line) !== undefined && search.lines[line] === "";
  if (!isEmpty) return fail(failures.notEmpty(search, line));
  const place: Position = { line, column: 0 };
  return ok({ start: place, end: place, variables: search.variables });
}

/** Covers all repetitions, so that a -NOT before it ends at the first and what follows begins after the last. */
function matchCount(search: failures.Search): Result<Match> {
  const matches: Match[] = [];
  while (matches.length < search.directive.count) {
    const last = matches.at(-1);
    const start = last === undefined ? search.region.start : afterMatch(last);
    const variables = last?.variables ?? search.variables;
    const found = findPattern(search.lines, search.directive.pattern, variables, { ...search.region, start });
    if (found === undefined) return fail(failures.tooFew(search, matches.length));
    matches.push(found);
  }
  const last = matches.at(-1)!;
  return ok({ start: matches[0]!.start, end: last.end, variables: last.variables });
}

/** An empty match must not be found again at the same place. */
function afterMatch({ start, end }: Match): Position {
  return comparePositions(start, end) === 0 ? { line: end.line, column: end.column + 1 } : end;
}

function matchUnordered(search: failures.Search, taken: readonly Region[]): Result<Match> {
  let start = search.region.start;
  for (;;) {
    const found = findPattern(search.lines, search.directive.pattern, search.variables, {
      ...search.region,
      start,
    });
    if (found === undefined) return fail(failures.notFound(search));
    const obstacle = taken.find((other) => overlaps(other, found));
    if (obstacle === undefined) return ok(found);
    start = obstacle.end;
  }
}

function overlaps(left: Region, right: Region): boolean {
  return comparePositions(left.start, right.end) < 0 && comparePositions(right.start, left.end) < 0;
}

function missingVariable(search: failures.Search): Diagnostic | undefined {
  const name = usedVariables(search.directive.pattern).find((used) => !search.variables.has(used));
  return name === undefined ? undefined : failures.missingVariable(search, name);
}
