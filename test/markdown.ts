/** A fenced block of a Markdown text. */
export interface Block {
  /** The word after the opening fence. */
  readonly language: string;
  readonly text: string;
  /** Whether nothing but white space stands between it and the block before it. */
  readonly follows: boolean;
}

/** The fenced blocks, in order. */
export function fencedBlocks(markdown: string): readonly Block[] {
  const fences = [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  return fences.map((fence, i) => {
    const before = fences[i - 1];
    const end = before ? before.index + before[0].length : 0;
    return {
      language: fence[1]!,
      text: fence[2]!,
      follows: i > 0 && markdown.slice(end, fence.index).trim() === "",
    };
  });
}

/** The name a block gives itself in its first line, `// clamp.ts` or `<!-- page.html -->`. */
export const fileNameOf = ({ text }: Block): string | undefined =>
  /^(?:\/\/|<!--) ([\w.-]+\.\w+)(?: -->)?\n/.exec(text)?.[1];

/** The cells of the table under a heading, without the backticks around them. */
export function tableUnder(markdown: string, heading: string): readonly (readonly string[])[] {
  const section = markdown.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| "));
  return rows.slice(1).map((row) =>
    row
      .slice(1, -1)
      .split(" | ")
      .map((cell) => cell.trim().replace(/^`(.*)`$/, "$1")),
  );
}
