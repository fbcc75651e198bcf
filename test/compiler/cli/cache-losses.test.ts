import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { checkProblem } from "../../../compiler/allocation/check-problem.ts";
import { narrow, read, temporaryFolder } from "./command-line.ts";

const example = resolve(import.meta.dirname, "../../../examples/tiny-llama");
const typeOf = (bits: number) => `!lowp.q<ui${bits}, block = [1, 1, 32], scale = f16, shift = f16>`;
const allocate = (bits: number) => `allocate-kv{values=[${typeOf(2)}, ${typeOf(4)}] bits=${bits} tokens=32}`;

interface Entry {
  readonly key: string;
  readonly divergence: number;
}

async function opt(folder: string, bits: number, ...rest: readonly string[]) {
  const data = ["--calibration", join(example, "calib_text.txt"), "--calibration-window", "8"];
  const kept = ["--calibration-windows", "1", "--losses", "losses.jsonl", "--problem", "problem.json"];
  const model = join(example, "model.mlir");
  const outcome = await narrow(folder, "opt", model, "--pipeline", allocate(bits), ...data, ...kept, ...rest);
  expect(outcome.status, outcome.err).toBe(0);
  return outcome;
}
const entriesOf = (folder: string): readonly Entry[] =>
  read(folder, "losses.jsonl")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Entry);

describe("losses of caches", () => {
  it("are measured once for each cache and type, on each backend", async () => {
    const folder = temporaryFolder();
    const first = await opt(folder, 4);
    const problem = checkProblem(JSON.parse(read(folder, "problem.json")));
    expect(problem).toMatchObject({
      ok: true,
      // 32 tokens of 2 heads of 32: 2 or 4 bits and two halves of 16 bits for each 32.
      value: {
        items: [0, 1, 2, 3].map((layer) => ({
          id: `layer${layer}.values`,
          choices: [{ cost: { bytes: 64 * 12 } }, { cost: { bytes: 64 * 20 } }],
        })),
        budgets: { bytes: 4 * 64 * 16 },
      },
    });
    const interpreted = entriesOf(folder);
    expect(new Set(interpreted.map(({ key }) => key)).size).toBe(8);
    expect(first.out.match(/kv\.values = !lowp\.ring<!lowp\.q<ui2/g)).toHaveLength(2);

    // Another budget asks for nothing that is not known.
    expect((await opt(folder, 5)).out.match(/kv\.values = !lowp\.ring<!lowp\.q<ui4/g)).toHaveLength(4);
    expect(entriesOf(folder)).toEqual(interpreted);

    expect((await opt(folder, 4, "--backend", "js")).out).toBe(first.out);
    const compiled = entriesOf(folder).slice(8);
    expect(compiled).toHaveLength(8);
    for (const [i, { divergence }] of compiled.entries())
      expect(Math.abs(divergence - interpreted[i]!.divergence)).toBeLessThan(
        1e-6 + 1e-2 * interpreted[i]!.divergence,
      );
  });
});
