import { refuse } from "./failure.ts";
import type { Model } from "./model.ts";
import { affineOf, type Port } from "./program.ts";

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
  const feed = model.entries.includes("decode") ? cachedFeed(model) : wholeFeed(model);
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

/*
 * Feeds are closures, not instances of a class: engines forget code that is optimized for the fields of a class when a
 * collection finds no instance, and would optimize it again for the next text.
 */

function wholeFeed(model: Model): Feed {
  const { symbols, inputs } = model.entry("main");
  const { name: extent, maximum: room } = symbols[symbolOf("main", inputs[0])]!;
  return {
    room,
    extent,
    logitsAfter(tokens) {
      if (tokens.length > room) return undefined;
      const [logits] = model.runInOrder("main", [Int32Array.from(tokens)]);
      const { data, shape } = logits!;
      return data.slice(-shape.at(-1)!) as Float32Array;
    },
  };
}

function cachedFeed(model: Model): Feed {
  const { inputs, outputs, symbols } = model.entry("decode");
  const fedSymbol = symbolOf("decode", inputs[0]);
  /** The most tokens that one step takes. */
  const most = symbols[fedSymbol]!.maximum;
  // Caches of layers have extents of their own, and the least is what counts.
  symbolOf("decode", inputs[2]);
  const { name: extent, maximum } = symbols
    .filter((_, i) => i !== fedSymbol)
    .reduce((one, other) => (other.maximum < one.maximum ? other : one));
  const room = maximum + 1;
  const values = symbols.map(() => 0);
  /** Tokens that the caches know, as of a run of the model. */
  let past = 0;
  let run = -1;

  function feed(tokens: readonly number[], end: number): void {
    const fed = new Int32Array(end - past);
    const positions = new Int32Array(end - past);
    for (let i = past; i < end; i++) {
      fed[i - past] = tokens[i]!;
      positions[i - past] = i;
    }
    for (let symbol = 0; symbol < values.length; symbol++)
      values[symbol] = symbol === fedSymbol ? fed.length : past;
    model.write(inputs[0]!, fed);
    model.write(inputs[1]!, positions);
    model.advance("decode", values);
    for (let i = 1; i < outputs.length; i++) model.carry(outputs[i]!, inputs[i + 1]!, values);
    past = end;
  }
  return {
    room,
    extent,
    logitsAfter(tokens) {
      if (tokens.length > room) return undefined;
      // Memory belongs to the model: what ran between two steps has left something else in the caches.
      if (run !== model.runs) past = 0;
      while (past < tokens.length) feed(tokens, Math.min(tokens.length, past + most));
      run = model.runs;
      return model.lastRow(outputs[0]!, values);
    },
  };
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
