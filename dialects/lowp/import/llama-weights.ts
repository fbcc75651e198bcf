import type { ResourceOrigin } from "../../../compiler/ir/constants.ts";
import type { FloatType } from "../../../compiler/ir/types.ts";

/** The numbers a Llama-style decoder is made of. */
export interface LlamaShape {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headWidth: number;
  readonly epsilon: number;
  readonly theta: number;
  /** Rotary pairs are neighbours, as in llama2.c; else halves apart, as in Hugging Face. */
  readonly interleaved: boolean;
  readonly context: number;
  /** `bytes`, or a tokenizer file relative to the module's. */
  readonly tokenizer: string;
  readonly bos: number | undefined;
}

/** A weight: the symbol it gets in the text, its type, and where its bytes are. */
export interface LlamaWeight {
  readonly symbol: string;
  readonly key: string;
  readonly shape: readonly number[];
  readonly element: FloatType;
  readonly origin: ResourceOrigin;
}

export interface LayerWeights {
  readonly attentionNorm: LlamaWeight;
  readonly query: LlamaWeight;
  readonly key: LlamaWeight;
  readonly value: LlamaWeight;
  readonly output: LlamaWeight;
  readonly queryBias?: LlamaWeight;
  readonly keyBias?: LlamaWeight;
  readonly valueBias?: LlamaWeight;
  readonly outputBias?: LlamaWeight;
  readonly mlpNorm: LlamaWeight;
  readonly gate: LlamaWeight;
  readonly up: LlamaWeight;
  readonly down: LlamaWeight;
}

export interface LlamaWeights {
  readonly embedding: LlamaWeight;
  readonly layers: readonly LayerWeights[];
  readonly finalNorm: LlamaWeight;
  /** The same object as `embedding` where the two are tied. */
  readonly head: LlamaWeight;
}
