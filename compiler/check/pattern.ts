import { error, fail, ok, type Result, type Span, unreachable } from "../diagnostics/diagnostic.ts";
import { findRegexFault } from "./regex-faults.ts";

/** One piece of a pattern: literal text, `{{regex}}`, `[[NAME:regex]]` or `[[NAME]]`. */
export type PatternPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "regex"; readonly regex: string }
  | { readonly kind: "define"; readonly name: string; readonly regex: string }
  | { readonly kind: "use"; readonly name: string };

/** What a directive looks for within one line of the output. */
export interface Pattern {
  readonly source: string;
  readonly parts: readonly PatternPart[];
}

/** The text each variable matched, by name. */
export type Variables = ReadonlyMap<string, string>;

/** Reads a pattern; `span` covers `source` in its file. Brackets such as `[[1, 2]]` are plain text. */
export function parsePattern(source: string, span: Span): Result<Pattern> {
  const parts: PatternPart[] = [];
  let offset = 0;
  while (offset < source.length) {
    const opening = findOpening(source, offset);
    if (opening.start > offset) parts.push({ kind: "text", text: source.slice(offset, opening.start) });
    if (opening.kind === "none") break;
    const placed = { ...span, start: span.start + opening.start };
    if (opening.kind === "unsupported") return failUnsupported(opening.text, placed);
    const part = readPart(source, opening);
    if (part === undefined) {
      return fail(error("check-bad-pattern", `${opening.text} is not closed`, { span: placed }));
    }
    const fault = "regex" in part ? findRegexFault(part.regex, placed) : undefined;
    if (fault !== undefined) return fail(fault);
    if (
      part.kind === "define" &&
      parts.some((other) => other.kind === "define" && other.name === part.name)
    ) {
      const message = `variable ${part.name} is defined twice in one pattern`;
      return fail(error("check-bad-pattern", message, { span: placed }));
    }
    parts.push(part);
    offset = part.end;
  }
  return ok({ source, parts });
}

/** Names the pattern takes from earlier directives; a back-reference within the pattern is not among them. */
export function usedVariables({ parts }: Pattern): readonly string[] {
  return parts.flatMap((part, index) => {
    const isOwn = parts
      .slice(0, index)
      .some((other) => other.kind === "define" && part.kind === "use" && other.name === part.name);
    return part.kind === "use" && !isOwn ? [part.name] : [];
  });
}

/** Names the pattern gives a value when it matches. */
export function definedVariables({ parts }: Pattern): readonly string[] {
  return parts.flatMap((part) => (part.kind === "define" ? [part.name] : []));
}

/** The pattern as a regular expression for one line; definitions become groups of the same name. */
export function compilePattern(pattern: Pattern, variables: Variables): RegExp {
  const defined = new Set<string>();
  const sources = pattern.parts.map((part): string => {
    switch (part.kind) {
      case "text":
        return escapeLiteral(part.text);
      case "regex":
        return `(?:${part.regex})`;
      case "define":
        defined.add(part.name);
        return `(?<${part.name}>${part.regex})`;
      case "use":
        if (defined.has(part.name)) return `\\k<${part.name}>`;
        return `(?:${escapeLiteral(variables.get(part.name) ?? unreachable(`${part.name} has a value`))})`;
      default:
        return unreachable(`pattern part ${part satisfies never}`);
    }
  });
  return new RegExp(sources.join(""), "g");
}

/** The pattern with variables replaced by their values and regexes removed, to compare with plain lines. */
export function literalText(pattern: Pattern, variables: Variables): string {
  return pattern.parts
    .map((part) =>
      part.kind === "text" ? part.text : part.kind === "use" ? (variables.get(part.name) ?? "") : "",
    )
    .join("");
}

/** Literal text as a regex; a run of blanks matches any run of blanks. */
function escapeLiteral(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&").replace(/[ \t]+/g, "[ \\t]+");
}

type Opening =
  | { readonly kind: "none"; readonly start: number; readonly text: string }
  | {
      readonly kind: "regex" | "define" | "use" | "unsupported";
      readonly start: number;
      readonly text: string;
    };

function findOpening(source: string, offset: number): Opening {
  const opening = /\{\{|\[\[(?:#|@LINE|\$?[A-Za-z_]\w*(?::|\]\]))/g;
  opening.lastIndex = offset;
  const found = opening.exec(source);
  if (found === null) return { kind: "none", start: source.length, text: "" };
  const [text] = found;
  const kind =
    text === "{{" ? "regex" : /[#@]/.test(text) ? "unsupported" : text.endsWith(":") ? "define" : "use";
  return { kind, start: found.index, text };
}

function readPart(
  source: string,
  { kind, start, text }: Opening,
): (PatternPart & { end: number }) | undefined {
  const contentStart = start + text.length;
  if (kind === "use") return { kind, name: text.slice(2, -2), end: contentStart };
  const isDefinition = kind === "define";
  const end = isDefinition
    ? findClosing(source, contentStart, "[", "]")
    : (findClosing(source, contentStart, "{", "}") ?? findFirst(source, contentStart, "}}"));
  if (end === undefined) return undefined;
  const regex = source.slice(contentStart, end);
  return isDefinition
    ? { kind: "define", name: text.slice(2, -1), regex, end: end + 2 }
    : { kind: "regex", regex, end: end + 2 };
}

/** Where the doubled `close` stands that belongs to no `open` inside, as after `{{a{2}}}` or `[[V:[a-z]]]`. */
function findClosing(source: string, start: number, open: string, close: string): number | undefined {
  let depth = 0;
  for (let at = start; at < source.length; at++) {
    if (source[at] === "\\") at++;
    else if (source[at] === open) depth++;
    else if (source[at] === close && depth > 0) depth--;
    else if (source[at] === close && source[at + 1] === close) return at;
  }
  return undefined;
}

function findFirst(source: string, start: number, text: string): number | undefined {
  const at = source.indexOf(text, start);
  return at === -1 ? undefined : at;
}

function failUnsupported(opening: string, span: Span): Result<never> {
  const hint = "use [[NAME:regex]] and [[NAME]]; for the plain text write {{\\[\\[}} before the rest";
  return fail(error("check-bad-pattern", `${opening}…]] expressions are not supported`, { span, hint }));
}
