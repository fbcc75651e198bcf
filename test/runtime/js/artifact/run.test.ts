import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import { beforeAll, describe, expect, it, test } from "vitest";
import type { Model } from "../../../../runtime/js/artifact/model.ts";
import {
  CONTEXT,
  compileTo,
  type Emitted,
  interpret,
  JOIN,
  JOIN_EXTENTS,
  noise,
  refusalOf,
  sharedFolder,
  writeLanguageModel,
} from "./compiled.ts";

const folder = sharedFolder();
let joins: Emitted;
let joining: Model;
let languages: Emitted;
let language: Model;

beforeAll(async () => {
  joins = await compileTo(folder, JOIN, "join.js", ...JOIN_EXTENTS);
  joining = await joins.load();
  await writeLanguageModel(folder);
  languages = await compileTo(folder, "language.mlir", "language.js");
  language = await languages.load();
}, 300_000);

const matrix = (rows: number, columns: number, seed = rows) => ({
  shape: [rows, columns],
  data: noise(rows * columns, seed),
});
const joinInputs = (x: number, y: number) => ({ x: matrix(x, 4), y: matrix(y, 4, 9), sum: matrix(x + y, 2) });

describe("run", () => {
  it.each([
    [1, 1],
    [8, 4],
    [3, 2],
    [0, 1],
    [1, 0],
    [0, 0],
  ])("gives what the interpreter gives, for %i and %i rows", (x, y) => {
    const inputs = joinInputs(x, y);
    const expected = interpret(JOIN, "join", [inputs.x, inputs.y, inputs.sum]);
    const found = joining.run("join", inputs);
    expect(Object.keys(found)).toEqual(["total", "h"]);
    for (const [i, { shape, data }] of Object.values(found).entries()) {
      expect(shape).toEqual(expected[i]!.shape);
      // Four products of numbers up to 2, rounded four times.
      for (const [at, value] of data.entries()) expect(value).toBeCloseTo(Number(expected[i]!.data[at]), 5);
    }
  });

  it("gives logits that are the interpreter's", () => {
    const tokens = Int32Array.from({ length: CONTEXT }, (_, i) => (i * 37) % 256);
    const [expected] = interpret(join(folder, "language.mlir"), "main", [{ shape: [CONTEXT], data: tokens }]);
    const { logits } = language.run("main", { tokens });
    expect(logits!.shape).toEqual([CONTEXT, 256]);
    for (const [i, value] of logits!.data.entries())
      expect(Math.abs(value - Number(expected!.data[i]))).toBeLessThan(1e-4);
  });

  it("gives copies", () => {
    const inputs = joinInputs(2, 1);
    const first = joining.run("join", inputs).total!.data;
    const kept = first.slice();
    joining.run("join", joinInputs(4, 4));
    expect(first).toEqual(kept);
  });

  it("takes arrays of another context", () => {
    const x: Float32Array = runInNewContext("Float32Array.of(1, 2, 3)");
    expect(x).not.toBeInstanceOf(Float32Array);
    expect(joining.run("double", { x }).y!.data).toEqual(Float32Array.of(2, 4, 6));
  });

  it("carries infinities, NaN, -0 and denormals through", () => {
    const x = Float32Array.of(Number.NEGATIVE_INFINITY, Number.NaN, -0);
    expect(joining.run("double", { x }).y!.data).toEqual(x);
    const small = Float32Array.of(1e-45, -1e-45, 3.4e38);
    expect(joining.run("double", { x: small }).y!.data).toEqual(
      Float32Array.of(2 * small[0]!, -2 * small[0]!, Number.POSITIVE_INFINITY),
    );
  });
});

