import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { formats } from "../../bench/allocation/formats.ts";
import type { AllocationProblem } from "../../compiler/allocation/problem.ts";
import { temporaryFolder } from "../compiler/import/files.ts";
import { hasModel, isLong, models, narrow, repository } from "./narrow.ts";

const folder = temporaryFolder();
const example = join(repository, "examples/tiny-llama");

/** What a reference in numpy measured of every weight in every format, scales rounded to f16. */
const references = v.object({
  layers: v.array(
    v.object({
      name: v.string(),
      shape: v.tuple([v.number(), v.number()]),
      choices: v.record(
        v.string(),
        v.object({
          bytes: v.number(),
          f16_scales: v.object({ weight_sum_sq_err: v.number(), output_mse: v.number() }),
        }),
      ),
    }),
  ),
});

async function problemOf(sensitivity: string, only: string): Promise<AllocationProblem> {
  const output = join(folder, `${sensitivity}.json`);
  const types = Object.values(formats).join(", ");
  const data = sensitivity === "weight-error" ? [] : ["--calibration", join(example, "calib_text.txt")];
  await narrow(
    "opt",
    join(example, "model.mlir"),
    ...["--pipeline", `allocate-bits{types=[${types}] bits=4 sensitivity=${sensitivity} only=["${only}"]}`],
    ...data,
    ...["--problem", output, "-o", join(folder, "planned.mlir")],
  );
  return JSON.parse(readFileSync(output, "utf8")) as AllocationProblem;
}

const file = "shippable/sensitivity_llama.json";
const isThere = hasModel(file);

describe.skipIf(!isThere)("the weights of the example model in four formats", () => {
  const layers = isThere
    ? v.parse(references, JSON.parse(readFileSync(join(models, file), "utf8"))).layers
    : [];
  const byName = new Map(
    layers.map((layer) => [layer.name.replace(/^model\.|\.weight$/g, ""), layer] as const),
  );

  /** Losses agree to f32: the reference multiplies and sums in it. */
  it.each([
    ["weight-error", "weight_sum_sq_err", "layers.0.*"] as const,
    ...(isLong ? [["hessian", "output_mse", "*"] as const] : []),
  ])("take the reference's bytes, and lose what it measured, by %s", async (sensitivity, figure, only) => {
    const { items } = await problemOf(sensitivity, only);
    expect(items).toHaveLength(only === "*" ? byName.size : 7);
    for (const { id, choices } of items) {
      const { shape, choices: expected } = byName.get(id)!;
      for (const [i, name] of Object.keys(formats).entries()) {
        const { bytes, f16_scales: figures } = expected[name]!;
        // An output error is a sum over outputs here, a mean over them there.
        const loss = figures[figure] * (figure === "output_mse" ? shape[0] : 1);
        expect(choices[i]!.cost.bytes, `${id} in ${name}`).toBe(bytes);
        expect(Math.abs(choices[i]!.loss / loss - 1), `${id} in ${name}`).toBeLessThan(1e-5);
      }
    }
  });
});
