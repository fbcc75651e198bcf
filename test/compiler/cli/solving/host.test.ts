import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadDialects } from "../../../../compiler/cli/load-dialects.ts";
import { type ClosableHost, solverHost } from "../../../../compiler/cli/solving/host.ts";
import type { Diagnostic } from "../../../../compiler/diagnostics/diagnostic.ts";
import { expectValue } from "../../import/files.ts";
import { temporaryFolder } from "../command-line.ts";
import { COLUMNS, numbers, outcome, quantize } from "./quantizing.ts";

const type = "type = !lowp.q<i4, block = [1, 32], scale = f16>";
/** More rows than one part takes, and not a multiple of it. */
const tall = 2 ** 18 / COLUMNS + 130;
const weights = { a: numbers(tall, 1), b: numbers(80, 2), c: numbers(3, 3) };
const hosts: ClosableHost[] = [];

afterAll(async () => {
  for (const host of hosts) await host.close();
});

/** A host that uses threads for everything. */
function threads(workers: number, loaded: readonly string[] = []) {
  const remarks: Diagnostic[] = [];
  const host = solverHost({
    workers,
    loaded,
    remark: (diagnostic) => remarks.push(diagnostic),
    rules: { largeWeights: 0, milliseconds: 0 },
  });
  hosts.push(host);
  return { host, remarks };
}

describe("weights solved on threads", () => {
  const several = [1, 2, 3].map((workers) => threads(workers).host);
  const two = several[1]!;

  it.each(["rtn", "mse-clip", "gptq"])("by %s have the bytes of those solved in line", async (solver) => {
    const few = solver === "rtn" ? weights : { b: weights.b, c: weights.c };
    const expected = outcome(await quantize(few, `${type} solver = ${solver}`, undefined));
    expect(Object.keys(expected)).toContain("b.codes");
    for (const host of several) {
      expect(outcome(await quantize(few, `${type} solver = ${solver}`, host))).toEqual(expected);
    }
  });

  it("are refused for the place in the whole weight", async () => {
    const broken = { a: weights.a.slice() };
    broken.a[(tall - 1) * COLUMNS + 5] = Number.NaN;
    const message = `@a: element [${tall - 1}, 5] is NaN, expected a finite number`;
    expect(outcome(await quantize(broken, type, undefined))).toEqual([message]);
    expect(outcome(await quantize(broken, type, two))).toEqual([message]);
  });

  it("are told about as each is done, with its solver", async () => {
    const { shown } = await quantize(weights, type, two);
    expect(shown.map((line) => line.split(" ")[0])).toEqual(["0/3", "1/3", "2/3", "3/3"]);
    expect(shown.map((line) => line.split(" ").slice(1).join(" ")).slice(1)).toEqual(
      expect.arrayContaining(["a (rtn)", "b (rtn)", "c (rtn)"]),
    );
  });
});

describe("a solver of the user's", () => {
  /** Codes tell the thread: 1 in the main one, 2 in a worker. */
  const solve = `solve({ weight, type }) {
    const codes = { shape: weight.shape, data: new Int32Array(weight.data.length).fill(isMainThread ? 1 : 2) };
    const scale = { shape: [weight.shape[0], 1], data: new Float32Array(weight.shape[0]).fill(1) };
    const report = { solver: "mine", objective: "weight", loss: 0, baseline: 0, fellBack: false };
    return { value: { shape: weight.shape, type, components: { codes, scale } }, report };
  }`;
  const whole = "type = !lowp.q<i8, block = [1, *], scale = f32> solver = mine";

  async function load(body: string, first = "") {
    const path = join(temporaryFolder(), "mine.mjs");
    writeFileSync(
      path,
      `import { isMainThread } from "node:worker_threads";
${first}
const solver = { name: "mine", summary: "", options: {}, needs: [], ${body} };
export const dialect = { name: "mine", summary: "", solvers: [solver] };
`,
    );
    const io = { folder: "/", out: () => {}, err: () => {}, terminal: false };
    return { path, registry: expectValue(await loadDialects(io, [path])) };
  }

  const codesOf = async (quantized: Awaited<ReturnType<typeof quantize>>) => {
    const module = expectValue(quantized.result);
    return expectValue(quantized.constants.read("c.codes", module.resources["c.codes"]));
  };

  it("works in the workers too", async () => {
    const { path, registry } = await load(solve);
    const { host, remarks } = threads(2, [path]);
    const quantized = await quantize({ c: weights.c }, whole, host, registry);
    expect(new Set(await codesOf(quantized))).toEqual(new Set([2]));
    expect(remarks).toEqual([]);
  });

  it("works in line where the workers cannot load it, and says why", async () => {
    const { path, registry } = await load(solve, `if (!isMainThread) throw new Error("no threads, please");`);
    const { host, remarks } = threads(2, [path]);
    const quantized = await quantize({ b: weights.b, c: weights.c }, whole, host, registry);
    expect(new Set(await codesOf(quantized))).toEqual(new Set([1]));
    expect(remarks.map(({ code, message }) => [code, message])).toEqual([
      ["workers-unavailable", expect.stringContaining("no threads, please")],
    ]);
  });

  it("that throws is a bug there as in line", async () => {
    const { path, registry } = await load(`solve() { throw new Error("mine is broken"); }`);
    const { host } = threads(2, [path]);
    await expect(quantize({ c: weights.c }, whole, host, registry)).rejects.toThrow("mine is broken");
  });
});
