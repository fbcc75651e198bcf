import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect } from "vitest";
import { runCli } from "../../../compiler/cli/main.ts";
import { writeSafetensors } from "../../../compiler/export/safetensors/write.ts";
import type { SafetensorsDtype } from "../../../compiler/import/safetensors/dtype.ts";

/** What a command said and how it ended. */
export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own for one test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "narrow-cli-"));
  folders.push(folder);
  return folder;
}

/** Runs a command line in this process; whatever it says, it never shows a stack. */
export async function narrow(folder: string, ...args: readonly string[]): Promise<Outcome> {
  const [out, err]: [string[], string[]] = [[], []];
  const status = await runCli(args, {
    folder,
    terminal: false,
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  });
  const outcome = { status, out: out.join(""), err: err.join("") };
  expect(outcome.out + outcome.err).not.toMatch(/at .*\(.*:\d+:\d+\)/);
  expect(outcome.err).not.toContain("internal error");
  return outcome;
}

export const read = (folder: string, file: string): string => readFileSync(join(folder, file), "utf8");

export function write(folder: string, file: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, file), content);
  return file;
}

export const floats = (...numbers: readonly number[]): Uint8Array =>
  new Uint8Array(Float32Array.from(numbers).buffer);

const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Tensors to put in a file; those without bytes are filled with small numbers that differ. */
export interface TestTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype?: SafetensorsDtype;
  readonly bytes?: Uint8Array;
}

export function writeWeights(folder: string, file: string, tensors: readonly TestTensor[]): void {
  const written = writeSafetensors(
    join(folder, file),
    tensors.map(({ name, shape, dtype = "F32", bytes }) => ({
      name,
      shape,
      dtype,
      bytes: () => bytes ?? numbersFor(shape),
    })),
  );
  expect(written.ok).toBe(true);
}

function numbersFor(shape: readonly number[]): Uint8Array {
  const count = shape.reduce((product, size) => product * size, 1);
  return floats(...Array.from({ length: count }, (_, i) => ((i % 7) - 3) / 8));
}

/** 2x2 weights, whose product with [1, 1] is [3, 7]. */
export const smallWeights = floats(1, 2, 3, 4);

/** A module `model.mlir` whose one weight is in `model-weights.safetensors`. */
export function writeModel(folder: string, bytes: Uint8Array = smallWeights): void {
  writeWeights(folder, "model-weights.safetensors", [{ name: "w", shape: [2, 2], bytes }]);
  write(
    folder,
    "model.mlir",
    `lowp.param @w : tensor<2x2xf32> = dense_resource<w>

func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x2xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  external_resources: {
    narrow: {
      w: "model-weights.safetensors#w, ${bytes.length} bytes, sha256 ${hash(bytes)}"
    }
  }
#-}
`,
  );
}

/** A Hugging Face folder of one layer with 256 byte tokens; `tensors` replaces or, when undefined, drops some. */
export function writeHuggingface(
  folder: string,
  { config = {}, tensors = {} }: HuggingfaceChanges = {},
): void {
  const complete = { ...smallConfig, ...config };
  write(folder, "config.json", JSON.stringify(complete));
  const shapes: Record<string, TestTensor | undefined> = Object.fromEntries(
    Object.entries(smallShapes).map(([name, shape]) => [name, { name, shape }]),
  );
  writeWeights(
    folder,
    "model.safetensors",
    Object.values({ ...shapes, ...tensors }).filter((tensor) => tensor !== undefined),
  );
}

export interface HuggingfaceChanges {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly tensors?: Readonly<Record<string, TestTensor | undefined>>;
}

const smallConfig = {
  model_type: "llama",
  vocab_size: 256,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  max_position_embeddings: 16,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: true,
};

/** Tensors of the folder, by name. */
export const smallShapes: Readonly<Record<string, readonly number[]>> = {
  "model.embed_tokens.weight": [256, 8],
  "model.norm.weight": [8],
  "model.layers.0.input_layernorm.weight": [8],
  "model.layers.0.post_attention_layernorm.weight": [8],
  "model.layers.0.self_attn.q_proj.weight": [8, 8],
  "model.layers.0.self_attn.k_proj.weight": [4, 8],
  "model.layers.0.self_attn.v_proj.weight": [4, 8],
  "model.layers.0.self_attn.o_proj.weight": [8, 8],
  "model.layers.0.mlp.gate_proj.weight": [12, 8],
  "model.layers.0.mlp.up_proj.weight": [12, 8],
  "model.layers.0.mlp.down_proj.weight": [8, 12],
};
