import { existsSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { readWholeFile } from "../../../compiler/import/open-file.ts";
import {
  missingTensor,
  openSafetensors,
  type SafetensorsFile,
} from "../../../compiler/import/safetensors/read.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { type FloatName, float } from "../../../compiler/ir/types.ts";
import { buildLlama } from "./llama.ts";
import type { LayerWeights, LlamaWeight } from "./llama-weights.ts";

/** What of a Hugging Face config.json decides the computation. */
const configSchema = v.object({
  model_type: v.literal("llama"),
  vocab_size: v.pipe(v.number(), v.integer(), v.minValue(1)),
  hidden_size: v.pipe(v.number(), v.integer(), v.minValue(1)),
  intermediate_size: v.pipe(v.number(), v.integer(), v.minValue(1)),
  num_hidden_layers: v.pipe(v.number(), v.integer(), v.minValue(1)),
  num_attention_heads: v.pipe(v.number(), v.integer(), v.minValue(1)),
  num_key_value_heads: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  head_dim: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(2))),
  max_position_embeddings: v.pipe(v.number(), v.integer(), v.minValue(1)),
  rope_theta: v.optional(v.number(), 10000),
  rope_scaling: v.optional(v.null(), null),
  rms_norm_eps: v.number(),
  hidden_act: v.optional(v.picklist(["silu", "swish"]), "silu"),
  tie_word_embeddings: v.optional(v.boolean(), false),
  attention_bias: v.optional(v.boolean(), false),
  mlp_bias: v.optional(v.literal(false), false),
  bos_token_id: v.nullish(v.number()),
});
type Config = v.InferOutput<typeof configSchema>;

const elements: Readonly<Partial<Record<string, FloatName>>> = {
  F32: "f32",
  BF16: "bf16",
  F16: "f16",
  F64: "f64",
};

/** What importing needs of its host: hashing, and how paths in `folder` are written in the module. */
export interface ImportHost {
  sha256(bytes: Uint8Array): string;
  relativePath(path: string): string;
  progress(done: number, total: number, label: string): void;
}

/** A Llama directory (config.json, safetensors, tokenizer.json) as a module that points into its weights. */
export function importHuggingface(folder: string, host: ImportHost): Result<Module> {
  const config = readConfig(join(folder, "config.json"));
  if (!config.ok) return config;
  const files = openWeights(folder);
  if (!files.ok) return files;
  const reader = new WeightReader(files.value, config.value, host);
  const module = reader.module(tokenizerOf(folder, config.value, host));
  for (const file of files.value) file.close();
  return reader.diagnostics.length > 0 ? fail(...reader.diagnostics) : ok(module!);
}

function readConfig(path: string): Result<Config> {
  const bytes = readWholeFile(path);
  if (!bytes.ok) return bytes;
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes.value));
  } catch {
    return fail(error("model-config", `${path} is not JSON`));
  }
  const parsed = v.safeParse(configSchema, json);
  if (parsed.success) return ok(parsed.output);
  return fail(
    ...parsed.issues.map((issue) =>
      error(
        "model-config",
        `${path}: ${v.getDotPath(issue) ?? "the file"} is ${issue.received}, expected ${issue.expected ?? "another value"}`,
        {
          hint: "only plain Llama decoders are imported: no rope scaling, no MLP bias, SiLU",
        },
      ),
    ),
  );
}

function openWeights(folder: string): Result<readonly SafetensorsFile[]> {
  const indexPath = join(folder, "model.safetensors.index.json");
  const names = existsSync(indexPath) ? shardNames(indexPath) : ok(["model.safetensors"]);
  if (!names.ok) return names;
  const files = names.value.map((name) => openSafetensors(join(folder, name)));
  const problems = files.flatMap((file) => (file.ok ? [] : file.diagnostics));
  return problems.length > 0 ? fail(...problems) : ok(files.flatMap((file) => (file.ok ? [file.value] : [])));
}

const indexSchema = v.object({ weight_map: v.record(v.string(), v.string()) });

function shardNames(path: string): Result<readonly string[]> {
  const bytes = readWholeFile(path);
  if (!bytes.ok) return bytes;
  try {
    const { weight_map: map } = v.parse(indexSchema, JSON.parse(new TextDecoder().decode(bytes.value)));
    return ok([...new Set(Object.values(map))].toSorted());
  } catch {
    return fail(
      error("model-config", `${path} is no safetensors index`, { hint: "it must be JSON with a weight_map" }),
    );
  }
}

/** A tokenizer.json beside the weights, else bytes if the vocabulary has their number. */
function tokenizerOf(folder: string, config: Config, host: ImportHost): Result<string> {
  const path = join(folder, "tokenizer.json");
  if (existsSync(path)) return ok(host.relativePath(path));
  if (config.vocab_size === 256) return ok("bytes");
  return fail(
    error(
      "no-tokenizer",
      `${folder} has no tokenizer.json, and its ${config.vocab_size} tokens are not bytes`,
      {
        hint: "put the model's tokenizer.json beside config.json",
      },
    ),
  );
}

