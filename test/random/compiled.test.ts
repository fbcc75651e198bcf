import fc from "fast-check";
import { expect, test } from "vitest";
import { registry } from "../../compiler/cli/toolchain.ts";
import type { Tensor } from "../../compiler/numeric/tensor.ts";
import { relativeDifference, seededInputs } from "../../runtime/interpreter/contracts.ts";
import { Interpreter } from "../../runtime/interpreter/interpreter.ts";
import { JsExecutable } from "../../runtime/js/executable.ts";
import { randomGraph } from "./graphs.ts";
import { howMany } from "./how-many.ts";
import { subjectOf, tryPipeline } from "./try-pipeline.ts";

const SEED = Number(process.env.NARROW_SEED ?? 21);
/** Of the largest output: sums are f32 here and f64 there, and layers add up. */
const TOLERANCE = 2e-5;

const weights = (bits: number) =>
  `quantize-weights{type=!lowp.q<i${bits}, block = [1, 4], scale = f16> only=["*.linear.*"]}`;
const activations =
  'quantize-activations{type=!lowp.q<i8<-127:127>, block = [1, *], scale = f32> only=["*.linear.*"]}';

/** Pipelines before the lowering, by what they leave to the kernels. */
const pipelines: Readonly<Record<string, string>> = {
  floats: "canonicalize",
  "weights of 4 bits": `${weights(4)},hoist-dequant`,
  "weights of 3 bits": `${weights(3)},hoist-dequant`,
  "sums of codes and factors": `quantize-weights{type=!lowp.sum<!lowp.q<i4, block = [1, 4], scale = f16>, !lowp.lowrank<1, f16, f16>> only=["*.linear.*"]},hoist-dequant`,
  "few floats":
    'prune{pattern=unstructured sparsity=0.8 only=["*.linear.*"]},pack-sparsity{pattern=csr only=["*.linear.*"]},hoist-dequant',
  "integers alone": `${activations},${weights(8)},hoist-dequant`,
};

interface Tally {
  compared: number;
  refused: number;
}

test.each(Object.entries(pipelines))(
  "compiled programs give what the interpreter gives: %s",
  async (_, pipeline) => {
    const tally: Tally = { compared: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(randomGraph, async (text) => {
        const subject = subjectOf(text);
        const lowered = await tryPipeline(subject, `${pipeline},lower-to-js`, { promises: false });
        if (!("module" in lowered)) return;
        const interpreter = new Interpreter(lowered.module, registry, subject.constants);
        const compiled = new JsExecutable(lowered.module, registry, subject.constants);
        for (const [name, type] of interpreter.entries) {
          const inputs = seededInputs(type, "f32");
          const expected = interpreter.run(name, inputs);
          const found = await compiled.run(name, inputs);
          if (!expected.ok) continue;
          if (!found.ok) {
            expect(found.diagnostics.map(({ code }) => code)).toEqual(
              found.diagnostics.map(() => "js-unsupported"),
            );
            tally.refused++;
            continue;
          }
          tally.compared++;
          for (const [i, tensor] of expected.value.entries()) compare(tensor, found.value[i]!);
        }
      }),
      { seed: SEED, numRuns: howMany(12, 60, 600) },
    );
    // What the backend refuses proves nothing.
    expect(tally.compared).toBeGreaterThan(4 * tally.refused);
  },
);

function compare(expected: Tensor, found: Tensor): void {
  expect(found.shape).toEqual(expected.shape);
  expect(relativeDifference(expected, found)).toBeLessThan(TOLERANCE);
}
