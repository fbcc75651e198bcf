import type { IRecognitionException, IToken, ParserMethod } from "chevrotain";
import { type Diagnostic, error, fail, ok, type Result, type Span } from "../diagnostics/diagnostic.ts";
import { Grammar } from "./grammar.ts";
import type { FileSyntax, PassSyntax } from "./syntax.ts";
import { lexer, MAX_NESTING, T } from "./tokens.ts";

const grammar = new Grammar();

/** Reading stops after this many syntax errors: what follows is rarely news. */
const MAX_ERRORS = 20;
/** Files above this size are not read again after an error; the first one is reported. */
const RECOVERABLE_TOKENS = 200_000;

export interface ParsedFile {
  readonly syntax: FileSyntax;
  readonly diagnostics: readonly Diagnostic[];
  /** Names whose definition was dropped after a syntax error; using them is no further error. */
  readonly dropped: ReadonlySet<string>;
}

const nothing: FileSyntax = { aliases: [], ops: [], metadata: [] };

/**
 * Text to syntax. After a syntax error the statement it is in is dropped and the rest read again, so
 * that one run reports all errors of a file.
 */
export function parseFile(text: string, file: string): ParsedFile {
  const lexed = tokenize(text, file, 0);
  const diagnostics = [...lexed.diagnostics];
  const dropped = new Set<string>();
  let remaining: readonly IToken[] = lexed.tokens;
  const deep = tooDeep(remaining, file);
  if (deep) return { syntax: nothing, diagnostics: [...diagnostics, deep], dropped };
  for (;;) {
    const { value, problem } = attempt(grammar.fileRule, remaining, file, 0);
    if (!problem) return { syntax: value ?? nothing, diagnostics, dropped };
    diagnostics.push(syntaxError(problem, text.length, file, 0));
    const at = remaining.findIndex((token) => token.startOffset >= problem.token.startOffset);
    if (at === -1 || diagnostics.length >= MAX_ERRORS || lexed.tokens.length > RECOVERABLE_TOKENS)
      return { syntax: nothing, diagnostics, dropped };
    const [start, end] = statementAround(remaining, at, text);
    for (const token of remaining.slice(start, end))
      if (token.tokenType === T.Value || token.tokenType === T.Symbol) dropped.add(token.image);
    remaining = [...remaining.slice(0, start), ...remaining.slice(end)];
  }
}

type Rule<T> = ParserMethod<[], T>;

/** Reads a piece of a file, such as a type; `base` is where the piece starts in it. */
export function parsePiece<T>(
  rule: (grammar: Grammar) => Rule<T>,
  text: string,
  file: string,
  base: number,
): Result<T> {
  const lexed = tokenize(text, file, base);
  if (lexed.diagnostics.length > 0) return fail(...lexed.diagnostics);
  const deep = tooDeep(lexed.tokens, file);
  if (deep) return fail(deep);
  const { value, problem } = attempt(rule(grammar), lexed.tokens, file, base);
  return problem ? fail(syntaxError(problem, text.length, file, base)) : ok(value as T);
}

/** `a{x = 1},b`: the passes by name, with their options as spelled. */
export function parsePipelineSyntax(text: string, file: string): Result<readonly PassSyntax[]> {
  const passes = parsePiece<readonly PassSyntax[]>((rules) => rules.pipeline, text, file, 0);
  if (!passes.ok) return passes;
  const named = passes.value.map((pass) => {
    const { span } = pass.name;
    return { ...pass, name: { text: text.slice(span.start, span.end).replace(/\s/g, ""), span } };
  });
  return ok(named);
}

function tokenize(text: string, file: string, base: number) {
  const { tokens, errors } = lexer.tokenize(text);
  const diagnostics = errors.slice(0, MAX_ERRORS).map(({ offset, length }) =>
    error("syntax", `unexpected character ${JSON.stringify(text.slice(offset, offset + 1))}`, {
      span: { file, start: base + offset, end: base + offset + Math.max(1, length) },
    }),
  );
  return { tokens, diagnostics };
}

function attempt<T>(rule: Rule<T>, input: readonly IToken[], file: string, base: number) {
  grammar.file = file;
  grammar.base = base;
  grammar.input = input as IToken[];
  const value = rule.call(grammar) as T | undefined;
  const [problem] = grammar.errors;
  return { value, problem };
}

function syntaxError(
  { message, token, previousToken }: IRecognitionException & { readonly previousToken?: IToken | undefined },
  length: number,
  file: string,
  base: number,
): Diagnostic {
  const atEnd = Number.isNaN(token.startOffset);
  const start = atEnd
    ? previousToken && !Number.isNaN(previousToken.startOffset)
      ? previousToken.startOffset + previousToken.image.length
      : length
    : token.startOffset;
  const span: Span = { file, start: base + start, end: base + start + Math.max(1, token.image.length) };
  return error("syntax", message, { span });
}

function tooDeep(tokens: readonly IToken[], file: string): Diagnostic | undefined {
  let depth = 0;
  for (const { tokenType, startOffset } of tokens) {
    if (
      tokenType === T.Open ||
      tokenType === T.OpenList ||
      tokenType === T.OpenBrace ||
      tokenType === T.OpenAngle
    )
      depth++;
    else if (
      tokenType === T.Close ||
      tokenType === T.CloseList ||
      tokenType === T.CloseBrace ||
      tokenType === T.CloseAngle
    )
      depth--;
    if (depth > MAX_NESTING)
      return error("syntax", `brackets are nested deeper than ${MAX_NESTING}`, {
        span: { file, start: startOffset, end: startOffset + 1 },
      });
  }
  return undefined;
}

/** The tokens [start, end) of the statement around an error, with the whole region it opens. */
function statementAround(tokens: readonly IToken[], at: number, text: string): readonly [number, number] {
  const startsLine = (i: number) =>
    i === 0 ||
    text
      .slice(tokens[i - 1]!.startOffset + tokens[i - 1]!.image.length, tokens[i]!.startOffset)
      .includes("\n");
  let start = at;
  while (start > 0 && !(startsLine(start) && startsStatement(tokens, start))) start--;
  let end = at + 1;
  while (end < tokens.length && !(startsLine(end) && (startsStatement(tokens, end) || closes(tokens[end]!))))
    end++;
  let depth = 0;
  for (let i = start; i < tokens.length; i++) {
    if (tokens[i]!.tokenType === T.OpenBrace) depth++;
    else if (tokens[i]!.tokenType === T.CloseBrace) depth--;
    if (i >= end - 1 && depth <= 0) return [start, Math.max(end, i + 1)];
  }
  return [start, end];
}

const closes = ({ tokenType }: IToken): boolean => tokenType === T.CloseBrace || tokenType === T.MetadataOpen;

/** Whether a token at the start of a line looks like the start of an op, a block or an alias. */
function startsStatement(tokens: readonly IToken[], i: number): boolean {
  const { tokenType, image } = tokens[i]!;
  const next = tokens[i + 1]?.tokenType;
  if (tokenType === T.Value) return next === T.Equals || next === T.Comma || next === T.Colon;
  if (tokenType === T.String) return next === T.Open;
  if (tokenType === T.Type || tokenType === T.Attribute) return next === T.Equals;
  if (tokenType === T.Label) return true;
  return tokenType === T.Word && next !== T.Equals && (image.includes(".") || next !== T.Comma);
}
