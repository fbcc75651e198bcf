import { derivedSeed, seededRandom } from "../../numeric/random.ts";
import { begin } from "../begin.ts";
import { Breeder } from "../breeder.ts";
import { type Columns, lossOf } from "../compact.ts";
import { solutionOf } from "../outcome.ts";
import { choicesOf, type Prepared, prepare } from "../prepare.ts";
import type { AllocationSolver } from "../problem.ts";

export interface EvolutionOptions {
  readonly seed?: number;
  readonly generations?: number;
  /** Offspring that survive each stage of a generation's selection; the first number is how many there are. */
  readonly survivors?: readonly number[];
  /** Random allocations of which the best is the first parent. */
  readonly starts?: number;
  /**
   * What is minimised instead of the problem's loss, such as a measured one: called for every offspring with stage 0,
   * for those that survive with the next stage, which may look closer, and for the parent with the last.
   */
  readonly fitness?: (choices: ReadonlyMap<string, string>, stage: number) => number | Promise<number>;
}

/**
 * One parent and its offspring, of which the best is the next parent if it is no worse: for losses that do not add
 * up. (EvoPress, Sieberling et al. 2024.) Every allocation on the way is within the budgets; the same seed gives the
 * same run. Nothing is proven; without a fitness of its own the bound is that of Lagrangian relaxation.
 */
export function evolutionarySolver(options: EvolutionOptions = {}): AllocationSolver {
  return {
    name: "evolutionary",
    summary: "heuristic: random changes of one allocation, the best survive",
    async solve(problem) {
      const prepared = prepare(problem);
      const begun = await begin(prepared);
      if (begun.kind !== "begun") return begun;
      const columns = await evolve(prepared, begun.columns, options);
      const { bound, multipliers } = begun.relaxation;
      return solutionOf(prepared, { solver: "evolutionary", columns, bound, multipliers });
    },
  };
}

export const evolutionary = evolutionarySolver();

async function evolve(prepared: Prepared, fallback: Columns, options: EvolutionOptions): Promise<Columns> {
  const { seed = 0, generations = 150, survivors = [64], starts = 16, fitness } = options;
  const { compact } = prepared;
  const stages = fitness ? survivors : survivors.slice(0, 1);
  const last = stages.length - 1;
  const rate = async (columns: Columns, stage: number): Promise<number> =>
    fitness ? fitness(choicesOf(prepared, columns), stage) : lossOf(compact, columns);
  const best = async (all: readonly Columns[], stage: number, count: number): Promise<readonly Rated[]> => {
    const rated: Rated[] = [];
    for (const columns of all) rated.push({ columns, loss: await rate(columns, stage) });
    return rated.sort((a, b) => a.loss - b.loss).slice(0, count);
  };
  const breeder = new Breeder(compact, seededRandom(derivedSeed(seed, "evolution")));
  const drawn = Array.from({ length: starts }, () => breeder.start() ?? fallback);
  let [parent] = (await best(drawn, last, 1)) as [Rated];
  for (let generation = 0; generation < generations; generation++) {
    let alive: readonly Columns[] = breeder.offspring(parent.columns, stages[0]!);
    for (let stage = 0; stage < last; stage++)
      alive = (await best(alive, stage, stages[stage + 1]!)).map(({ columns }) => columns);
    const [child] = await best(alive, last, 1);
    if (child && child.loss <= parent.loss) parent = child;
  }
  return parent.columns;
}

interface Rated {
  readonly columns: Columns;
  readonly loss: number;
}
