import type { AllocationProblem } from "../compiler/allocation/problem.ts";
import { gaussian, seededRandom } from "../compiler/numeric/random.ts";

/** Rows and columns of the linear layers of a large language model, block by block. */
const BLOCK = [
  [4096, 4096],
  [1024, 4096],
  [1024, 4096],
  [4096, 4096],
  [14336, 4096],
  [14336, 4096],
  [4096, 14336],
] as const;
const BITS = [2, 3, 4, 6, 8];

export interface Synthetic {
  readonly layers: number;
  readonly seed: number;
  /** Part of the way from the least to the largest total, by metric. */
  readonly budgets: Readonly<Record<string, number>>;
}

/**
 * Layers with the shapes of a language model in 2 to 8 bits. Losses fall by about a factor of 4 with each bit, and
 * sensitivities spread like a lognormal with a deviation of 1.5; cycles are those of tiles of 16 × 16, twice as many
 * above 4 bits, beside what reading the weights takes, whose measured part varies by 10 %.
 */
export function syntheticProblem({ layers, seed, budgets }: Synthetic): AllocationProblem {
  const random = seededRandom(seed);
  const items = Array.from({ length: layers }, (_, layer) => {
    const [rows, columns] = BLOCK[layer % BLOCK.length]!;
    const numbers = rows * columns;
    const sensitivity = (Math.exp(1.5 * gaussian(random)) * numbers) / 1e6;
    return {
      id: `layer${String(layer).padStart(5, "0")}`,
      choices: BITS.map((bits) => ({
        id: `w${bits}`,
        loss: sensitivity * 4 ** -bits * (1 + 0.1 * random()),
        cost: {
          bytes: (numbers * bits) / 8,
          cycles:
            (numbers / 256) * (bits <= 4 ? 1 : 2) +
            Math.round(((numbers * bits) / 512) * (1 + 0.1 * random())),
        },
      })),
    };
  });
  const total = (metric: string, pick: (...numbers: number[]) => number): number =>
    items.reduce(
      (sum, { choices }) =>
        sum + pick(...choices.map(({ cost }) => (cost as Record<string, number>)[metric]!)),
      0,
    );
  return {
    items,
    budgets: Object.fromEntries(
      Object.entries(budgets).map(([metric, part]) => {
        const [least, most] = [total(metric, Math.min), total(metric, Math.max)];
        return [metric, Math.floor(least + (most - least) * part)];
      }),
    ),
  };
}
