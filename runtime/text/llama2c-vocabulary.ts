import { type Diagnostic, error, fail, ok, type Result } from "../../compiler/diagnostics/diagnostic.ts";

/** One token: its bytes as a string of characters below 256, so that it can be a key; and its merge score. */
export interface ScoredPiece {
  readonly piece: string;
  readonly score: number;
}

/**
 * Decodes a tokenizer.bin of llama2.c: i32 largest length, then to the end of the file f32 score, i32
 * length and bytes per token. Codes: `tokenizer-header`, `tokenizer-truncated`, `tokenizer-vocabulary`.
 */
export function decodeVocabulary(path: string, bytes: Uint8Array): Result<readonly ScoredPiece[]> {
  if (bytes.length < 4)
    return fail(truncated(`${path}: the header takes 4 bytes, the file has ${bytes.length}`));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const largestLength = view.getInt32(0, true);
  if (largestLength < 1) {
    return fail(headerError(`${path}: the largest token length is ${largestLength}, expected at least 1`));
  }
  const pieces: ScoredPiece[] = [];
  for (let at = 4; at < bytes.length; ) {
    const left = bytes.length - at;
    const where = `${path}: token ${pieces.length}`;
    if (left < 8) return fail(truncated(`${where} has ${left} bytes left, its score and length take 8`));
    const length = view.getInt32(at + 4, true);
    if (length < 0 || length > largestLength) {
      return fail(headerError(`${where} has length ${length}, expected 0 to ${largestLength}`));
    }
    if (left - 8 < length)
      return fail(truncated(`${where} has ${left - 8} bytes left, its text takes ${length}`));
    const piece = latin1Of(bytes.subarray(at + 8, at + 8 + length));
    pieces.push({ piece, score: view.getFloat32(at, true) });
    at += 8 + length;
  }
  return checkBytes(path, pieces);
}

/** The string whose characters are the bytes. TextDecoder's "latin1" is windows-1252, which is not that. */
export const latin1Of = (bytes: Uint8Array): string => {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};

/** Where the 256 tokens `<0x00>` to `<0xFF>` begin, after unknown, BOS and EOS. */
export const firstByteToken = 3;

function checkBytes(path: string, pieces: readonly ScoredPiece[]): Result<readonly ScoredPiece[]> {
  const nameOf = (byte: number): string => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const wrong = bytes.find((byte) => pieces[firstByteToken + byte]?.piece !== nameOf(byte));
  if (wrong === undefined) return ok(pieces);
  const token = firstByteToken + wrong;
  const found = pieces[token] === undefined ? "absent" : JSON.stringify(pieces[token].piece);
  const message = `${path}: token ${token} is ${found}, expected ${nameOf(wrong)}`;
  return fail(
    error("tokenizer-vocabulary", message, { hint: "export the tokenizer with llama2.c's tokenizer.py" }),
  );
}

const truncated = (message: string): Diagnostic =>
  error("tokenizer-truncated", message, { hint: "copy or download the file again" });

const headerError = (message: string): Diagnostic =>
  error("tokenizer-header", message, { hint: "check that it is a tokenizer.bin of llama2.c" });
