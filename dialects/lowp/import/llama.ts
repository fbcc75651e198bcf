import { integerAttribute, stringAttribute } from "../../../compiler/ir/attributes.ts";
import type { Module, ValueId } from "../../../compiler/ir/module.ts";
import { f32, i32, type TensorType, tensorType } from "../../../compiler/ir/types.ts";
import { ModuleBuilder } from "../../../compiler/rewrite/module-builder.ts";
import { buildFunction } from "../../func/build.ts";
import { call } from "../../func/ops.ts";
import { CONTEXT } from "../../nn/context.ts";
import { attention, rope } from "../../nn/ops/attention.ts";
import { add, mul } from "../../nn/ops/binary.ts";
import { zeros } from "../../nn/ops/constant.ts";
import { embedding } from "../../nn/ops/gather.ts";
import { linear } from "../../nn/ops/linear.ts";
import { rmsNorm } from "../../nn/ops/norm.ts";
import { positions as positionsOf } from "../../nn/ops/positions.ts";
import { refine } from "../../nn/ops/refine.ts";
import { concat, reshape } from "../../nn/ops/shape.ts";
import { silu } from "../../nn/ops/unary.ts";
import { get, param } from "../ops.ts";
import type { LayerWeights, LlamaShape, LlamaWeight, LlamaWeights } from "./llama-weights.ts";

/**
 * Writes the model as a person would: one function per block, `@decode` that runs them from cached
 * keys and values, and `@main` that runs a whole sequence.
 */
export function buildLlama(shape: LlamaShape, weights: LlamaWeights): Module {
  const builder = new ModuleBuilder({
    "nn.tokenizer": stringAttribute(shape.tokenizer),
    ...(shape.bos !== undefined && { "nn.bos": integerAttribute(shape.bos) }),
    [CONTEXT]: integerAttribute(shape.context),
  });
  const llama = new LlamaBuilder(builder, shape, weights);
  llama.params();
  for (const [i, layer] of weights.layers.entries()) llama.layer(i, layer);
  llama.decode();
  llama.main();
  return builder.finish();
}

class LlamaBuilder {
  readonly #builder: ModuleBuilder;
  readonly #shape: LlamaShape;
  readonly #weights: LlamaWeights;
  readonly #hidden: TensorType;
  readonly #cache: TensorType;
  readonly #positions = tensorType([null], i32);

  constructor(builder: ModuleBuilder, shape: LlamaShape, weights: LlamaWeights) {
    this.#builder = builder;
    this.#shape = shape;
    this.#weights = weights;
    this.#hidden = tensorType([null, shape.width], f32);
    this.#cache = tensorType([null, shape.keyValueHeads, shape.headWidth], f32);
  }

  params(): void {
    const { embedding: table, layers, finalNorm, head } = this.#weights;
    const all = [table, ...layers.flatMap((layer) => Object.values(layer) as LlamaWeight[]), finalNorm, head];
    for (const { symbol, key, shape, element, origin } of new Set(all)) {
      const type = tensorType(shape, element);
      this.#builder.build(param, {}, { sym_name: symbol, type, value: { kind: "resource", key, type } });
      this.#builder.resource(key, origin);
    }
  }

