import fc from "fast-check";
import { expect, it } from "vitest";
import { randomGraph } from "./graphs.ts";
import { howMany } from "./how-many.ts";
import { passOptions } from "./pass-options.ts";
import { subjectOf, tryPipeline } from "./try-pipeline.ts";

const PROGRAMS = howMany(15, 60, 1000);
const SEED = Number(process.env.NARROW_SEED ?? 12);

/** Three of the pipelines that show passes, one after another. */
const sequence = fc
  .array(fc.constantFrom(...Object.values(passOptions).flat()), { minLength: 3, maxLength: 3 })
  .map((pipelines) => pipelines.join());

it("any passes one after another keep their promises, or say what is wrong", async () => {
  let done = 0;
  await fc.assert(
    fc.asyncProperty(randomGraph, sequence, async (text, pipeline) => {
      const outcome = await tryPipeline(subjectOf(text), pipeline);
      if ("module" in outcome) done++;
    }),
    { numRuns: PROGRAMS, seed: SEED, endOnFailure: process.env.NARROW_SHRINK === undefined },
  );
  expect(done).toBeGreaterThan(0);
}, 3_600_000);
