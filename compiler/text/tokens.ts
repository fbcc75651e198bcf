import { type CustomPatternMatcherFunc, createToken, Lexer, type TokenType } from "chevrotain";

/** Brackets nested deeper than this are refused, so that no input can exhaust the stack. */
export const MAX_NESTING = 200;

const bareIdentifier = /[A-Za-z_][A-Za-z0-9_$.]*/y;
const closing: Readonly<Record<string, string>> = { "<": ">", "(": ")", "[": "]", "{": "}" };

/**
 * End of the balanced `<…>` that starts at `start`, or -1. Bodies hold strings, arrows, `>=` and brackets;
 * `%` and `^` cannot occur in a type, so an unclosed bracket is noticed at the next value instead of
 * at the end of the file.
 */
export function balancedEnd(text: string, start: number): number {
  const open: string[] = [];
  for (let i = start; i < text.length; i++) {
    const character = text[i]!;
    if (character === '"') {
      const end = stringEnd(text, i);
      if (end === -1) return -1;
      i = end - 1;
    } else if ((character === "-" && text[i + 1] === ">") || (character === ">" && text[i + 1] === "=")) i++;
    else if (character in closing) {
      open.push(closing[character]!);
      if (open.length > MAX_NESTING) return -1;
    } else if (character === "%" || character === "^") return -1;
    else if (character === ">" || character === ")" || character === "]" || character === "}") {
      if (open.pop() !== character) return -1;
      if (open.length === 0) return i + 1;
    }
  }
  return -1;
}

function stringEnd(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === '"') return i + 1;
    else if (text[i] === "\n") return -1;
  }
  return -1;
}

const identifierEnd = (text: string, start: number): number => {
  bareIdentifier.lastIndex = start;
  return bareIdentifier.test(text) ? bareIdentifier.lastIndex : -1;
};

const matched = (text: string, start: number, end: number): RegExpExecArray =>
  Object.assign([text.slice(start, end)], { index: start, input: text }) as unknown as RegExpExecArray;

/** `!name` or `!dialect.name<…>` (with `#` likewise) as one token: what is inside is read later, once per spelling. */
const sigil =
  (character: string): CustomPatternMatcherFunc =>
  (text, offset) => {
    if (text[offset] !== character) return null;
    let end = identifierEnd(text, offset + 1);
    if (end === -1 && character === "#") {
      const digits = /\d+/y;
      digits.lastIndex = offset + 1;
      end = digits.test(text) ? digits.lastIndex : -1;
    }
    if (end === -1) return null;
    const bodyEnd = text[end] === "<" ? balancedEnd(text, end) : -1;
    return matched(text, offset, bodyEnd === -1 ? end : bodyEnd);
  };

/** `tensor<…>`, `dense<…>`, `i8<-8:7>`: a word directly followed by a balanced angle bracket. */
const angleForm: CustomPatternMatcherFunc = (text, offset) => {
  const end = identifierEnd(text, offset);
  if (end === -1 || text[end] !== "<") return null;
  const bodyEnd = balancedEnd(text, end);
  return bodyEnd === -1 ? null : matched(text, offset, bodyEnd);
};

const token = (name: string, pattern: RegExp | string, startCharacters?: readonly string[]): TokenType =>
  createToken({ name, pattern, ...(startCharacters && { start_chars_hint: [...startCharacters] }) });

const letters = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"];
const customToken = (
  name: string,
  exec: CustomPatternMatcherFunc,
  startCharacters: readonly string[],
): TokenType =>
  createToken({ name, pattern: { exec }, line_breaks: true, start_chars_hint: [...startCharacters] });

/** Names are what error messages call the tokens. */
export const T = {
  Space: createToken({ name: "space", pattern: /[ \t\r\n]+/, group: Lexer.SKIPPED }),
  Comment: createToken({ name: "comment", pattern: /\/\/[^\n]*/, group: Lexer.SKIPPED }),
  MetadataOpen: token("{-#", "{-#"),
  MetadataClose: token("#-}", "#-}"),
  Arrow: token("->", "->"),
  String: token("string", /"(?:[^"\\\n]|\\[^\n])*"/),
  Float: token("number", /-?\d+\.\d*(?:[eE][-+]?\d+)?/),
  Hex: token("hexadecimal number", /-?0x[0-9a-fA-F]+/),
  Integer: token("integer", /-?\d+/),
  Value: token("%value", /%(?:\d+|[A-Za-z_$.-][A-Za-z0-9_$.-]*)(?:#\d+)?/),
  Label: token("^block", /\^[A-Za-z0-9_$.-]+/),
  Symbol: token("@symbol", /@(?:[A-Za-z_][A-Za-z0-9_$.]*|"(?:[^"\\\n]|\\[^\n])*")/),
  Type: customToken("!type", sigil("!"), ["!"]),
  Attribute: customToken("#attribute", sigil("#"), ["#"]),
  AngleForm: customToken("type<…>", angleForm, letters),
  Word: token("word", /[A-Za-z_][A-Za-z0-9_$.]*/),
  PropertiesOpen: token("<{", "<{"),
  PropertiesClose: token("}>", "}>"),
  Path: token("::", "::"),
  Open: token("(", "("),
  Close: token(")", ")"),
  OpenList: token("[", "["),
  CloseList: token("]", "]"),
  OpenBrace: token("{", "{"),
  CloseBrace: token("}", "}"),
  OpenAngle: token("<", "<"),
  CloseAngle: token(">", ">"),
  Comma: token(",", ","),
  Equals: token("=", "="),
  Colon: token(":", ":"),
  Star: token("*", "*"),
  Question: token("?", "?"),
  Minus: token("-", "-"),
} as const;

export const tokens: TokenType[] = Object.values(T);
export const lexer = new Lexer(tokens, { positionTracking: "onlyOffset", ensureOptimizations: true });