class WeightReader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #files: readonly SafetensorsFile[];
  readonly #config: Config;
  readonly #host: ImportHost;
  #read = 0;

  constructor(files: readonly SafetensorsFile[], config: Config, host: ImportHost) {
    this.#files = files;
    this.#config = config;
    this.#host = host;
  }

  module(tokenizer: Result<string>): Module | undefined {
    const { vocab_size: vocabulary, hidden_size: width, tie_word_embeddings: tied } = this.#config;
    const heads = this.#config.num_attention_heads;
    const headWidth = this.#config.head_dim ?? width / heads;
    const embedding = this.#weight("model.embed_tokens.weight", [vocabulary, width]);
    const layers = Array.from({ length: this.#config.num_hidden_layers }, (_, i) =>
      this.#layer(i, headWidth),
    );
    const finalNorm = this.#weight("model.norm.weight", [width]);
    const head = tied ? embedding : this.#weight("lm_head.weight", [vocabulary, width]);
    if (!tokenizer.ok) this.diagnostics.push(...tokenizer.diagnostics);
    if (!Number.isInteger(headWidth))
      this.diagnostics.push(
        error("model-config", `hidden_size ${width} is no multiple of num_attention_heads ${heads}`),
      );
    if (this.diagnostics.length > 0 || !tokenizer.ok) return undefined;
    const shape = {
      layers: layers.length,
      width,
      heads,
      keyValueHeads: this.#config.num_key_value_heads ?? heads,
      headWidth,
      epsilon: this.#config.rms_norm_eps,
      theta: this.#config.rope_theta,
      interleaved: false,
      context: this.#config.max_position_embeddings,
      tokenizer: tokenizer.value,
      bos: this.#config.bos_token_id ?? undefined,
    };
    return buildLlama(shape, { embedding, layers, finalNorm, head });
  }

  #layer(i: number, headWidth: number): LayerWeights {
    const { hidden_size: width, intermediate_size: hidden, attention_bias: biased } = this.#config;
    const heads = this.#config.num_attention_heads;
    const groups = this.#config.num_key_value_heads ?? heads;
    const at = (name: string, shape: readonly number[], part = "weight") =>
      this.#weight(`model.layers.${i}.${name}.${part}`, shape);
    const [queries, keys] = [heads * headWidth, groups * headWidth];
    return {
      attentionNorm: at("input_layernorm", [width]),
      query: at("self_attn.q_proj", [queries, width]),
      key: at("self_attn.k_proj", [keys, width]),
      value: at("self_attn.v_proj", [keys, width]),
      output: at("self_attn.o_proj", [width, queries]),
      ...(biased && {
        queryBias: at("self_attn.q_proj", [queries], "bias"),
        keyBias: at("self_attn.k_proj", [keys], "bias"),
        valueBias: at("self_attn.v_proj", [keys], "bias"),
        outputBias: at("self_attn.o_proj", [width], "bias"),
      }),
      mlpNorm: at("post_attention_layernorm", [width]),
      gate: at("mlp.gate_proj", [hidden, width]),
      up: at("mlp.up_proj", [hidden, width]),
      down: at("mlp.down_proj", [width, hidden]),
    };
  }

  #weight(key: string, shape: readonly number[]): LlamaWeight {
    const symbol = key.replace(/^model\./, "").replace(/\.weight$/, "");
    const file = this.#files.find((each) => each.tensors.has(key));
    const entry = file?.tensors.get(key);
    const element = entry && elements[entry.dtype];
    const missing = {
      symbol,
      key,
      shape,
      element: float("f32"),
      origin: { kind: "digest", byteLength: 0, sha256: "" },
    } as const;
    if (!file || !entry) {
      this.diagnostics.push(missingTensor(this.#files[0]!, key));
      return missing;
    }
    if (!element) {
      this.diagnostics.push(
        error(
          "weight-dtype",
          `tensor ${key} of ${file.path} is ${entry.dtype}, expected one of ${Object.keys(elements).join(", ")}`,
          {
            hint: "import the unquantized checkpoint; narrow quantizes it",
          },
        ),
      );
      return missing;
    }
    if (entry.shape.join() !== shape.join()) {
      this.diagnostics.push(
        error(
          "weight-shape",
          `tensor ${key} of ${file.path} has shape ${entry.shape.join("x")}, but config.json says ${shape.join("x")}`,
          {
            hint: "config.json and the weights are of different models",
          },
        ),
      );
      return missing;
    }
    this.#host.progress(++this.#read, file.tensors.size, key);
    const sha256 = this.#host.sha256(file.read(key));
    const origin = {
      kind: "file",
      file: this.#host.relativePath(file.path),
      tensor: key,
      byteLength: entry.byteLength,
      sha256,
    } as const;
    return { symbol, key, shape, element: float(element), origin };
  }
}
