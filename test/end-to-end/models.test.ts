import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { beforeAll, describe, expect, test } from "vitest";
import type { Loaded } from "../../compiler/cli/load.ts";
import { registry } from "../../compiler/cli/toolchain.ts";
import { DYNAMIC, type Type } from "../../compiler/ir/types.ts";
import { elementCount, type Tensor } from "../../compiler/numeric/tensor.ts";
import { Interpreter } from "../../runtime/interpreter/interpreter.ts";
import { expectValue, temporaryFolder } from "../compiler/import/files.ts";
import {
  hasModel,
  importModel,
  largestDifference,
  models,
  narrow,
  openModule,
  readBytes,
  readFloats,
  readIntegers,
} from "./narrow.ts";

/**
 * The references are f32 sums in another order (PyTorch) or f64 rounded at the end (stories260K); their
 * notes give 6.3e-5 between two f32 programs, on logits of up to 27.
 */
const LOGITS_TOLERANCE = 2e-4;
/** Feeding in pieces changes no sum, only how many rows a kernel sees at once. */
const CACHE_TOLERANCE = 1e-5;
/** Rounding to f32 after every op; 1.8e-5 where the references measured it. */
const PRECISION_TOLERANCE = 1e-4;

/** Enough for chunks of 7 to meet a partly filled and a long cache. */
const CACHED_TOKENS = 40;

interface Case {
  readonly name: string;
  readonly tokens: () => Int32Array;
  readonly logits: () => Float32Array;
  readonly vocabulary: number;
  readonly greedy?: { readonly prompt: string; readonly file: string };
}

const cases: readonly Case[] = [
  { name: "tiny-llama", ...pairOf("tiny-llama", "ref_input", "ref_logits"), vocabulary: 256 },
  {
    name: "shippable/tiny-llama",
    ...pairOf("shippable/tiny-llama", "ref_input", "ref_logits"),
    vocabulary: 256,
    greedy: { prompt: "In the beginning ", file: "greedy.txt" },
  },
  {
    name: "stories260K",
    tokens: () => readIntegers(join(models, "stories260K/ref/tokens64.i32.bin")),
    logits: () => readFloats(join(models, "stories260K/ref/logits64_512.f32.bin")),
    vocabulary: 512,
    greedy: { prompt: "", file: "ref/greedy_200.txt" },
  },
];

for (const { name, tokens, logits, vocabulary, greedy } of cases)
  describe.skipIf(!hasModel(name))(name, () => {
    const folder = temporaryFolder();
    let path = "";
    let loaded: Loaded;
    beforeAll(async () => {
      path = await importModel(name, folder);
      loaded = openModule(path);
    });
    const interpreter = (precision: "f32" | "f64" = "f32") =>
      new Interpreter(loaded.module, registry, loaded.constants, { precision });

    test("gives the reference logits", () => {
      const output = runMain(interpreter(), tokens());
      expect(output.shape).toEqual([tokens().length, vocabulary]);
      expect(largestDifference(output.data, logits())).toBeLessThan(LOGITS_TOLERANCE);
    });

    test("differs little in f64", () => {
      const single = runMain(interpreter("f32"), tokens());
      const double = runMain(interpreter("f64"), tokens());
      expect(double.data).toBeInstanceOf(Float64Array);
      expect(largestDifference(single.data, double.data)).toBeLessThan(PRECISION_TOLERANCE);
      expect(largestDifference(double.data, logits())).toBeLessThan(LOGITS_TOLERANCE);
    });

    test.each([1, 3, 7])("decodes from caches as at once, %i tokens at a time", (chunk) => {
      const fed = tokens().subarray(0, CACHED_TOKENS);
      const run = interpreter();
      const cached = decodeInChunks(run, fed, chunk);
      expect(largestDifference(cached, runMain(run, fed).data)).toBeLessThan(CACHE_TOLERANCE);
    });

    if (!greedy) return;
    test("continues a text greedily, byte for byte", async () => {
      const { prompt, file } = greedy;
      const printed = await narrow("generate", path, "--prompt", prompt, "--max-tokens", "200");
      const expected = readFileSync(join(models, name, file), "utf8");
      expect(printed).toBe(expected.endsWith("\n") ? expected : `${expected}\n`);
    });
  });

function runMain(interpreter: Interpreter, tokens: Int32Array): Tensor {
  const [logits] = expectValue(interpreter.run("main", [{ shape: [tokens.length], data: tokens }]));
  return logits!;
}

/** The logits of all positions, computed by @decode a few tokens at a time. */
function decodeInChunks(interpreter: Interpreter, tokens: Int32Array, chunk: number): Float64Array {
  let caches = interpreter.entries.get("decode")!.inputs.slice(2).map(emptyCache);
  const rows: number[] = [];
  for (let first = 0; first < tokens.length; first += chunk) {
    const fed = tokens.slice(first, first + chunk);
    const shape = [fed.length];
    const positions = fed.map((_, i) => first + i);
    const inputs = [{ shape, data: fed }, { shape, data: positions }, ...caches];
    const [logits, ...next] = expectValue(interpreter.run("decode", inputs));
    rows.push(...Array.from(logits!.data, Number));
    expect(next.every((cache) => cache.shape[0] === first + fed.length)).toBe(true);
    caches = next;
  }
  return Float64Array.from(rows);
}

function emptyCache(type: Type): Tensor {
  if (type.kind !== "tensor") throw new Error("a cache is a tensor");
  return { shape: type.shape.map((size) => (size === DYNAMIC ? 0 : size)), data: new Float32Array(0) };
}

/** Tokens and logits of a folder whose .json files say how their .bin files are laid out. */
function pairOf(name: string, input: string, output: string) {
  const layout = v.object({ dtype: v.picklist(["uint8", "int32", "float32"]), shape: v.array(v.number()) });
  const at = (file: string) => {
    const path = join(models, name, file);
    return { path, ...v.parse(layout, JSON.parse(readFileSync(`${path}.json`, "utf8"))) };
  };
  const checked = <Data extends Int32Array | Float32Array>(data: Data, shape: readonly number[]): Data => {
    expect(data.length).toBe(elementCount(shape));
    return data;
  };
  return {
    tokens: () => {
      const { path, dtype, shape } = at(input);
      return checked(dtype === "uint8" ? readBytes(`${path}.bin`) : readIntegers(`${path}.bin`), shape);
    },
    logits: () => {
      const { path, dtype, shape } = at(output);
      expect(dtype).toBe("float32");
      return checked(readFloats(`${path}.bin`), shape);
    },
  };
}
