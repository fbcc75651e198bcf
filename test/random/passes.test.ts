import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { registry } from "../../compiler/cli/toolchain.ts";
import { randomGraph } from "./graphs.ts";
import { passOptions } from "./pass-options.ts";
import { subjectOf, tryPipeline } from "./try-pipeline.ts";

const long = process.env.NARROW_LONG === "1";
/** Programs each pass is tried on. */
const PROGRAMS = Number(process.env.NARROW_GRAPHS ?? (long ? 500 : 6));
const SEED = Number(process.env.NARROW_SEED ?? 12);

test("every registered pass has pipelines to be tried with, and no other has", () => {
  expect(Object.keys(passOptions).toSorted()).toEqual(registry.passes.map(({ name }) => name).toSorted());
});

const cases = Object.entries(passOptions).flatMap(([name, pipelines]) =>
  pipelines.map((pipeline) => [name, pipeline] as const),
);

describe("on random programs", () => {
  it.each(cases)(
    "%s keeps its promise or says what is wrong: %s",
    async (_name, pipeline) => {
      let done = 0;
      const codes = new Map<string, number>();
      await fc.assert(
        fc.asyncProperty(randomGraph, async (text) => {
          const outcome = await tryPipeline(subjectOf(text), pipeline);
          if ("module" in outcome) done++;
          else for (const code of outcome.codes) codes.set(code, (codes.get(code) ?? 0) + 1);
        }),
        { numRuns: PROGRAMS, seed: SEED, endOnFailure: process.env.NARROW_SHRINK === undefined },
      );
      // Errors alone would test little.
      expect([done > 0, [...codes]]).toEqual([true, [...codes]]);
    },
    3_600_000,
  );
});
