import { expect, it } from "vitest";
import { allInBits } from "../../../bench/accuracy/all-in-bits.ts";
import type { ParamBytes, Sizes } from "../../../compiler/cli/report/sizes.ts";

const roles = { codes: 0, scales: 0, zeros: 0, shifts: 0, indices: 0, tables: 0, values: 0 };
const param = (name: string, elements: number, total: number): ParamBytes => ({
  name,
  elements,
  total,
  isQuantized: false,
  roles,
});
const sizes = (others: number, ...params: readonly ParamBytes[]): Sizes => ({
  params,
  others,
  inline: 0,
  files: [],
});

const query = (bytes: number) => param("layers.0.self_attn.q_proj", 100, bytes);
const gate = (bytes: number) => param("layers.0.mlp.gate_proj", 300, bytes);
const norm = (bytes: number) => param("layers.0.input_layernorm", 10, bytes);
const before = sizes(7, param("embed_tokens", 50, 200), norm(20), query(400), gate(1200));

it("takes all the bytes of the block linears, those in floats too", () => {
  const after = sizes(7, param("embed_tokens", 50, 200), norm(20), query(60), gate(1200));
  expect(allInBits(before, after)).toBe((8 * 1260) / 400);
});

it("adds what is new or has grown elsewhere, but gives nothing back", () => {
  const table = param("table", 16, 64);
  const after = sizes(10, param("embed_tokens", 50, 25), norm(40), table, query(50), gate(150));
  expect(allInBits(before, after)).toBe((8 * (50 + 150 + 20 + 64 + 3)) / 400);
});

it("does not count helpers of a block linear as weights", () => {
  const helper = param("layers.0.mlp.gate_proj.codebook", 1000, 30);
  expect(allInBits(before, sizes(7, query(50), gate(150), helper))).toBe((8 * 230) / 400);
});
