import { literalText, type Pattern, type Variables } from "./pattern.ts";
import type { Region } from "./search.ts";

/** Below this share of common letter pairs a line is not worth showing. */
const worthShowing = 0.35;

/** The zero-based number of the line in the region most like the pattern's plain text, if one is like it at all. */
export function findClosestLine(
  lines: readonly string[],
  pattern: Pattern,
  variables: Variables,
  { start, end }: Region,
): number | undefined {
  const wanted = letterPairs(literalText(pattern, variables));
  const scored = lines
    .slice(start.line, end.line + 1)
    .map((line, index) => ({ line: start.line + index, score: likeness(wanted, letterPairs(line)) }));
  const best = scored.reduce((left, right) => (right.score > left.score ? right : left), {
    line: 0,
    score: 0,
  });
  return best.score >= worthShowing ? best.line : undefined;
}

/** Dice's coefficient over distinct letter pairs: 0 for nothing in common, 1 for the same pairs. */
function likeness(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  const shared = [...left].filter((pair) => right.has(pair)).length;
  return (2 * shared) / Math.max(1, left.size + right.size);
}

function letterPairs(text: string): ReadonlySet<string> {
  const packed = text.replace(/\s+/g, " ").trim();
  return new Set(Array.from({ length: Math.max(0, packed.length - 1) }, (_, i) => packed.slice(i, i + 2)));
}
