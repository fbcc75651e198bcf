import { compilePattern, type Pattern, type Variables } from "./pattern.ts";

/** A place in the output, both parts zero-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A half-open range of the output, within one line for a match. */
export interface Region {
  readonly start: Position;
  readonly end: Position;
}

/** Where a pattern was found, and all variables after it. */
export interface Match extends Region {
  readonly variables: Variables;
}

/** Orders places in the output: negative when `left` comes first. */
export function comparePositions(left: Position, right: Position): number {
  return left.line - right.line || left.column - right.column;
}

/** The first match of the pattern inside the region. */
export function findPattern(
  lines: readonly string[],
  pattern: Pattern,
  variables: Variables,
  { start, end }: Region,
): Match | undefined {
  const expression = compilePattern(pattern, variables);
  for (let line = start.line; line <= end.line && line < lines.length; line++) {
    expression.lastIndex = line === start.line ? start.column : 0;
    const text = line === end.line ? lines[line]!.slice(0, end.column) : lines[line]!;
    const found = expression.exec(text);
    if (found === null) continue;
    return {
      start: { line, column: found.index },
      end: { line, column: found.index + found[0].length },
      variables: new Map([...variables, ...Object.entries(found.groups ?? {})]),
    };
  }
  return undefined;
}

/** The part of `region` on one line; undefined when the region does not reach that line. */
export function clipToLine(lines: readonly string[], region: Region, line: number): Region | undefined {
  const { start, end } = region;
  if (line < start.line || line > end.line || line >= lines.length) return undefined;
  return {
    start: line === start.line ? start : { line, column: 0 },
    end: line === end.line ? end : { line, column: lines[line]!.length },
  };
}
