import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";
import { error, fail, ok, type Result } from "../../compiler/diagnostics/diagnostic.ts";
import { readWholeFile } from "../../compiler/import/open-file.ts";
import { byteLevelBytes, bytesWithPlaceholders, placeholderOf } from "./huggingface-decoding.ts";
import { byteTokenizer, joinBytes, replacementBytes, type Tokenizer } from "./tokenizer.ts";

/**
 * Opens a tokenizer.json of Hugging Face, with the tokenizer_config.json beside it where there is one; the
 * document `{"type": "byte"}` is the byte tokenizer. Codes: `file-not-found`, `file-unreadable`,
 * `tokenizer-document`.
 */
export function openHuggingfaceTokenizer(path: string): Result<Tokenizer> {
  const document = readJsonObject(path);
  if (!document.ok) return document;
  if (document.value.type === "byte") return ok(byteTokenizer());
  const configPath = join(dirname(path), "tokenizer_config.json");
  const config = existsSync(configPath) ? readJsonObject(configPath) : ok<JsonObject>({});
  if (!config.ok) return config;
  const library = buildLibrary(path, document.value, config.value);
  return library.ok ? ok(huggingfaceTokenizer(library.value, document.value, config.value)) : library;
}

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What is used of the package. Its own declarations do not resolve under nodenext, which makes them `any`. */
interface Library {
  encode(
    text: string,
    options: { readonly add_special_tokens: boolean },
  ): { readonly ids: readonly number[] };
  get_vocab(): ReadonlyMap<string, number>;
  get_added_tokens_decoder(): ReadonlyMap<number, { readonly content: string; readonly special: boolean }>;
  id_to_token(id: number): string | undefined;
  token_to_id(token: string): number | undefined;
  readonly decoder: { decode(tokens: readonly string[]): string } | null;
}

function readJsonObject(path: string): Result<JsonObject> {
  const bytes = readWholeFile(path);
  if (!bytes.ok) return bytes;
  // JSON.parse has no form that returns its error.
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes.value));
    if (isObject(value)) return ok(value);
    return fail(documentError(path, `it is ${JSON.stringify(value).slice(0, 24)}, expected an object`));
  } catch {
    return fail(documentError(path, "it is not JSON"));
  }
}

const documentError = (path: string, what: string) =>
  error("tokenizer-document", `${path}: ${what}`, {
    hint: "give a tokenizer.json as Hugging Face tokenizers save it",
  });

function buildLibrary(path: string, document: JsonObject, config: JsonObject): Result<Library> {
  if (!isObject(document.model)) return fail(documentError(path, "it has no model"));
  const parts = {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
  };
  // The package throws on parts that it does not know.
  try {
    return ok(new LibraryTokenizer({ ...parts, ...document }, config));
  } catch (problem) {
    return fail(documentError(path, problem instanceof Error ? problem.message : String(problem)));
  }
}

function huggingfaceTokenizer(library: Library, document: JsonObject, config: JsonObject): Tokenizer {
  const encode = (text: string, withSpecial: boolean): number[] =>
    // The package leaves a hole for what is neither in the vocabulary nor covered by an unknown token.
    library.encode(text, { add_special_tokens: withSpecial }).ids.filter((id) => id !== undefined);
  const largest = [...library.get_vocab().values()].reduce((left, right) => Math.max(left, right), -1);
  return {
    vocabularySize: largest + 1,
    bos: findBos(library, encode, config),
    encode: (text) => Int32Array.from(encode(typeof text === "string" ? text : textOf(text), false)),
    decode: decoderFor(library, document),
  };
}

const textOf = (bytes: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

/** The token that the tokenizer itself puts before a text, else the configured one if `add_bos_token` asks. */
function findBos(
  library: Library,
  encode: (text: string, withSpecial: boolean) => readonly number[],
  config: JsonObject,
): number | undefined {
  const first = encode("a", true)[0];
  if (first !== encode("a", false)[0]) return first;
  if (config.add_bos_token !== true) return undefined;
  const configured = isObject(config.bos_token) ? config.bos_token.content : config.bos_token;
  return typeof configured === "string" ? library.token_to_id(configured) : undefined;
}

type Decode = Tokenizer["decode"];

function decoderFor(library: Library, document: JsonObject): Decode {
  const decoder = isObject(document.decoder) ? document.decoder : {};
  return decoder.type === "ByteLevel"
    ? byteLevelDecoder(library)
    : textDecoder(library, usesByteFallback(decoder));
}

const usesByteFallback = (decoder: JsonObject): boolean =>
  decoder.type === "ByteFallback" ||
  (Array.isArray(decoder.decoders) &&
    decoder.decoders.some((part) => isObject(part) && usesByteFallback(part)));

/** Byte-level tokens spell bytes, which the package would force into text. Special tokens spell nothing. */
function byteLevelDecoder(library: Library): Decode {
  const added = library.get_added_tokens_decoder();
  const encoder = new TextEncoder();
  const spell = (token: number): readonly number[] | Uint8Array => {
    const special = added.get(token);
    if (special !== undefined) return special.special ? [] : encoder.encode(special.content);
    const text = library.id_to_token(token);
    return text === undefined ? replacementBytes : (byteLevelBytes(text) ?? encoder.encode(text));
  };
  return (tokens) => joinBytes(Array.from(tokens, spell));
}

/** Runs the package's decoder on the tokens' texts; bytes of a byte fallback travel as placeholders. */
function textDecoder(library: Library, byteFallback: boolean): Decode {
  const added = library.get_added_tokens_decoder();
  const spell = (token: number): string => {
    const text = library.id_to_token(token) ?? "\ufffd";
    const byte = byteFallback ? /^<0x([0-9A-Fa-f]{2})>$/.exec(text) : null;
    return byte === null ? text : placeholderOf(Number.parseInt(byte[1]!, 16));
  };
  return (tokens) => {
    const texts = [...tokens].filter((token) => added.get(token)?.special !== true).map(spell);
    return bytesWithPlaceholders(library.decoder?.decode(texts) ?? texts.join(" "));
  };
}