  #weight({ symbol, shape, element }: LlamaWeight, name: string): ValueId {
    const resultTypes = { value: tensorType(shape, element) };
    return this.#builder.build(get, {}, { param: [symbol] }, { resultTypes, names: { value: name } }).value;
  }

  #linear(input: ValueId, weight: LlamaWeight, bias: LlamaWeight | undefined, name: string): ValueId {
    const operands = {
      input,
      weight: this.#weight(weight, `w_${name}`),
      ...(bias && { bias: this.#weight(bias, `b_${name}`) }),
    };
    return this.#builder.build(linear, operands, {}, { names: { output: name } }).output;
  }

  #norm(input: ValueId, gain: LlamaWeight, name: string): ValueId {
    const operands = { input, gain: this.#weight(gain, `g_${name}`) };
    return this.#builder.build(
      rmsNorm,
      operands,
      { epsilon: this.#shape.epsilon },
      { names: { output: name } },
    ).output;
  }

  #split(input: ValueId, heads: number, name: string): ValueId {
    const shape = [-1, heads, this.#shape.headWidth];
    return this.#builder.build(reshape, { input }, { shape }, { names: { output: name } }).output;
  }

  /** `@layerN(hidden, positions, keys, values) -> (hidden, keys, values)`: attention and MLP with their residuals. */
  layer(i: number, weights: LayerWeights): void {
    buildFunction(this.#builder, {
      name: `layer${i}`,
      visibility: "private",
      arguments: [
        { name: "hidden", type: this.#hidden },
        { name: "positions", type: this.#positions },
        { name: "past_keys", type: this.#cache },
        { name: "past_values", type: this.#cache },
      ],
      body: ([hidden, positions, pastKeys, pastValues]) => {
        const attended = this.#attention(weights, hidden!, positions!, pastKeys!, pastValues!);
        const output = this.#mlp(weights, attended.hidden);
        return [output, attended.keys, attended.values];
      },
    });
  }

  #attention(
    weights: LayerWeights,
    hidden: ValueId,
    positions: ValueId,
    pastKeys: ValueId,
    pastValues: ValueId,
  ) {
    const builder = this.#builder;
    const { heads, keyValueHeads, theta, interleaved, headWidth } = this.#shape;
    const normed = this.#norm(hidden, weights.attentionNorm, "attention_input");
    const queries = this.#split(
      this.#linear(normed, weights.query, weights.queryBias, "q"),
      heads,
      "q_heads",
    );
    const newKeys = this.#split(
      this.#linear(normed, weights.key, weights.keyBias, "k"),
      keyValueHeads,
      "k_heads",
    );
    const newValues = this.#split(
      this.#linear(normed, weights.value, weights.valueBias, "v"),
      keyValueHeads,
      "v_heads",
    );
    const turn = (input: ValueId, name: string) =>
      builder.build(rope, { input, positions }, { theta, interleaved }, { names: { output: name } }).output;
    const join = (past: ValueId, next: ValueId, name: string) =>
      builder.build(concat, { inputs: [past, next] }, { axis: 0 }, { names: { output: name } }).output;
    const query = turn(queries, "q_rotated");
    const keys = join(pastKeys, turn(newKeys, "k_rotated"), "keys");
    const values = join(pastValues, newValues, "values");
    const mixed = builder.build(
      attention,
      { query, keys, values },
      { causal: true },
      { names: { output: "mixed" } },
    );
    const flat = builder.build(
      reshape,
      { input: mixed.output },
      { shape: [-1, heads * headWidth] },
      { names: { output: "mixed_flat" } },
    );
    const projected = this.#linear(flat.output, weights.output, weights.outputBias, "o");
    const sum = builder.build(add, { left: hidden, right: projected }, {}, { names: { output: "attended" } });
    return { hidden: sum.output, keys, values };
  }

  #mlp(weights: LayerWeights, hidden: ValueId): ValueId {
    const builder = this.#builder;
    const normed = this.#norm(hidden, weights.mlpNorm, "mlp_input");
    const gate = this.#linear(normed, weights.gate, undefined, "gate");
    const up = this.#linear(normed, weights.up, undefined, "up");
    const active = builder.build(silu, { input: gate }, {}, { names: { output: "active" } }).output;
    const gated = builder.build(mul, { left: active, right: up }, {}, { names: { output: "gated" } }).output;
    const down = this.#linear(gated, weights.down, undefined, "down");
    return builder.build(add, { left: hidden, right: down }, {}, { names: { output: "output" } }).output;
  }

  /** `@decode(tokens, positions, keys0, values0, …) -> (logits, keys0, values0, …)` */
  decode(): void {
    const { layers } = this.#shape;
    const caches = Array.from({ length: layers }, (_, i) => [`keys${i}`, `values${i}`]).flat();
    buildFunction(this.#builder, {
      name: "decode",
      arguments: [
        { name: "tokens", type: tensorType([null], i32) },
        { name: "positions", type: this.#positions },
        ...caches.map((name) => ({ name, type: this.#cache })),
      ],
      body: ([tokens, positions, ...past]) => {
        const builder = this.#builder;
        const table = this.#weight(this.#weights.embedding, "table");
        const embedded = builder.build(
          embedding,
          { table, tokens: tokens! },
          {},
          { names: { output: "h0" } },
        );
        let hidden = embedded.output;
        const next: ValueId[] = [];
        for (let i = 0; i < layers; i++) {
          const inputs = [hidden, positions!, past[2 * i]!, past[2 * i + 1]!];
          const { outputs } = builder.build(
            call,
            { inputs },
            { callee: [`layer${i}`] },
            {
              resultTypes: { outputs: [this.#hidden, this.#cache, this.#cache] },
              names: { outputs: [`h${i + 1}`, `next_keys${i}`, `next_values${i}`] },
            },
          );
          hidden = outputs[0]!;
          next.push(outputs[1]!, outputs[2]!);
        }
        const normed = this.#norm(hidden, this.#weights.finalNorm, "final");
        return [this.#linear(normed, this.#weights.head, undefined, "logits"), ...next];
      },
    });
  }

  /** `@main(tokens) -> logits`: the whole sequence at once, from empty caches. */
  main(): void {
    const { layers, keyValueHeads, headWidth } = this.#shape;
    buildFunction(this.#builder, {
      name: "main",
      arguments: [{ name: "tokens", type: tensorType([null], i32) }],
      body: ([tokens]) => {
        const builder = this.#builder;
        const positions = builder.build(
          positionsOf,
          { input: tokens! },
          {},
          { names: { output: "positions" } },
        ).output;
        const none = builder.build(
          zeros,
          {},
          { shape: [0, keyValueHeads, headWidth], element: f32 },
          { names: { output: "none" } },
        );
        const empty = builder.build(
          refine,
          { input: none.output },
          {},
          { resultTypes: { output: this.#cache }, names: { output: "empty" } },
        );
        const caches = new Array<ValueId>(2 * layers).fill(empty.output);
        const logits = tensorType([null, this.#weights.head.shape[0]!], f32);
        const { outputs } = builder.build(
          call,
          { inputs: [tokens!, positions, ...caches] },
          { callee: ["decode"] },
          {
            resultTypes: { outputs: [logits, ...caches.map(() => this.#cache)] },
            names: {
              outputs: ["logits", ...caches.map((_, i) => `${i % 2 === 0 ? "keys" : "values"}${i >> 1}`)],
            },
          },
        );
        return [outputs[0]!];
      },
    });
  }
}
