import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../compiler/import/files.ts";
import { isLong, narrow, repository } from "./narrow.ts";

const example = join(repository, "examples/tiny-llama");
const folder = temporaryFolder();
/** A scale and a shift for each 32 numbers: one bit more than the codes have. */
const keys = (bits: number) => `!lowp.q<ui${bits}, block = [32, 1, 1], scale = f16, shift = f16>`;
const values = (bits: number) => `!lowp.q<ui${bits}, block = [1, 1, 32], scale = f16, shift = f16>`;

const scores = v.object({ loss: v.number(), kl: v.number() });

async function scoresWith(
  name: string,
  model: string,
  pipeline: string,
): Promise<v.InferOutput<typeof scores>> {
  const output = join(folder, `${name}.mlir`);
  await narrow("opt", model, "--pipeline", pipeline, "-o", output);
  const data = ["--text", join(example, "eval_text.txt"), "--limit", "4096", "--backend", "js"];
  const printed = await narrow("eval", output, ...data, "--reference", join(example, "model.mlir"), "--json");
  return v.parse(scores, JSON.parse(printed));
}

async function planned(bits: number): Promise<string> {
  const output = join(folder, `planned-${bits}.mlir`);
  const lists = [keys, values].map((typeOf) => [2, 3, 4, 8].map(typeOf).join(", "));
  const pipeline = `allocate-kv{keys=[${lists[0]}] values=[${lists[1]}] bits=${bits}}`;
  const data = ["--calibration", join(example, "calib_text.txt"), "--calibration-windows", "8"];
  const kept = ["--losses", join(folder, "losses.jsonl"), "--backend", "js"];
  await narrow("opt", join(example, "model.mlir"), ...data, ...kept, "--pipeline", pipeline, "-o", output);
  return output;
}

const allocated = async (bits: number) =>
  scoresWith(`allocated-${bits}`, await planned(bits), "quantize-kv{keys=allocated values=allocated}");
const uniform = (ofKeys: number, ofValues: number) =>
  scoresWith(
    `uniform-${ofKeys}-${ofValues}`,
    join(example, "model.mlir"),
    `quantize-kv{keys=${keys(ofKeys)} values=${values(ofValues)}}`,
  );

// Some minutes: a run of the program on 2,048 tokens for each of 8 caches in each of 4 types, and evaluations.
describe.runIf(isLong)("caches allocated one by one", () => {
  test("are at 4 bits nearer to floats than one type for all keys and one for all values of that size", async () => {
    const found = await allocated(4);
    for (const [ofKeys, ofValues] of [
      [3, 3],
      [4, 2],
      [2, 4],
    ] as const)
      expect(found.kl).toBeLessThan((await uniform(ofKeys, ofValues)).kl);
  });

  test("lose less at 3.5 bits than codes of 2 bits do, and more than at 4 bits", async () => {
    const { loss } = await allocated(3.5);
    expect(loss).toBeLessThan((await uniform(2, 2)).loss);
    expect(loss).toBeGreaterThan((await allocated(4)).loss);
  });
});
