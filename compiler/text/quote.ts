/** Undoes the escapes of a string literal: \" \\ \n \t and two hexadecimal digits. */
export const unquote = (image: string): string =>
  image
    .slice(1, -1)
    .replace(/\\(?:([0-9a-fA-F]{2})|(.))/g, (_, hex: string | undefined, character: string) =>
      hex !== undefined
        ? String.fromCharCode(Number.parseInt(hex, 16))
        : ({ n: "\n", t: "\t", r: "\r" }[character] ?? character),
    );

/** A string literal that `unquote` reads back. */
export const quote = (text: string): string =>
  `"${text.replace(/["\\\n\t\r]/g, (c) => ({ '"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\0D" })[c] ?? c)}"`;
