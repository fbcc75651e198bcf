import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sideOf } from "../../compiler/cli/diff-side.ts";
import { registry } from "../../compiler/cli/toolchain.ts";
import { diffModules } from "../../compiler/diff/diff.ts";
import { renderDiff } from "../../compiler/diff/render.ts";
import { randomGraph } from "./graphs.ts";
import { howMany } from "./how-many.ts";
import { subjectOf, tryPipeline } from "./try-pipeline.ts";

const SEED = Number(process.env.NARROW_SEED ?? 12);

const only = (name: string) => `only=["${name}.linear.*"]`;
const quantize = (name: string, bits: number) =>
  `quantize-weights{type=!lowp.q<i${bits}, block = [1, 4], scale = f16> ${only(name)}}`;
const caches =
  "quantize-kv{keys=!lowp.q<ui4, block = [1, 1, 4], scale = f16, shift = f16, tail = short> window=2 tail=f16}";

/** Pipelines that must make the same module, names and the order of ops aside; or both fail. */
const alike: readonly (readonly [string, string])[] = [
  // Once is enough.
  ["canonicalize", "canonicalize,canonicalize"],
  ["cse", "cse,cse"],
  ["eliminate-dead-code", "eliminate-dead-code,eliminate-dead-code"],
  ["fold-constants", "fold-constants,fold-constants"],
  ["infer-shapes", "infer-shapes,infer-shapes"],
  ["hoist-dequant", "hoist-dequant,hoist-dequant"],
  // What is put in can be taken out.
  ["eliminate-dead-code", `eliminate-dead-code,observe-values{values=["*.v*"]},remove-observers`],
  // Clean-ups in any order.
  ["cse,eliminate-dead-code", "eliminate-dead-code,cse"],
  ["infer-shapes,eliminate-dead-code", "eliminate-dead-code,infer-shapes"],
  ["infer-shapes,cse", "cse,infer-shapes"],
  // Folding leaves what it has read.
  ["fold-constants,eliminate-dead-code", "eliminate-dead-code,fold-constants,eliminate-dead-code"],
  ["canonicalize,eliminate-dead-code", "eliminate-dead-code,canonicalize"],
  // Passes that work on different weights, or on weights and caches.
  [`${quantize("main", 4)},${quantize("decode", 3)}`, `${quantize("decode", 3)},${quantize("main", 4)}`],
  [`fold-batch-norm,${quantize("decode", 4)}`, `${quantize("decode", 4)},fold-batch-norm`],
  // quantize-kv erases dead ops, and a weight that only they take is one no more.
  [
    `eliminate-dead-code,${caches},${quantize("main", 4)}`,
    `eliminate-dead-code,${quantize("main", 4)},${caches}`,
  ],
  [
    `smooth-quant{${only("main")}},${quantize("decode", 4)}`,
    `${quantize("decode", 4)},smooth-quant{${only("main")}}`,
  ],
  [
    `${quantize("main", 4)},hoist-dequant,${quantize("decode", 3)},hoist-dequant`,
    `${quantize("decode", 3)},${quantize("main", 4)},hoist-dequant`,
  ],
];

describe("on random programs", () => {
  it.each(alike)(
    "%s does what %s does",
    async (left, right) => {
      await fc.assert(
        fc.asyncProperty(randomGraph, async (text) => {
          const subject = subjectOf(text);
          const [a, b] = [await tryPipeline(subject, left), await tryPipeline(subject, right)];
          if ("codes" in a || "codes" in b) {
            expect("codes" in a).toBe("codes" in b);
            return;
          }
          const differences = diffModules(sideOf(a.module), sideOf(b.module), registry);
          const told = renderDiff(differences, { left, right, sources: new Map() });
          expect(differences.length === 0 ? "" : told).toBe("");
        }),
        { numRuns: howMany(5, 20, 200), seed: SEED, endOnFailure: process.env.NARROW_SHRINK === undefined },
      );
    },
    3_600_000,
  );
});