describe("run refuses", () => {
  const { x, y, sum } = joinInputs(2, 1);
  const refusals: readonly (readonly [what: string, act: () => unknown, code: string, message: RegExp])[] = [
    [
      "a function that is not there",
      () => joining.run("main", {}),
      "unknown-entry",
      /no function main; it has join, double$/,
    ],
    ["what all objects have", () => joining.run("toString", {}), "unknown-entry", /no function toString/],
    [
      "an unknown input",
      () => joining.run("double", { x, z: x }),
      "unknown-input",
      /double has no input z; it has x$/,
    ],
    ["a missing input", () => joining.run("join", { x, y }), "missing-input", /join needs an input sum$/],
    [
      "too few inputs in order",
      () => joining.runInOrder("join", [x]),
      "input-count",
      /takes 3 inputs \(x, y, sum\), found 1$/,
    ],
    [
      "a plain array",
      () => joining.run("double", { x: [1, 2, 3] as never }),
      "input-type",
      /x of double is \{ shape, data \} with a Float32Array.*found Array$/,
    ],
    [
      "a plain array as data",
      () => joining.run("double", { x: { shape: [3], data: [1, 2, 3] as never } }),
      "input-type",
      /found data in Array$/,
    ],
    ["nothing", () => joining.run("double", { x: undefined as never }), "input-type", /found Undefined$/],
    [
      "other numbers",
      () => joining.run("double", { x: Float64Array.of(1, 2, 3) as never }),
      "input-type",
      /Float32Array.*found Float64Array$/,
    ],
    [
      "floats as tokens",
      () => language.run("main", { tokens: Float32Array.of(1) }),
      "input-type",
      /Int32Array.*found Float32Array$/,
    ],
    [
      "another length",
      () => joining.run("double", { x: Float32Array.of(1) }),
      "input-shape",
      /x of double is \[3\], found \[1\] with 1 elements$/,
    ],
    [
      "another rank",
      () => joining.run("join", { x: x.data, y, sum }),
      "input-shape",
      /x of join is \[x = 8, 4\], found \[8\] with 8 elements$/,
    ],
    [
      "too few elements",
      () => joining.run("join", { x: { ...x, shape: [3, 4] }, y, sum }),
      "input-shape",
      /found \[3, 4\] with 8 elements$/,
    ],
    [
      "an extent that is no number",
      () => joining.run("join", { x: { ...x, shape: [Number.NaN, 4] }, y, sum }),
      "input-shape",
      /not an array of whole numbers$/,
    ],
    [
      "a shape that is none",
      () => joining.run("double", { x: { data: x.data, shape: 3 as never } }),
      "input-shape",
      /not an array of whole numbers$/,
    ],
    [
      "extents that do not add up",
      () => joining.run("join", { x, y, sum: matrix(2, 2) }),
      "input-shape",
      /sum of join is \[x = 2 \+ y = 1, 2\], found \[2, 2\]/,
    ],
    [
      "an extent that is too large",
      () => joining.run("join", joinInputs(9, 1)),
      "extent-too-large",
      /x of join is 9, but memory was laid out for at most 8: compile with --extent x=9$/,
    ],
    [
      "a token that is not there",
      () => language.run("main", { tokens: Int32Array.of(0, 256) }),
      "input-range",
      /tokens holds 256, but goes from 0 to 255$/,
    ],
    [
      "a negative token",
      () => language.run("main", { tokens: Int32Array.of(-1) }),
      "input-range",
      /tokens holds -1/,
    ],
    [
      "a longer sequence",
      () => language.run("main", { tokens: new Int32Array(CONTEXT + 1) }),
      "extent-too-large",
      /--extent tokens=161$/,
    ],
  ];
  it.each(refusals)("%s", async (_, act, code, message) => {
    const refusal = await refusalOf(act);
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(message);
  });

  it("to run once closed", async () => {
    const model = await joins.load(undefined, { threads: 2 });
    model.close();
    const refusal = await refusalOf(() => model.run("double", { x: noise(3, 1) }));
    expect(refusal.code).toBe("closed");
  });
});

test("threads do not change a bit", async () => {
  const tokens = Int32Array.from({ length: CONTEXT - 1 }, (_, i) => (i * i) % 256);
  const [one, ...others] = await Promise.all(
    [1, 2, 3].map(async (threads) => {
      const model = await languages.load(undefined, { threads });
      const { logits } = model.run("main", { tokens });
      model.close();
      return new Uint8Array(logits!.data.buffer);
    }),
  );
  for (const other of others) expect(other).toEqual(one);
});

test("nor does who does which part of a step, run after run", async () => {
  const tokens = Int32Array.from({ length: CONTEXT }, (_, i) => (i * 7) % 256);
  const model = await languages.load(undefined, { threads: 3 });
  const bits = () => new Uint8Array(model.run("main", { tokens }).logits!.data.buffer);
  const first = bits();
  for (let run = 0; run < 30; run++) expect(Buffer.compare(bits(), first)).toBe(0);
  model.close();
});

test("a kernel that traps on a thread fails the run, and the next", async () => {
  const source = readFileSync(join(folder, "language.js"), "utf8");
  const last = source.match(/^ +(\[\d.*\]),\n +\],\n +\},\n +\},\n +\},$/m)![1]!;
  const wild: unknown[] = JSON.parse(last);
  // The output of the logits: kernel, units and work come before input and weight.
  wild[5] = 2 ** 31;
  writeFileSync(join(folder, "wild.js"), source.replace(last, JSON.stringify(wild)));
  const { load }: Emitted = await import(pathToFileURL(join(folder, "wild.js")).href);
  const model = await load(readFileSync(join(folder, "language.weights")), { threads: 2 });
  for (let i = 0; i < 2; i++)
    expect(() => model.run("main", { tokens: new Int32Array(CONTEXT) })).toThrow("trapped on another thread");
  model.close();
});

test("programs that are loaded twice are independent", async () => {
  const [one, other] = await Promise.all([joins.load(), joins.load()]);
  const inputs = joinInputs(3, 1);
  const expected = one.run("join", inputs);
  other.run("join", joinInputs(8, 4));
  one.close();
  expect(other.run("join", inputs)).toEqual(expected);
});
