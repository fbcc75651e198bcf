/** One word of a command line, and whether any of it was quoted or escaped. */
export interface ShellWord {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** What one piece of a word stands for: '…' verbatim, "…" with \" and \\, a backslash before any character. */
const piece = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/y;

/** Splits a command the way a shell quotes words, without expanding anything; undefined when a quote stays open. */
export function splitShellWords(command: string): readonly ShellWord[] | undefined {
  const words: ShellWord[] = [];
  let offset = /^\s*/.exec(command)![0].length;
  while (offset < command.length) {
    const word = readWord(command, offset);
    if (word === undefined) return undefined;
    words.push(word);
    offset = word.end + /^\s*/.exec(command.slice(word.end))![0].length;
  }
  return words;
}

function readWord(command: string, start: number): (ShellWord & { readonly end: number }) | undefined {
  let text = "";
  let isQuoted = false;
  let end = start;
  while (end < command.length && !/\s/.test(command[end]!)) {
    piece.lastIndex = end;
    const found = piece.exec(command);
    if (found === null) return undefined;
    const [whole, single, double, escaped, plain] = found;
    text += plain ?? single ?? escaped ?? double!.replace(/\\(["\\])/g, "$1");
    isQuoted ||= plain === undefined;
    end += whole.length;
  }
  return { text, isQuoted, end };
}
