import { beforeAll, describe, expect, it } from "vitest";
import type { Model, Tensor } from "../../../../runtime/js/artifact/model.ts";
import { narrow, read } from "../../../compiler/cli/command-line.ts";
import {
  collected,
  compileTo,
  type Emitted,
  refusalOf,
  sharedFolder,
  writeLanguageModel,
} from "./compiled.ts";

const folder = sharedFolder();
const PROMPT = new TextEncoder().encode("In the beginning was");
/** Small enough that entries are rounded within a prompt, between two tokens and far behind them. */
const PIPELINE =
  "quantize-kv{keys=!lowp.q<ui2, block = [4, 1, 1], scale = f16, shift = f16> values=!lowp.q<ui4, block = [1, 1, *], scale = f16, zero = ui4> window=8 tail=f16}";
let emitted: Emitted;
let model: Model;
/** What the interpreter continues the prompt with. */
let expected: readonly number[];

beforeAll(async () => {
  await writeLanguageModel(folder);
  const made = await narrow(folder, "opt", "language.mlir", "--pipeline", PIPELINE, "-o", "rounded.mlir");
  expect(made.status, made.err).toBe(0);
  emitted = await compileTo(folder, "rounded.mlir", "rounded.js", "--fallback");
  model = await emitted.load();
  const prompt = new TextDecoder().decode(PROMPT);
  const args = ["rounded.mlir", "--prompt", prompt, "--max-tokens", "30", "--json"];
  expected = JSON.parse((await narrow(folder, "generate", ...args)).out).tokens;
}, 300_000);

describe("a compiled language model whose caches are rounded", () => {
  it("continues a prompt as the interpreter does, and again", async () => {
    expect(new Set(expected).size).toBeGreaterThan(1);
    for (let round = 0; round < 2; round++)
      expect(await collected(model.generate(PROMPT, { maxTokens: 30 }))).toEqual(expected);
  });

  it("gives the same without relaxed SIMD, without WebAssembly and on threads", async () => {
    for (const options of [{ relaxed: false }, { webAssembly: false }, { threads: 2 }]) {
      const other = await emitted.load(undefined, options);
      expect(await collected(other.generate(PROMPT, { maxTokens: 30 }))).toEqual(expected);
      other.close();
    }
  });

  it("sees the same where a prompt is fed in pieces", async () => {
    const pieces = await compileTo(folder, "rounded.mlir", "pieces.js", "--extent", "tokens=5");
    expect(await collected((await pieces.load()).generate(PROMPT, { maxTokens: 30 }))).toEqual(expected);
  });

  it("takes and gives caches as their parts, by name", () => {
    const types = read(folder, "rounded.d.ts");
    expect(types).toContain(
      '/** [keys0 - keys0 % 8, 1, 1] */\n      readonly "keys0.old.codes": Tensor<Uint8Array>;',
    );
    expect(types).toContain('/** [(keys0 - keys0 % 8) / 4, 1, 4] */\n      readonly "keys0.old.shift"');
    expect(types).toContain(
      '/** [max(0, keys0 - 8), 1, 1] */\n      readonly "values0.old.zero": Tensor<Int32Array>;',
    );
    expect(types).toContain(
      '/** [min(keys0, 8), 1, 4] */\n      readonly "values0.recent": Tensor<Float32Array>;',
    );
    const { logits, caches } = feedInPieces([7, 1, 12]);
    const [whole, wholeCaches] = feed(PROMPT, 0, emptyCaches());
    expect(caches).toEqual(wholeCaches);
    // Four codes to a byte.
    expect(caches["keys0.old.codes"]!.shape).toEqual([16, 1, 1]);
    expect(caches["values0.recent"]!.shape).toEqual([8, 1, 4]);
    expect(logits.data.slice(-256)).toEqual(whole.data.slice(-256));
  });

  it("refuses caches whose parts do not belong together", async () => {
    const [, caches] = feed(PROMPT, 0, emptyCaches());
    const broken = (part: string, tensor: Tensor) =>
      refusalOf(() => feed(PROMPT, PROMPT.length, { ...caches, [part]: tensor }));
    const short = { shape: [3, 1, 4], data: new Float32Array(12) };
    expect((await broken("keys0.recent", short)).code).toBe("input-shape");
    expect((await broken("values0.recent", short)).message).toContain("found [3, 1, 4]");
    const wild = { shape: [12, 1, 1], data: new Int32Array(12).fill(16) };
    expect(await broken("values0.old.zero", wild)).toEqual({
      code: "input-range",
      message: "values0.old.zero holds 16, but goes from 0 to 15",
    });
  });
});

type Caches = Readonly<Record<string, Tensor>>;

/** Caches of no tokens. */
function emptyCaches(): Caches {
  const floats = (width: number): Tensor => ({ shape: [0, 1, width], data: new Float32Array(0) });
  return {
    "keys0.old.codes": { shape: [0, 1, 1], data: new Uint8Array(0) },
    "keys0.old.scale": floats(4),
    "keys0.old.shift": floats(4),
    "keys0.recent": floats(4),
    "values0.old.codes": { shape: [0, 1, 2], data: new Uint8Array(0) },
    "values0.old.scale": floats(1),
    "values0.old.zero": { shape: [0, 1, 1], data: new Int32Array(0) },
    "values0.recent": floats(4),
  };
}

/** Logits and caches after tokens that stand behind `past` others. */
function feed(tokens: Uint8Array, past: number, caches: Caches): readonly [logits: Tensor, caches: Caches] {
  const { logits, ...next } = model.run("decode", {
    tokens: Int32Array.from(tokens),
    positions: Int32Array.from(tokens, (_, i) => past + i),
    ...caches,
  });
  const named = Object.entries(next).map(([name, tensor]) => [name.replace("next_", ""), tensor]);
  return [logits!, Object.fromEntries(named)];
}

function feedInPieces(lengths: readonly number[]): { readonly logits: Tensor; readonly caches: Caches } {
  let caches = emptyCaches();
  let logits: Tensor = { shape: [], data: new Float32Array(0) };
  let past = 0;
  for (const length of lengths) {
    [logits, caches] = feed(PROMPT.subarray(past, past + length), past, caches);
    past += length;
  }
  return { logits, caches };
}
