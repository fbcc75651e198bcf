import { joinBytes } from "./tokenizer.ts";

/** Bytes of a token of a byte-level vocabulary (GPT-2 `bytes_to_unicode`); undefined for any other text. */
export function byteLevelBytes(token: string): readonly number[] | undefined {
  const bytes: number[] = [];
  for (const character of token) {
    const byte = byteOfCharacter.get(character);
    if (byte === undefined) return undefined;
    bytes.push(byte);
  }
  return bytes;
}

/** Stands for one raw byte in text, so that a decoder made for text lets it through unchanged. */
export const placeholderOf = (byte: number): string => String.fromCodePoint(firstPlaceholder + byte);

/** The UTF-8 bytes of a text, with placeholders replaced by the bytes they stand for. */
export function bytesWithPlaceholders(text: string): Uint8Array {
  // Splitting on a capturing group puts the placeholders at the odd places.
  const parts = text.split(/([\u{10fe00}-\u{10feff}])/u);
  const encoder = new TextEncoder();
  const pieces = parts.map((part, index) =>
    index % 2 === 1 ? [part.codePointAt(0)! - firstPlaceholder] : encoder.encode(part),
  );
  return joinBytes(pieces);
}

// Private-use code points that no vocabulary known to us spells.
const firstPlaceholder = 0x10fe00;

const isPrintable = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;

const byteOfCharacter: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 256 }, (_, byte) => byte)
    .sort((left, right) => Number(isPrintable(right)) - Number(isPrintable(left)) || left - right)
    .map((byte, index) => [String.fromCodePoint(isPrintable(byte) ? byte : 256 + index - 188), byte]),
);
