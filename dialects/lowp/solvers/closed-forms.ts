import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { defineSolver, type Solution, type WeightProblem } from "../../../compiler/define/solver.ts";
import type { Type } from "../../../compiler/ir/types.ts";
import { real, withDefault } from "../../../compiler/schema/schema.ts";
import { describeElement, type ElementFormat } from "../elements.ts";
import { quantized } from "../types.ts";
import { settle } from "./losses.ts";
import { type BlockedWeights, type ClosedForm, quantizeByMagnitude, sumsByBlock } from "./magnitudes.ts";

/** Mean |w| of each block; 0 for an empty one. */
function means({ data, blockOf, sizes }: BlockedWeights): Float64Array {
  const sums = sumsByBlock({ data, blockOf, sizes }, Math.abs);
  return sums.map((sum, block) => (sizes[block] === 0 ? 0 : sum / sizes[block]!));
}

/** Scale = mean |w|: the least squared error of signs, and the rule of ternary language models. (TriLM; XNOR-Net) */
export const absmean = defineSolver({
  name: "absmean",
  summary: "For trit and bipolar1: the scale of each block is the mean of its magnitudes.",
  options: {},
  needs: [],
  solve: (problem) =>
    elementProblem("absmean", problem.type, ["trit", "bipolar1"]) ??
    solveClosed("absmean", problem, (weights) => ({ magnitudes: means(weights) })),
});

/** What is larger than 0.7 · mean |w| becomes ±1, scaled by the mean of these. (Li et al., Ternary Weight Networks) */
export const ternaryWeights = defineSolver({
  name: "twn",
  summary: "For trit: ±1 above 0.7 of a block's mean magnitude, scaled by the mean of what is above it.",
  options: {},
  needs: [],
  solve(problem) {
    const refused = elementProblem("twn", problem.type, ["trit"]);
    if (refused) return refused;
    return solveClosed("twn", problem, (weights) => {
      const { data, blockOf } = weights;
      const thresholds = means(weights).map((mean) => 0.7 * mean);
      const isAbove = (index: number): boolean => Math.abs(data[index]!) > thresholds[blockOf[index]!]!;
      const sums = sumsByBlock(weights, (weight, index) => (isAbove(index) ? Math.abs(weight) : 0));
      const counts = sumsByBlock(weights, (_, index) => (isAbove(index) ? 1 : 0));
      return {
        magnitudes: sums.map((sum, block) => (counts[block] === 0 ? 0 : sum / counts[block]!)),
        code: (index) => (isAbove(index) ? Math.sign(data[index]!) : 0),
      };
    });
  },
});

/** The range of each block is ± a multiple of its root mean square. (QuEST, with 2.92247856 for E2M1) */
export const rmsScale = defineSolver({
  name: "rms",
  summary: "The range of each block is a multiple of the root mean square of its weights.",
  options: { multiple: withDefault(real({ above: 0 }), 2.92247856) },
  needs: [],
  solve: (problem, { multiple }) =>
    solveClosed("rms", problem, (weights) => ({
      magnitudes: sumsByBlock(weights, (weight) => weight * weight).map((sum, block) =>
        weights.sizes[block] === 0 ? 0 : multiple * Math.sqrt(sum / weights.sizes[block]!),
      ),
    })),
});

function solveClosed(solver: string, problem: WeightProblem, form: ClosedForm): Solution | Mismatch {
  const value = quantizeByMagnitude(problem.weight, problem.type, form);
  return isMismatch(value) ? value : settle(solver, "weight", value, problem);
}

function elementProblem(solver: string, type: Type, names: readonly string[]): Mismatch | undefined {
  if (!quantized.is(type)) return undefined;
  const element: ElementFormat = type.parameters.element;
  const name = describeElement(element);
  if (names.includes(name)) return undefined;
  return mismatch("closed-form", `${solver} needs an element ${names.join(" or ")}, found ${name}`);
}
