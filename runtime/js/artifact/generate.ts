import { refuse } from "./failure.ts";
import type { Model } from "./model.ts";
import { evaluate, type Port } from "./program.ts";

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
  const tokens = Array.from(prompt);
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
    if (!logits) return;
    const token = choose(logits);
    tokens.push(token);
    yield token;
  }
}

/** Gives the logits of what follows a sequence; undefined where memory has no room for it. */
interface Feed {
  logitsAfter(tokens: readonly number[]): Float32Array | undefined;
}

class WholeFeed implements Feed {
  readonly #model: Model;
  constructor(model: Model) {
    this.#model = model;
  }
  logitsAfter(tokens: readonly number[]): Float32Array | undefined {
    const entry = this.#model.entry("main");
    if (tokens.length > entry.symbols[0]!.maximum) return undefined;
    const [logits] = this.#model.runInOrder("main", [
      { shape: [tokens.length], data: Int32Array.from(tokens) },
    ]);
    return lastRow(logits!.data as Float32Array, logits!.shape);
  }
}

class CachedFeed implements Feed {
  readonly #model: Model;
  readonly #fedSymbol: number;
  readonly #pastSymbol: number;
  /** Tokens that the caches know. */
  #past = 0;

  constructor(model: Model) {
    this.#model = model;
    const { inputs } = model.entry("decode");
    this.#fedSymbol = symbolOf(inputs[0]!);
    this.#pastSymbol = symbolOf(inputs[2]!);
  }

  logitsAfter(tokens: readonly number[]): Float32Array | undefined {
    const { symbols } = this.#model.entry("decode");
    let logits: Float32Array | undefined;
    while (this.#past < tokens.length) {
      const room = symbols[this.#pastSymbol]!.maximum - this.#past;
      if (room < 0) return undefined;
      const fed = tokens.slice(this.#past, this.#past + symbols[this.#fedSymbol]!.maximum);
      logits = this.#step(Int32Array.from(fed));
    }
    return logits;
  }

  #step(fed: Int32Array): Float32Array {
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
    const shape = logits.shape.map((extent) => evaluate(extent, symbols));
    return lastRow(model.read(logits, symbols).data as Float32Array, shape);
  }
}

function symbolOf({ name, shape }: Port): number {
  const extent = shape.find((each) => typeof each !== "number");
  return extent?.terms[0]?.[0] ?? refuse("no-language-model", `${name} of decode has no open extent`);
}

const lastRow = (data: Float32Array, shape: readonly number[]): Float32Array =>
  data.subarray(data.length - shape.at(-1)!);
