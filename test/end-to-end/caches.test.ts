import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { cacheRow } from "../../bench/accuracy/cache-rows.ts";
import { registry } from "../../compiler/cli/toolchain.ts";
import { isDense, type RuntimeValue } from "../../compiler/define/kernel.ts";
import { Interpreter } from "../../runtime/interpreter/interpreter.ts";
import { expectValue, temporaryFolder } from "../compiler/import/files.ts";
import { hasModel, isAll, isLong, models, narrow, openModule, repository } from "./narrow.ts";

/** An entry within an f32 rounding error of the middle between two codes may fall on either side. */
const TOLERANCE = 5e-4;

const example = join(repository, "examples/tiny-llama");
const folder = temporaryFolder();

async function quantizeCaches(name: string, pipeline: string): Promise<string> {
  const output = join(folder, `${name}.mlir`);
  await narrow("opt", join(example, "model.mlir"), "--pipeline", pipeline, "-o", output);
  return output;
}

const evaluation = v.object({ loss: v.number(), tokens: v.number() });

async function expectLoss(row: string, tokens: number, expected: number): Promise<void> {
  const { pipeline } = cacheRow(row) ?? { pipeline: `no pipeline of "${row}"` };
  const path = await quantizeCaches(row.replaceAll(/\W+/g, "-"), pipeline);
  const text = join(example, "eval_text.txt");
  const printed = await narrow("eval", path, "--text", text, "--limit", String(tokens), "--json");
  const found = v.parse(evaluation, JSON.parse(printed));
  expect(found.tokens).toBe(tokens);
  expect(Math.abs(found.loss - expected), `${found.loss}, expected ${expected}`).toBeLessThanOrEqual(
    TOLERANCE,
  );
}

// From the definitions of the reference's tables, computed in numpy for the first 2 windows alone.
test.each([
  ["K2 per-channel + V2 per-token (KIVI); minmax (KIVI formula, float minimum)", 1.257107],
  ["K2V2 per-token; asym (zero in range, integer zero point)", 1.649102],
  ["K2 per-channel + V2 per-token, no residual window; minmax (KIVI formula, float minimum)", 1.371034],
])("the example loses what the reference does as %s", (row, expected) => expectLoss(row, 512, expected));

describe.skipIf(!hasModel("shippable/baselines_llama_extra.json"))("every row of the reference", () => {
  const path = join(models, "shippable/baselines_llama_extra.json");
  const table = v.object({ kv: v.record(v.string(), v.object({ loss: v.number() })) });
  const { kv } = existsSync(path) ? v.parse(table, JSON.parse(readFileSync(path, "utf8"))) : { kv: {} };
  const rows = Object.entries(kv).filter(([name]) => !name.startsWith("(check)"));
  test("has a pipeline", () => {
    expect(rows.filter(([name]) => cacheRow(name) === undefined)).toEqual([]);
    expect(rows.length).toBe(45);
  });
  // By default a few rows are measured on the first windows of the text; a long run takes those of KIVI.
  const chosen = rows.filter(([name]) => isAll || (isLong && name.includes("(KIVI); minmax")));
  test.each(chosen)("%s", (name, { loss }) => expectLoss(name, 16384, loss));
});

describe("generation from quantized caches", () => {
  const types = {
    keys: "!lowp.q<ui2, block = [32, 1, 1], scale = f32, shift = f32>",
    values: "!lowp.q<ui2, block = [1, 1, 32], scale = f32, shift = f32>",
  };
  const pipeline = `quantize-kv{keys=${types.keys} values=${types.values}}`;
  const prompt = "In the beginning God created the heaven and the earth. And";

  test("holds the bytes of codes, scales and tail, and says so", async () => {
    const path = await quantizeCaches("bytes", pipeline);
    const printed = await narrow("generate", path, "--prompt", prompt, "--max-tokens", "8", "--json");
    const found = v.parse(
      v.object({ cacheBytes: v.number(), denseCacheBytes: v.number() }),
      JSON.parse(printed),
    );
    const length = prompt.length + 8 - 1;
    const [layers, heads, width] = [4, 2, 32];
    const groups = Math.floor(length / 32);
    const keys = groups * heads * width * (32 / 4 + 4 + 4) + (length - 32 * groups) * heads * width * 4;
    const values = length * heads * (width / 4 + 4 + 4);
    expect(found.cacheBytes).toBe(layers * (keys + values));
    expect(found.denseCacheBytes).toBe(layers * 2 * length * heads * width * 4);
  });

  test("goes on as if all tokens were fed at once", async () => {
    const path = await quantizeCaches("streaming", pipeline);
    const { module, constants } = openModule(path);
    const interpreter = new Interpreter(module, registry, constants);
    const empty = interpreter.entries
      .get("decode")!
      .inputs.slice(2)
      .map(() => ({
        shape: [0, 2, 32],
        data: new Float32Array(0),
      }));
    const tokens = Int32Array.from(Buffer.from(prompt));
    const feed = (lengths: readonly number[]): number[] => {
      let caches: readonly RuntimeValue[] = empty;
      let start = 0;
      return lengths.flatMap((length) => {
        const shape = [length];
        const positions = Int32Array.from({ length }, (_, i) => start + i);
        const fed = { shape, data: tokens.slice(start, start + length) };
        const [logits, ...next] = expectValue(
          interpreter.runValues("decode", [fed, { shape, data: positions }, ...caches]),
        );
        caches = next;
        start += length;
        return logits && isDense(logits) ? Array.from(logits.data, Number) : [];
      });
    };
    const atOnce = feed([tokens.length]);
    expect(atOnce.length).toBe(tokens.length * 256);
    expect(feed([...new Array(40).fill(1), tokens.length - 40])).toEqual(atOnce);
  });
});
