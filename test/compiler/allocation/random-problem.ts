import fc from "fast-check";
import type { AllocationProblem } from "../../../compiler/allocation/problem.ts";

/** Small problems: few items and choices, one to three budgets, sometimes ties, pairs and no solution at all. */
export const smallProblem = ({
  items: most = 6,
  budgets: mostBudgets = 3,
  pairs: withPairs = true,
  ties: withTies = true,
} = {}): fc.Arbitrary<AllocationProblem> =>
  fc
    .record({
      sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: most }),
      budgets: fc.integer({ min: 1, max: mostBudgets }),
      // Few different numbers make ties of losses and totals likely; many make them rare.
      range: fc.constantFrom(3, 20, 1000),
      decimals: fc.constantFrom(0, 1, 3),
      tightness: fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 3, maxLength: 3 }),
      ties: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: withTies ? 2 : 0 }),
      pairs: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat(), fc.integer({ min: -20, max: 20 })), {
        maxLength: withPairs ? 5 : 0,
      }),
      numbers: fc.infiniteStream(fc.nat({ max: 999_999 })),
    })
    .map(({ sizes, budgets, range, decimals, tightness, ties, pairs, numbers }) => {
      const draw = (): number => Number(`${(numbers.next().value as number) % range}e-${decimals}`);
      const metrics = ["bytes", "cycles", "energy"].slice(0, budgets);
      const id = (item: number): string => `item${item % sizes.length}`;
      const choice = (item: number, at: number): string => `c${at % sizes[item % sizes.length]!}`;
      const items = sizes.map((size, item) => ({
        id: id(item),
        choices: Array.from({ length: size }, (_, at) => ({
          id: choice(item, at),
          loss: draw(),
          cost: Object.fromEntries(metrics.map((metric) => [metric, draw()])),
        })),
      }));
      const seen = new Set<string>();
      return {
        // Items in reverse, as their ids, not their places, break ties.
        items: items.toReversed(),
        budgets: Object.fromEntries(
          metrics.map((metric, i) => {
            const costs = items.map(({ choices }) => choices.map(({ cost }) => cost[metric]!));
            const [least, largest] = [Math.min, Math.max].map((pick) =>
              costs.reduce((sum, some) => sum + pick(...some), 0),
            ) as [number, number];
            const budget = least + ((largest - least) * (tightness[i]! - 10)) / 100;
            return [metric, Math.max(0, Number(budget.toFixed(decimals)))];
          }),
        ),
        ties: ties.map(([one, other]) => [id(one), id(other)]).filter(([one, other]) => one !== other),
        pairs: pairs.flatMap(([one, mine, other, theirs, loss]) => {
          const names = [id(one), id(other)] as const;
          const choices = [choice(one, mine), choice(other, theirs)] as const;
          const key = [names[0] + choices[0], names[1] + choices[1]].sort().join();
          if (names[0] === names[1] || seen.has(key)) return [];
          seen.add(key);
          return [{ items: names, choices, loss: Number(`${loss}e-${decimals}`) }];
        }),
      };
    })
    // Ties may leave items without a choice they share, which no problem that is checked has.
    .filter(({ items, ties }) => {
      const smallest = Math.min(...items.map(({ choices }) => choices.length));
      return ties.length === 0 || smallest > 0;
    });
