/** Turns text into token ids and back. */
export interface Tokenizer {
  /** One more than the largest id. */
  readonly vocabularySize: number;
  /** The ids of the text, without the beginning-of-sequence token; bytes are taken as UTF-8. */
  encode(text: string | Uint8Array): Int32Array;
  /**
   * The bytes the tokens spell; they may end inside a UTF-8 sequence. An id outside the vocabulary, as a
   * model with a padded classifier can emit, spells U+FFFD.
   */
  decode(tokens: Iterable<number>): Uint8Array;
  /** The token to put before a text, where the tokenizer has one. */
  readonly bos: number | undefined;
}

/** 256 tokens whose ids are the bytes of the UTF-8 text. */
export function byteTokenizer(): Tokenizer {
  return {
    vocabularySize: 256,
    bos: undefined,
    encode: (text) => Int32Array.from(utf8BytesOf(text)),
    decode: (tokens) =>
      joinBytes(Array.from(tokens, (token) => (isByte(token) ? [token] : replacementBytes))),
  };
}

/** The UTF-8 bytes of a text; those of bytes are the bytes themselves. */
export const utf8BytesOf = (text: string | Uint8Array): Uint8Array =>
  typeof text === "string" ? new TextEncoder().encode(text) : text;

/** U+FFFD in UTF-8, which stands for what cannot be spelt. */
export const replacementBytes: readonly number[] = [0xef, 0xbf, 0xbd];

/** The pieces one after another. */
export function joinBytes(pieces: readonly (readonly number[] | Uint8Array)[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

const isByte = (token: number): boolean => Number.isInteger(token) && token >= 0 && token < 256;
