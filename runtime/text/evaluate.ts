import { error, fail, ok, type Result, unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import type { FloatData, Tensor } from "../../compiler/numeric/tensor.ts";
import { addComparison, logProbabilities } from "../log-probabilities.ts";
import { feedOf, type LanguageModel } from "./language-model.ts";

export interface EvaluationOptions {
  /** Scored tokens per window; no context is carried from one window to the next. */
  readonly window: number;
  /** Scored tokens in all, at most. */
  readonly limit?: number | undefined;
  /** Compared with, token by token: its distribution is the reference of kl and agreement. */
  readonly reference?: LanguageModel | undefined;
  progress?(done: number, total: number): void;
  /** After each window, when the model and the reference have both seen it; a failure ends the evaluation. */
  afterWindow?(): Result<void>;
}

export interface Evaluation {
  /** Mean negative log-likelihood in nats per scored token. */
  readonly loss: number;
  readonly ppl: number;
  readonly bitsPerByte: number;
  readonly tokens: number;
  readonly seconds: number;
  /** As `loss`, of the reference on the same tokens. */
  readonly referenceLoss?: number;
  /** Mean KL(reference ‖ model) in nats, and the share of positions where both prefer the same token. */
  readonly kl?: number;
  readonly agreement?: number;
}

/**
 * Scores a text in non-overlapping windows of N tokens. Without BOS, window i feeds tokens
 * [N·i, N·i+N) and scores [N·i+1, N·i+N]; with BOS it feeds BOS and the window's first N−1 tokens and
 * scores its N tokens. Sums are f64, in text order.
 */
export async function evaluate(
  model: LanguageModel,
  text: Uint8Array,
  options: EvaluationOptions,
): Promise<Result<Evaluation>> {
  const start = performance.now();
  const tokens = model.tokenizer.encode(text);
  const windows = [...windowsOf(tokens, model.bos, options)];
  if (windows.length === 0)
    return fail(
      error("text-too-short", `the text has ${tokens.length} tokens, but a window scores ${options.window}`, {
        hint: "give a longer text, or a smaller --window",
      }),
    );
  const total = { loss: 0, referenceLoss: 0, kl: 0, agreed: 0, count: 0, bytes: 0 };
  for (const [i, { fed, scored }] of windows.entries()) {
    options.progress?.(i, windows.length);
    const logits = await logitsOf(model, fed);
    if (!logits.ok) return logits;
    const reference = options.reference ? await logitsOf(options.reference, fed) : undefined;
    if (reference && !reference.ok) return reference;
    for (const [position, token] of scored.entries()) {
      const predicted = logProbabilities(logits.value, position);
      total.loss -= predicted[token] ?? unreachable(`token ${token} has no logit`);
      if (!reference) continue;
      const expected = logProbabilities(reference.value, position);
      total.referenceLoss -= expected[token]!;
      addComparison(total, expected, predicted);
    }
    const studied = options.afterWindow?.() ?? ok(undefined);
    if (!studied.ok) return studied;
    total.count += scored.length;
    total.bytes += model.tokenizer.decode(scored).length;
  }
  options.progress?.(windows.length, windows.length);
  const loss = total.loss / total.count;
  return ok({
    loss,
    ppl: Math.exp(loss),
    bitsPerByte: total.loss / Math.LN2 / Math.max(1, total.bytes),
    tokens: total.count,
    seconds: (performance.now() - start) / 1000,
    ...(options.reference && {
      referenceLoss: total.referenceLoss / total.count,
      kl: total.kl / total.count,
      agreement: total.agreed / total.count,
    }),
  });
}

interface Window {
  readonly fed: Int32Array;
  readonly scored: Int32Array;
}

function* windowsOf(
  tokens: Int32Array,
  bos: number | undefined,
  { window, limit = Infinity }: EvaluationOptions,
): Generator<Window> {
  const shift = bos === undefined ? 1 : 0;
  for (let i = 0; (i + 1) * window <= limit; i++) {
    const first = i * window;
    if (first + window + shift > tokens.length) return;
    const scored = tokens.subarray(first + shift, first + shift + window);
    yield { fed: feedOf(tokens.subarray(first, first + window), bos), scored };
  }
}

async function logitsOf(model: LanguageModel, fed: Int32Array): Promise<Result<Tensor<FloatData>>> {
  const outputs = await model.executable.run(model.main, [{ shape: [fed.length], data: fed }]);
  if (!outputs.ok) return outputs;
  const [logits] = outputs.value;
  return logits && (logits.data instanceof Float32Array || logits.data instanceof Float64Array)
    ? ok(logits as Tensor<FloatData>)
    : unreachable("a language model returned no logits");
}
