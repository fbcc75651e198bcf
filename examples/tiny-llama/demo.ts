import { readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import Table from "cli-table3";
import { loadModule } from "../../compiler/cli/load.ts";
import { runPasses } from "../../compiler/cli/run-passes.ts";
import { registry } from "../../compiler/cli/toolchain.ts";
import type { Result } from "../../compiler/diagnostics/diagnostic.ts";
import { renderAll } from "../../compiler/diagnostics/render.ts";
import type { ConstantStore } from "../../compiler/ir/constants.ts";
import type { Module } from "../../compiler/ir/module.ts";
import { type ParamSize, paramSizes } from "../../dialects/lowp/sizes.ts";
import { Interpreter } from "../../runtime/interpreter/interpreter.ts";
import { evaluate } from "../../runtime/text/evaluate.ts";
import { generate } from "../../runtime/text/generate.ts";
import { type LanguageModel, languageModel } from "../../runtime/text/language-model.ts";

// A trained language model, from text to 4-bit weights to new text, on the interpreter alone.

/** One scale in f16 per 32 weights of a row: 4.5 bits per weight all in. */
const PIPELINE =
  'quantize-weights{type=!lowp.q<i4, block = [1, 32], scale = f16> only=["layers.*"]},hoist-dequant,canonicalize,cse';
const PROMPT = "In the beginning ";
const NEW_TOKENS = 120;
/** Half of the 16,384 tokens the README's figures are for, so that the demo ends soon. */
const SCORED_TOKENS = 8192;

const folder = import.meta.dirname;
const io = {
  folder,
  out: (text: string) => process.stdout.write(text),
  err: (text: string) => process.stderr.write(text),
  terminal: process.stderr.isTTY === true,
};
const sources = new Map<string, string>();

function expect<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  process.stderr.write(renderAll(result.diagnostics, sources));
  process.exit(1);
}

interface Row {
  readonly name: string;
  readonly module: Module;
  readonly model: LanguageModel;
}

const rowOf = (name: string, module: Module, constants: ConstantStore): Row => ({
  name,
  module,
  model: expect(languageModel(module, new Interpreter(module, registry, constants), folder)),
});

const sum = (sizes: readonly ParamSize[], part: (size: ParamSize) => number) =>
  sizes.reduce((total, size) => total + part(size), 0);

async function measure({ name, module, model }: Row): Promise<readonly string[]> {
  const text = readFileSync(join(folder, "eval_text.txt"));
  const score = expect(await evaluate(model, text, { window: 256, limit: SCORED_TOKENS }));
  const sizes = paramSizes(module);
  const linears = sizes.filter((size) => /^layers\.\d+\.(self_attn|mlp)\./.test(size.name));
  const bits = (8 * sum(linears, (size) => size.bytes ?? 0)) / sum(linears, (size) => size.elements);
  const start = performance.now();
  let tokens = 0;
  for await (const step of generate(model, model.tokenizer.encode(PROMPT), 40))
    tokens += expect(step) >= 0 ? 1 : 0;
  const speed = tokens / ((performance.now() - start) / 1000);
  return [
    name,
    bits.toFixed(2),
    sum(sizes, (size) => size.bytes ?? 0).toLocaleString("en"),
    score.loss.toFixed(4),
    score.ppl.toFixed(3),
    speed.toFixed(0),
  ];
}

const loaded = expect(loadModule(io, "model.mlir", registry, sources));
const passes = { verifyEach: true, allowUnregistered: false };
const quantized = expect(
  await runPasses({ io, registry }, loaded.module, PIPELINE, loaded.constants, passes, sources, () => {}),
);
const rows = [rowOf("bf16", loaded.module, loaded.constants), rowOf("4-bit", quantized, loaded.constants)];

const table = new Table({
  head: ["weights", "bits/weight", "bytes", "loss", "perplexity", "tokens/s"],
  colAligns: ["left", "right", "right", "right", "right", "right"],
  style: { head: [], border: [] },
});
for (const row of rows) {
  process.stderr.write(`scoring ${SCORED_TOKENS} tokens with ${row.name} weights…\n`);
  table.push([...(await measure(row))]);
}
console.log(`narrow opt model.mlir --pipeline '${PIPELINE}'\n`);
console.log(table.toString());
process.stdout.write(`\nThe 4-bit model goes on:\n\n${PROMPT}`);
const { model } = rows[1]!;
for await (const step of generate(model, model.tokenizer.encode(PROMPT), NEW_TOKENS))
  process.stdout.write(model.tokenizer.decode([expect(step)]));
console.log();
