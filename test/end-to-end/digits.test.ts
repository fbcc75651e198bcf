import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../compiler/import/files.ts";
import { isLong, narrow, repository } from "./narrow.ts";
import { visionPipeline } from "./vision-rows.ts";

/** Convolutions on the interpreter take seconds a row; by default some rows of the residual network are measured. */
const always = new Set(["MXFP4 weights", "W4 RTN sym row", "W8row A8 per-tensor static", "W3 GPTQ sym g32"]);

/** Figures of the two programs differ in the sums of f32, which tip a code now and then. */
const TOLERANCE = 5e-4;
/** A code tipped over changes all codes GPTQ chooses after it; at 2 bits by much. */
const CHAOS = 0.1;

const folder = join(repository, "examples/digits");
const figures = v.object({ ce: v.number(), kl: v.number() });
const tables = v.parse(
  v.record(v.string(), v.record(v.string(), figures)),
  JSON.parse(readFileSync(join(folder, "baselines.json"), "utf8")),
);
const scored = v.object({ loss: v.number(), kl: v.optional(v.number()) });
const output = temporaryFolder();

async function score(path: string) {
  const examples = ["--inputs", join(folder, "test_images.npy"), "--labels", join(folder, "test_labels.npy")];
  const reference = ["--reference", path.replace(/.*\/(mlp|resnet)[^/]*$/, `${folder}/$1.mlir`)];
  return v.parse(scored, JSON.parse(await narrow("eval", path, ...examples, ...reference, "--json")));
}

for (const name of ["mlp", "resnet"] as const)
  describe(`the digits by ${name}`, () => {
    const table = tables[`digits-${name}`]!;
    const rows = Object.entries(table).filter(([row]) => row !== "f32");

    test("have the reference loss in floats", async () => {
      const { loss } = await score(join(folder, `${name}.mlir`));
      expect(Math.abs(loss - table.f32!.ce)).toBeLessThan(1e-5);
    });

    test("have a pipeline for every row of the reference", () => {
      expect(rows.filter(([row]) => visionPipeline(name, row) === undefined)).toEqual([]);
    });

    test.each(rows.filter(([row]) => isLong || name === "mlp" || always.has(row)))(
      "lose what the reference does as %s",
      async (row, { ce, kl }) => {
        const path = join(output, `${name}-${row.replaceAll(/\W+/g, "-")}.mlir`);
        const pipeline = visionPipeline(name, row)!;
        const calibration = /static|GPTQ/.test(row)
          ? ["--calibration", join(folder, "calib_images.npy"), "--calibration-window", "128"]
          : [];
        await narrow("opt", join(folder, `${name}.mlir`), "--pipeline", pipeline, ...calibration, "-o", path);
        const found = await score(path);
        const tolerance = row.startsWith("W2 GPTQ") ? CHAOS : TOLERANCE;
        expect(Math.abs(found.loss - ce), `${found.loss}, expected ${ce}`).toBeLessThanOrEqual(tolerance);
        expect(Math.abs(found.kl! - kl), `${found.kl}, expected ${kl}`).toBeLessThanOrEqual(tolerance);
      },
    );
  });
