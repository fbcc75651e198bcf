import { ok, type Result, unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { openLlama2c } from "../../../compiler/import/llama2c/read.ts";
import type { ConstantStore } from "../../../compiler/ir/constants.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { f32 } from "../../../compiler/ir/types.ts";
import { buildLlama } from "./llama.ts";
import type { LlamaWeight } from "./llama-weights.ts";

/** llama2.c has no field for these; its code fixes them. */
const EPSILON = 1e-5;
const THETA = 10000;
const BOS = 1;

/**
 * A llama2.c checkpoint as a module. The format has no names to point at, so its tensors go into
 * `constants`, to be written beside the module. `tokenizer` is as the module is to name it.
 */
export function importLlama2c(path: string, tokenizer: string, constants: ConstantStore): Result<Module> {
  const opened = openLlama2c(path);
  if (!opened.ok) return opened;
  const file = opened.value;
  const { config } = file;
  const weight = (name: string): LlamaWeight => {
    const { shape } = file.tensors.get(name) ?? unreachable(`llama2.c files have ${name}`);
    return { symbol: name, key: name, shape, element: f32, origin: constants.add(file.read(name)) };
  };
  const embedding = weight("tok_embeddings");
  const module = buildLlama(
    {
      layers: config.layerCount,
      width: config.dimension,
      heads: config.headCount,
      keyValueHeads: config.keyValueHeadCount,
      headWidth: config.dimension / config.headCount,
      epsilon: EPSILON,
      theta: THETA,
      interleaved: true,
      context: config.sequenceLength,
      tokenizer,
      bos: BOS,
    },
    {
      embedding,
      layers: Array.from({ length: config.layerCount }, (_, i) => layerOf(i, weight)),
      finalNorm: weight("rms_final"),
      head: config.sharedClassifier ? embedding : weight("wcls"),
    },
  );
  file.close();
  return ok(module);
}

/** The names of llama2.c's own code: w1 gates, w3 goes up, w2 comes down. */
function layerOf(i: number, weight: (name: string) => LlamaWeight) {
  const at = (name: string) => weight(`layers.${i}.${name}`);
  return {
    attentionNorm: at("rms_att"),
    query: at("wq"),
    key: at("wk"),
    value: at("wv"),
    output: at("wo"),
    mlpNorm: at("rms_ffn"),
    gate: at("w1"),
    up: at("w3"),
    down: at("w2"),
  };
}
