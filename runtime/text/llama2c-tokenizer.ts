import { error, fail, ok, type Result } from "../../compiler/diagnostics/diagnostic.ts";
import { readWholeFile } from "../../compiler/import/open-file.ts";
import { decodeVocabulary, firstByteToken, latin1Of, type ScoredPiece } from "./llama2c-vocabulary.ts";
import { type MergeRules, mergePairs } from "./merge-pairs.ts";
import { joinBytes, replacementBytes, type Tokenizer, utf8BytesOf } from "./tokenizer.ts";

/** How a llama2.c tokenizer treats text. */
export interface Llama2cTokenizerOptions {
  /** Whether a space is put before a text that is not empty, as llama2.c does; true by default. */
  readonly prefixSpace?: boolean;
}

/**
 * Opens a tokenizer.bin of karpathy/llama2.c. Codes: `file-not-found`, `file-unreadable`,
 * `tokenizer-header`, `tokenizer-truncated`, `tokenizer-vocabulary`.
 */
export function openLlama2cTokenizer(path: string, options: Llama2cTokenizerOptions = {}): Result<Tokenizer> {
  const bytes = readWholeFile(path);
  if (!bytes.ok) return bytes;
  const pieces = decodeVocabulary(path, bytes.value);
  if (!pieces.ok) return pieces;
  const prefixSpace = options.prefixSpace ?? true;
  const space = pieces.value.findIndex(({ piece }) => piece === " ");
  if (prefixSpace && space < 0) {
    const message = `${path}: there is no token for a space, which goes before a text`;
    return fail(error("tokenizer-vocabulary", message, { hint: "encode without the prefix space" }));
  }
  return ok(llama2cTokenizer(pieces.value, prefixSpace ? [space] : []));
}

const bosToken = 1;
// run.c starts its search for the best pair at this score, so a token at or below it is never merged into.
const lowestScore = -1e10;

function llama2cTokenizer(pieces: readonly ScoredPiece[], prefix: readonly number[]): Tokenizer {
  const idOf = new Map<string, number>();
  for (const [id, { piece }] of pieces.entries()) if (!idOf.has(piece)) idOf.set(piece, id);
  const rules = mergeRules(pieces, idOf);
  return {
    vocabularySize: pieces.length,
    bos: bosToken,
    encode(text) {
      const tokens = characterTokens(utf8BytesOf(text), idOf);
      return mergePairs(tokens.length === 0 ? [] : [...prefix, ...tokens], rules);
    },
    decode: (tokens) => decodeTokens(tokens, pieces),
  };
}

/** One token per character, or one per byte for characters without a token (run.c `encode`). */
function characterTokens(bytes: Uint8Array, idOf: ReadonlyMap<string, number>): number[] {
  const tokens: number[] = [];
  let start = 0;
  for (let at = 1; at <= bytes.length; at++) {
    const continues = at < bytes.length && (bytes[at]! & 0xc0) === 0x80;
    if (continues && at - start < 4) continue;
    const character = bytes.subarray(start, at);
    const id = idOf.get(latin1Of(character));
    if (id === undefined) for (const byte of character) tokens.push(firstByteToken + byte);
    else tokens.push(id);
    start = at;
  }
  return tokens;
}

function mergeRules(pieces: readonly ScoredPiece[], idOf: ReadonlyMap<string, number>): MergeRules {
  const mergeable = pieces.map(({ score }) => score).filter((score) => score > lowestScore);
  const scores = [...new Set(mergeable)].sort((left, right) => right - left);
  const rankOf = new Map(scores.map((score, rank) => [score, rank]));
  const ranks = pieces.map(({ score }) => rankOf.get(score) ?? scores.length);
  const known = new Map<number, number | undefined>();
  const lookUp = (left: number, right: number): number | undefined => {
    const id = idOf.get(pieces[left]!.piece + pieces[right]!.piece);
    return id !== undefined && pieces[id]!.score > lowestScore ? id : undefined;
  };
  return {
    rank: (token) => ranks[token]!,
    merge(left, right) {
      const pair = left * pieces.length + right;
      if (!known.has(pair)) known.set(pair, lookUp(left, right));
      return known.get(pair);
    },
  };
}

/** run.c `decode`, except that BOS itself spells nothing; there it ends the text. */
function decodeTokens(tokens: Iterable<number>, pieces: readonly ScoredPiece[]): Uint8Array {
  const spelt: (readonly number[] | Uint8Array)[] = [];
  let previous: number | undefined;
  for (const token of tokens) {
    if (token !== bosToken) spelt.push(spell(pieces[token]?.piece, previous === bosToken));
    previous = token;
  }
  return joinBytes(spelt);
}

function spell(piece: string | undefined, afterBos: boolean): readonly number[] | Uint8Array {
  if (piece === undefined) return replacementBytes;
  const byte = /^<0x([0-9A-F]{2})>$/.exec(piece);
  if (byte !== null) return [Number.parseInt(byte[1]!, 16)];
  const text = afterBos && piece.startsWith(" ") ? piece.slice(1) : piece;
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
