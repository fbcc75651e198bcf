import { refuse } from "./failure.ts";
import type { Model } from "./model.ts";
import { affineOf, evaluateExtent, type Port } from "./program.ts";

export interface GenerateOptions {
  /** Tokens to add; as many as memory is laid out for where left out. */
  readonly maxTokens?: number;
  /** The next token, given the logits; the likeliest, the first at a tie, where left out. */
  choose?(logits: Float32Array): number;
}

/** Milliseconds after which whoever shows the text gets a turn. */
const FRAME = 16;

/** The first index of the largest logit. */
export function likeliest(logits: Float32Array): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
  return best;
}

/**
 * Continues a prompt token by token. With a function `decode(tokens, positions, caches…)` a step feeds what is new,
 * and caches stay where they are in memory; with `main(tokens)` alone it feeds the whole sequence each time.
 */
export async function* generate(
  model: Model,
  prompt: ArrayLike<number>,
  { maxTokens = Number.MAX_SAFE_INTEGER, choose = likeliest }: GenerateOptions = {},
): AsyncGenerator<number> {
  const { model: language } = model.program;
  if (!language) return refuse("no-language-model", "the program does not predict tokens");
  const tokens = tokensOf(prompt);
  if (language.bos !== undefined) tokens.unshift(language.bos);
  if (tokens.length === 0)
    return refuse("empty-prompt", "there is nothing to continue: give a prompt of at least one token");
  const feed = model.entries.includes("decode") ? new CachedFeed(model) : new WholeFeed(model);
  let shown = performance.now();
  for (let produced = 0; produced < maxTokens; produced++) {
    if (performance.now() - shown > FRAME) {
      await new Promise((resolve) => setTimeout(resolve));
      shown = performance.now();
    }
    const logits = feed.logitsAfter(tokens);
    if (!logits && produced === 0)
      refuse(
        "prompt-too-long",
        `the prompt has ${tokens.length} tokens, but memory was laid out for at most ${feed.room}: compile with a larger --extent ${feed.extent}`,
      );
    if (!logits) return;
    const token = choose(logits);
    if (!Number.isInteger(token) || token < 0 || token >= logits.length)
      refuse("token-choice", `choose gave ${token}, but tokens go from 0 to ${logits.length - 1}`);
    tokens.push(token);
    yield token;
  }
}

/** The tokens of a prompt; text would otherwise become zeros. */
function tokensOf(prompt: ArrayLike<number>): number[] {
  if (typeof prompt === "string")
    refuse("prompt-type", "the prompt is text: encode it with the tokenizer of the model first");
  const tokens = Array.from(prompt);
  const stray = tokens.find((token) => !Number.isInteger(token));
  if (stray !== undefined) refuse("prompt-type", `the prompt holds ${stray}, but tokens are whole numbers`);
  return tokens;
}

/** Gives the logits of what follows a sequence; undefined where it is longer than there is room for. */
interface Feed {
  /** The longest sequence, and the name of the extent that says so. */
  readonly room: number;
  readonly extent: string;
  logitsAfter(tokens: readonly number[]): Float32Array | undefined;
}

class WholeFeed implements Feed {
  readonly room: number;
  readonly extent: string;
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
    const { symbols, inputs } = model.entry("main");
    const { name, maximum } = symbols[symbolOf("main", inputs[0])]!;
    this.extent = name;
    this.room = maximum;
  }

  logitsAfter(tokens: readonly number[]): Float32Array | undefined {
    if (tokens.length > this.room) return undefined;
    const [logits] = this.#model.runInOrder("main", [Int32Array.from(tokens)]);
    return lastRow(logits!.data as Float32Array, logits!.shape);
  }
}

class CachedFeed implements Feed {
  readonly room: number;
  readonly extent: string;
  readonly #model: Model;
  readonly #fedSymbol: number;
  /** The most tokens that one step takes. */
  readonly #step: number;
  /** Tokens that the caches know, as of a run of the model. */
  #past = 0;
  #run = -1;

  constructor(model: Model) {
    this.#model = model;
    const { inputs, symbols } = model.entry("decode");
    this.#fedSymbol = symbolOf("decode", inputs[0]);
    this.#step = symbols[this.#fedSymbol]!.maximum;
    // Caches of layers have extents of their own, and the least is what counts.
    symbolOf("decode", inputs[2]);
    const least = symbols
      .filter((_, i) => i !== this.#fedSymbol)
      .reduce((one, other) => (other.maximum < one.maximum ? other : one));
    this.extent = least.name;
    this.room = least.maximum + 1;
  }

  logitsAfter(tokens: readonly number[]): Float32Array | undefined {
    if (tokens.length > this.room) return undefined;
    // Memory belongs to the model: what ran between two steps has left something else in the caches.
    if (this.#run !== this.#model.runs) this.#past = 0;
    let logits: Float32Array | undefined;
    while (this.#past < tokens.length)
      logits = this.#feed(Int32Array.from(tokens.slice(this.#past, this.#past + this.#step)));
    this.#run = this.#model.runs;
    return logits;
  }

  #feed(fed: Int32Array): Float32Array {
    const model = this.#model;
    const { inputs, outputs, symbols: all } = model.entry("decode");
    const symbols = all.map((_, i) => (i === this.#fedSymbol ? fed.length : this.#past));
    model.write(inputs[0]!, fed);
    model.write(
      inputs[1]!,
      Int32Array.from(fed, (_, i) => this.#past + i),
    );
    model.advance("decode", symbols);
    for (const [i, output] of outputs.slice(1).entries()) model.carry(output, inputs[i + 2]!, symbols);
    this.#past += fed.length;
    const logits = outputs[0]!;
    const shape = logits.shape.map((extent) => evaluateExtent(extent, symbols));
    return lastRow(model.read(logits, symbols).data as Float32Array, shape);
  }
}

function symbolOf(entry: string, port: Port | undefined): number {
  const extent = port?.shape.map(affineOf).find((each) => typeof each !== "number" && each.terms.length > 0);
  return (
    (typeof extent === "object" ? extent.terms[0]?.[0] : undefined) ??
    refuse(
      "no-language-model",
      `${port?.name ?? "a missing input"} of ${entry} has no open extent, so sequences cannot grow`,
    )
  );
}

const lastRow = (data: Float32Array, shape: readonly number[]): Float32Array =>
  data.subarray(data.length - shape.at(-1)!);
