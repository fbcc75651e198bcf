/** The lines of `text` without their ends (LF or CRLF); a final line end starts no further line. */
export function splitLines(text: string): readonly string[] {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

/** The one-based number of the line that holds the character at `offset`. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** One `//` comment: its place, and its text without the slashes and the white space around it. */
export interface Comment {
  /** One-based. */
  readonly line: number;
  readonly bodyStart: number;
  readonly body: string;
  /** The offset of the first slash. */
  readonly start: number;
  /** Nothing but white space precedes the comment on its line. */
  readonly isAlone: boolean;
}

/** Every `//` comment of a source text, in order; slashes inside a "string" start none. */
export function scanComments(text: string): readonly Comment[] {
  const comments: Comment[] = [];
  let lineStart = 0;
  for (const [index, line] of text.split("\n").entries()) {
    const comment = commentIn(line);
    if (comment !== undefined) {
      const start = lineStart + comment.start;
      const isAlone = line.slice(0, comment.start).trim() === "";
      const bodyStart = lineStart + comment.bodyStart;
      comments.push({ line: index + 1, start, bodyStart, body: comment.body, isAlone });
    }
    lineStart += line.length + 1;
  }
  return comments;
}

function commentIn(line: string): { start: number; bodyStart: number; body: string } | undefined {
  const found = /^((?:"(?:[^"\\]|\\.)*"|(?!\/\/)[^"])*)(\/\/+\s*)(.*)$/.exec(line.trimEnd());
  if (found === null) return undefined;
  const [, code, slashes, body] = found;
  return { start: code!.length, bodyStart: code!.length + slashes!.length, body: body! };
}
