import type { Diagnostic, Span } from "./diagnostic.ts";

/** Wraps parts of a message in colour; the default leaves text as it is. */
export interface Paint {
  severity(text: string, severity: Diagnostic["severity"]): string;
  frame(text: string): string;
}
const plain: Paint = { severity: (text) => text, frame: (text) => text };

/** Texts of the files diagnostics point into, by the name their spans use. */
export type Sources = ReadonlyMap<string, string>;

/** Renders a diagnostic with its source line, a caret, notes and a hint. Pure: returns text. */
export function render(diagnostic: Diagnostic, sources: Sources, paint: Paint = plain): string {
  const { severity, code, message, span, label, notes = [], hint } = diagnostic;
  return [
    `${paint.severity(`${severity}[${code}]`, severity)}: ${message}`,
    ...excerpt(span, sources, paint, label),
    ...notes.flatMap((note) => [`note: ${note.message}`, ...excerpt(note.span, sources, paint)]),
    ...(hint === undefined ? [] : [`hint: ${hint}`]),
  ].join("\n");
}

/** Several diagnostics with a closing count. */
export function renderAll(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  paint: Paint = plain,
): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const texts = diagnostics.map((diagnostic) => render(diagnostic, sources, paint));
  return [...texts, ...(errors > 1 ? [`${errors} errors`] : [])].map((text) => `${text}\n`).join("\n");
}

/** One-based line and column of an offset. */
export function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return { line, column: offset - (before.lastIndexOf("\n") + 1) + 1 };
}

/** A diagnostic as data, with lines and columns beside the offsets. */
export function toJson(diagnostic: Diagnostic, sources: Sources): object {
  const place = (span: Span | undefined) => {
    const text = span && sources.get(span.file);
    return span && { ...span, ...(text !== undefined && positionOf(text, span.start)) };
  };
  const { span, notes, ...rest } = diagnostic;
  return {
    ...rest,
    span: place(span),
    notes: notes?.map((note) => ({ message: note.message, span: place(note.span) })),
  };
}

/** Source lines longer than this are shown around the caret only. */
const MAX_WIDTH = 160;

function excerpt(span: Span | undefined, sources: Sources, paint: Paint, label = ""): string[] {
  if (!span) return [];
  const source = sources.get(span.file);
  if (source === undefined) return [paint.frame(`  --> ${span.file}`)];
  const { line, column } = positionOf(source, span.start);
  const whole = (source.slice(span.start - column + 1).split("\n", 1)[0] ?? "")
    .replaceAll("\t", " ")
    .replace(/\r$/, "");
  const cut = column > MAX_WIDTH / 2 && whole.length > MAX_WIDTH ? column - MAX_WIDTH / 2 : 0;
  const text = `${cut > 0 ? "…" : ""}${whole.slice(cut, cut + MAX_WIDTH)}${whole.length > cut + MAX_WIDTH ? "…" : ""}`;
  const indent = column - 1 - cut + (cut > 0 ? 1 : 0);
  const carets = "^".repeat(Math.max(1, Math.min(span.end - span.start, text.length - indent)));
  const gutter = " ".repeat(String(line).length);
  return [
    paint.frame(`${gutter}--> ${span.file}:${line}:${column}`),
    paint.frame(`${gutter} |`),
    `${paint.frame(`${line} |`)} ${text}`,
    `${paint.frame(`${gutter} |`)} ${" ".repeat(indent)}${carets}${label && ` ${label}`}`,
  ];
}
