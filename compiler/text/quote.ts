/** Undoes the escapes of a string literal: \" \\ \n \t and bytes of UTF-8 as two hexadecimal digits each. */
export const unquote = (image: string): string =>
  image
    .slice(1, -1)
    .replace(/((?:\\[0-9a-fA-F]{2})+)|\\(.)/g, (_, bytes: string | undefined, character: string) =>
      bytes !== undefined ? textOfBytes(bytes) : ({ n: "\n", t: "\t", r: "\r" }[character] ?? character),
    );

/** Bytes that are no UTF-8 are taken as one character each. */
function textOfBytes(escapes: string): string {
  const bytes = escapes
    .split("\\")
    .slice(1)
    .map((digits) => Number.parseInt(digits, 16));
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
  return text.includes("\ufffd") ? String.fromCharCode(...bytes) : text;
}

/** A string literal that `unquote` reads back. */
export const quote = (text: string): string => `"${text.replace(/["\\\p{Cc}\u2028\u2029]/gu, escaped)}"`;

const shortEscapes: Readonly<Record<string, string>> = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t" };

const escaped = (character: string): string =>
  shortEscapes[character] ??
  [...new TextEncoder().encode(character)]
    .map((byte) => `\\${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
