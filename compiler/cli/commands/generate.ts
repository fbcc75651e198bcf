import { generate } from "../../../runtime/text/generate.ts";
import type { Registry } from "../../define/dialect.ts";
import { isDense, type RuntimeValue } from "../../define/kernel.ts";
import { elementCount } from "../../numeric/tensor.ts";
import { type Backend, backendOption } from "../backend.ts";
import type { AddCommand, Session } from "../command.ts";
import { FAILED, OK, report } from "../io.ts";
import { positiveInteger } from "../options.ts";
import { loadLanguageModel } from "./eval.ts";

interface GenerateOptions {
  readonly prompt: string;
  readonly maxTokens: number;
  readonly backend: Backend;
  readonly json?: boolean;
}

export const generateCommand: AddCommand = (program, { session, finish }) => {
  program
    .command("generate")
    .description("continue a text with the likeliest token")
    .argument("<model>", "module with @main and, for speed, @decode")
    .option("--prompt <text>", "text to continue", "")
    .option("--max-tokens <number>", "tokens to add", positiveInteger, 100)
    .addOption(backendOption())
    .option("--json", "print one JSON object instead of the text")
    .action(async (path: string, options: GenerateOptions) =>
      finish(await generateText(session(), path, options)),
    );
};

async function generateText(
  session: Session,
  path: string,
  { prompt, maxTokens, backend, json }: GenerateOptions,
): Promise<number> {
  const { io } = session;
  const sources = new Map<string, string>();
  const model = await loadLanguageModel(session, path, backend, sources);
  if (!model.ok) {
    report(io, model.diagnostics, sources);
    return FAILED;
  }
  const { tokenizer, bos } = model.value;
  const start = performance.now();
  const encoded = tokenizer.encode(prompt);
  const tokens: number[] = [];
  let text = "";
  const shown = new ShownText((ids) => tokenizer.decode(bos === undefined ? ids : [bos, ...ids]), encoded);
  let caches: readonly RuntimeValue[] = [];
  const see = (seen: readonly RuntimeValue[]) => {
    caches = seen;
  };
  for await (const step of generate(model.value, encoded, maxTokens, see)) {
    if (!step.ok) {
      report(io, step.diagnostics, sources);
      return FAILED;
    }
    tokens.push(step.value);
    const piece = shown.add(step.value);
    text += piece;
    if (!json) io.out(piece);
  }
  const seconds = (performance.now() - start) / 1000;
  const tokensPerSecond = tokens.length / seconds;
  const { bytes, dense } = cacheBytes(session.registry, caches);
  if (json)
    io.out(
      `${JSON.stringify({ prompt, text, tokens, seconds, tokensPerSecond, cacheBytes: bytes, denseCacheBytes: dense })}\n`,
    );
  else io.out("\n");
  io.err(`${tokens.length} tokens, ${tokensPerSecond.toFixed(1)} tokens/s\n`);
  if (bytes !== dense) io.err(`caches of ${bytes} bytes, ${dense} as f32\n`);
  return OK;
}

/** Bytes that caches take in storage, and that they would take as f32. */
function cacheBytes(registry: Registry, caches: readonly RuntimeValue[]) {
  let [bytes, dense] = [0, 0];
  for (const cache of caches) {
    const wide = 4 * elementCount(cache.shape);
    const codec = isDense(cache) ? undefined : registry.numbers(cache.type);
    bytes += codec && !isDense(cache) ? codec.byteLength(cache) : wide;
    dense += wide;
  }
  return { bytes, dense };
}

/** Text of tokens that arrive one by one; a character cut between two tokens waits for its end. */
class ShownText {
  readonly #decode: (tokens: readonly number[]) => Uint8Array;
  readonly #tokens: number[];
  readonly #promptBytes: number;
  readonly #decoder = new TextDecoder();
  #written: number;

  constructor(decode: (tokens: readonly number[]) => Uint8Array, prompt: Iterable<number>) {
    this.#decode = decode;
    this.#tokens = [...prompt];
    this.#promptBytes = decode(this.#tokens).length;
    this.#written = this.#promptBytes;
  }

  add(token: number): string {
    this.#tokens.push(token);
    const bytes = this.#decode(this.#tokens);
    const text = this.#decoder.decode(bytes.subarray(this.#written), { stream: true });
    this.#written = bytes.length;
    return text;
  }
}
