import { describe, expect, test } from "vitest";
import type { AllocationProblem } from "../../../../compiler/allocation/problem.ts";
import { dp } from "../../../../compiler/allocation/solvers/dp.ts";
import { evolutionary, evolutionarySolver } from "../../../../compiler/allocation/solvers/evolutionary.ts";
import { ilp } from "../../../../compiler/allocation/solvers/ilp.ts";
import { totalsOf } from "../../../../compiler/allocation/totals.ts";
import { gaussian, seededRandom } from "../../../../compiler/numeric/random.ts";

interface Shape {
  readonly layers: number;
  readonly bits: readonly number[];
  readonly mean: number;
  readonly interaction: number;
}

const random = seededRandom(8);
/** Of either sign, as errors of layers can cancel. */
const sensitivities = Array.from(
  { length: 24 },
  () => Math.exp(0.5 * gaussian(random)) * (random() < 0.5 ? -1 : 1),
);
const errorOf = (layer: number, width: number): number => sensitivities[layer]! * 2 ** (2 - width);

/** Errors v of layers whose loss is vᵀ(I + interaction · J)v, J all ones: the parts of pairs are 2 · vᵢ · vⱼ. */
function layersThatInteract({ layers, bits, mean, interaction }: Shape): AllocationProblem {
  const numbers = Array.from({ length: layers }, (_, layer) => layer);
  const id = (layer: number): string => `layer${String(layer).padStart(2, "0")}`;
  return {
    items: numbers.map((layer) => ({
      id: id(layer),
      choices: bits.map((width) => ({
        id: `w${width}`,
        loss: (1 + interaction) * errorOf(layer, width) ** 2,
        cost: { bits: width },
      })),
    })),
    budgets: { bits: mean * layers },
    pairs: numbers.flatMap((one) =>
      numbers.slice(0, interaction === 0 ? 0 : one).flatMap((other) =>
        bits.flatMap((mine) =>
          bits.map((theirs) => ({
            items: [id(one), id(other)] as const,
            choices: [`w${mine}`, `w${theirs}`] as const,
            loss: 2 * interaction * errorOf(one, mine) * errorOf(other, theirs),
          })),
        ),
      ),
    ),
  };
}

async function solved(solver: typeof ilp, problem: AllocationProblem) {
  const outcome = await solver.solve(problem);
  if (outcome.kind !== "solution") throw new Error(outcome.kind);
  return outcome;
}

const { pairs: _none, ...additive } = layersThatInteract({
  layers: 24,
  bits: [2, 3, 4],
  mean: 3,
  interaction: 0,
});

describe("24 layers of 2, 3 or 4 bits, 3 on average", () => {
  test("without interaction, evolution ends where dynamic programming proves the optimum", async () => {
    const [exact, found] = [await solved(dp, additive), await solved(evolutionary, additive)];
    expect(exact.proof).toBe("optimal");
    expect(found.loss).toBe(exact.loss);
  });

  test.each([0.3, 0.8])(
    "with interaction %d, evolution is better than the additive optimum",
    async (interaction) => {
      const problem = layersThatInteract({ layers: 24, bits: [2, 3, 4], mean: 3, interaction });
      const [exact, found] = [
        await solved(dp, { ...problem, pairs: [] }),
        await solved(evolutionary, problem),
      ];
      expect(found.loss).toBeLessThan(totalsOf(problem, exact.choices).loss);
    },
  );

  test("every allocation on the way keeps the budget, and a seed gives one run", async () => {
    const run = async (seed: number) => {
      const seen: string[] = [];
      const solver = evolutionarySolver({
        seed,
        generations: 5,
        survivors: [12, 4, 1],
        fitness(choices, stage) {
          const { loss, costs } = totalsOf(additive, choices);
          expect(costs.bits).toBeLessThanOrEqual(72);
          seen.push(`${stage}:${[...choices.values()].join()}`);
          return loss;
        },
      });
      return { seen, solution: await solved(solver, additive) };
    };
    const [one, same, other] = [await run(1), await run(1), await run(2)];
    expect(same).toEqual(one);
    expect(other.seen).not.toEqual(one.seen);
    // 16 starts and then, in each generation, 12, 4 and 1 are looked at.
    expect(one.seen).toHaveLength(16 + 5 * (12 + 4 + 1));
  });
});

test("10 layers of 2, 4 or 8 bits: the optimum with pairs is brute force's, and better than the additive one", async () => {
  const problem = layersThatInteract({ layers: 10, bits: [2, 4, 8], mean: 4.4, interaction: 2 });
  const [withPairs, without] = [await solved(ilp, problem), await solved(ilp, { ...problem, pairs: [] })];
  expect(withPairs.proof).toBe("optimal");
  expect(withPairs.loss).toBeCloseTo(leastOfAll(10, [2, 4, 8], 4.4, 2), 12);
  expect(withPairs.loss).toBeLessThan(totalsOf(problem, without.choices).loss);
});

/** The least vᵀ(I + interaction · J)v of all choices of bits that keep the mean. */
function leastOfAll(layers: number, bits: readonly number[], mean: number, interaction: number): number {
  let least = Infinity;
  const walk = (layer: number, left: number, squares: number, sum: number): void => {
    if (left < 0) return;
    if (layer === layers) least = Math.min(least, squares + interaction * sum ** 2);
    else
      for (const width of bits) {
        const error = errorOf(layer, width);
        walk(layer + 1, left - width, squares + error ** 2, sum + error);
      }
  };
  walk(0, mean * layers, 0, 0);
  return least;
}
