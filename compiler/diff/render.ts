import type { Span } from "../diagnostics/diagnostic.ts";
import type { Paint, Sources } from "../diagnostics/render.ts";
import { positionOf } from "../diagnostics/render.ts";
import type { Op } from "../ir/module.ts";
import type { Detail, Difference } from "./difference.ts";

/** Wraps lines in colour; the default leaves text as it is. */
export interface DiffPaint {
  removed(text: string): string;
  added(text: string): string;
  place: Paint["frame"];
}
const plain: DiffPaint = { removed: (text) => text, added: (text) => text, place: (text) => text };

/** Longer lines are cut: an op with many operands or a long type says enough by its beginning. */
const MAX_WIDTH = 160;

/** How the two sides are called, and the texts their places are in. */
export interface DiffSources {
  readonly left: string;
  readonly right: string;
  readonly sources: Sources;
}

/**
 * Differences as lines, grouped by the symbol they are in: `+` added, `-` removed, `~` changed, `>` moved,
 * each with its lines on both sides, and under it what changed. Ends with the counts.
 */
export function renderDiff(
  differences: readonly Difference[],
  { left, right, sources }: DiffSources,
  paint: DiffPaint = plain,
): string {
  const lines = [paint.removed(`--- ${left}`), paint.added(`+++ ${right}`)];
  let heading = "";
  for (const difference of differences) {
    const group = headingOf(difference);
    if (group !== heading && group !== "") lines.push(group);
    heading = group;
    const indent = group === "" ? "" : "  ";
    lines.push(`${indent}${headLine(difference, sources, paint)}`);
    if ("details" in difference)
      for (const detail of difference.details) lines.push(`${indent}    ${detailLine(detail, paint)}`);
  }
  return [...lines, summary(differences)].map((line) => `${line}\n`).join("");
}

const headingOf = ({ within }: Difference): string => within.map((name) => `@${name}`).join("::");

function headLine(difference: Difference, sources: Sources, paint: DiffPaint): string {
  const line = (op: Op) => (op.span && positionIn(op.span, sources).line) ?? "?";
  const at = (text: string) => paint.place(`  [${text}]`);
  switch (difference.kind) {
    case "added": {
      const { op, text } = difference.right;
      return `${paint.added(`+ ${cut(text)}`)}${at(`→ ${line(op)}`)}`;
    }
    case "removed": {
      const { op, text } = difference.left;
      return `${paint.removed(`- ${cut(text)}`)}${at(`${line(op)} →`)}`;
    }
    case "changed":
    case "moved": {
      const { kind, left, right } = difference;
      const mark = kind === "changed" ? "~" : ">";
      return `${mark} ${cut(right.text)}${at(`${line(left.op)} → ${line(right.op)}`)}`;
    }
  }
}

function detailLine({ kind, key, left, right }: Detail, paint: DiffPaint): string {
  const what = kind === "type" ? `type of ${key}` : key;
  const [before, after] = [left, right].map((text) => (text === undefined ? "none" : shortened(text)));
  return `${what}: ${paint.removed(before!)} → ${paint.added(after!)}`;
}

/** Digests tell enough by their first digits. */
const shortened = (text: string): string => cut(text.replace(/(sha256 [0-9a-f]{12})[0-9a-f]{52}\b/, "$1…"));

const cut = (text: string): string => (text.length > MAX_WIDTH ? `${text.slice(0, MAX_WIDTH)}…` : text);

/** File, and one-based line and column where its text is at hand. */
export function positionIn(
  span: Span,
  sources: Sources,
): { readonly file: string; readonly line?: number; readonly column?: number } {
  const text = sources.get(span.file);
  return text === undefined ? { file: span.file } : { file: span.file, ...positionOf(text, span.start) };
}

/** `2 added, 1 removed, 3 changed`, or that there is nothing. */
export function summary(differences: readonly Difference[]): string {
  const counts = (["added", "removed", "changed", "moved"] as const).flatMap((kind) => {
    const count = differences.filter((difference) => difference.kind === kind).length;
    return count > 0 ? [`${count} ${kind}`] : [];
  });
  return counts.length > 0 ? counts.join(", ") : "no differences";
}

/** One line for each symbol that differs, or whose inside does. */
export function renderBrief(differences: readonly Difference[]): string {
  const groups = new Map<string, Difference[]>();
  for (const difference of differences) {
    const group = groups.get(headingOf(difference)) ?? [];
    group.push(difference);
    groups.set(headingOf(difference), group);
  }
  return [...groups].map(([name, group]) => `${name || "top level"}: ${summary(group)}\n`).join("");
}
