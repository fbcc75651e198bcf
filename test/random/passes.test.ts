import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { registry } from "../../compiler/cli/toolchain.ts";
import { randomGraph } from "./graphs.ts";
import { howMany } from "./how-many.ts";
import { passOptions, unsuited } from "./pass-options.ts";
import { subjectOf, tryPipeline } from "./try-pipeline.ts";

/** Programs each pass is tried on. */
const PROGRAMS = howMany(5, 20, 500);
const SEED = Number(process.env.NARROW_SEED ?? 12);

test("every registered pass has pipelines to be tried with, and no other has", () => {
  expect(Object.keys(passOptions).toSorted()).toEqual(registry.passes.map(({ name }) => name).toSorted());
});

const cases = Object.entries(passOptions).flatMap(([name, pipelines]) =>
  pipelines.map((pipeline) => [name, pipeline] as const),
);

/** Programs looked at for one that a pass does something to. */
const PATIENCE = 60;

describe("on random programs", () => {
  it.each(cases)(
    "%s keeps its promise or says what is wrong: %s",
    async (name, pipeline) => {
      const said = new Map<string, number>();
      const attempt = async (text: string): Promise<void> => {
        const outcome = await tryPipeline(subjectOf(text), pipeline);
        for (const what of "module" in outcome ? ["done"] : outcome.codes)
          said.set(what, (said.get(what) ?? 0) + 1);
      };
      const endOnFailure = process.env.NARROW_SHRINK === undefined;
      await fc.assert(fc.asyncProperty(randomGraph, attempt), {
        numRuns: PROGRAMS,
        seed: SEED,
        endOnFailure,
      });
      if (unsuited.includes(name)) return;
      // Errors alone would show little.
      for (const text of fc.sample(randomGraph, { numRuns: PATIENCE, seed: SEED + 1 }))
        if (!said.has("done")) await attempt(text);
      expect([...said.keys()]).toContain("done");
    },
    3_600_000,
  );
});
