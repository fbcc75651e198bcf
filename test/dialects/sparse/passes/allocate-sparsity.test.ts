import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AllocationProblem, AllocationSolution } from "../../../../compiler/allocation/problem.ts";
import { dp } from "../../../../compiler/allocation/solvers/dp.ts";
import { ilp } from "../../../../compiler/allocation/solvers/ilp.ts";
import type { PassContext } from "../../../../compiler/define/pass.ts";
import { ok, unreachable } from "../../../../compiler/diagnostics/diagnostic.ts";
import { everyAllocation } from "../../lowp/allocation/every-allocation.ts";
import { correlatedMoment } from "../../lowp/solvers/problems.ts";
import {
  COLUMNS,
  codesOf,
  inputsOf,
  NAMES,
  network,
  ROWS,
  runOn,
  sharesIn,
  zerosIn,
} from "./pruned-network.ts";

const SHARES = [0, 0.25, 0.5, 0.75];
const allocate = (options: string, shares: readonly number[] = SHARES) =>
  `allocate-sparsity{shares=[${shares.join(", ")}] pattern=unstructured ${options}}`;
const LOUD_TO_QUIET = [9, 3, 1, 0.3];
const sizeOf = (name: (typeof NAMES)[number]): number => ROWS[name] * COLUMNS;
const numbers = NAMES.reduce((sum, name) => sum + sizeOf(name), 0);
const inputs = inputsOf(correlatedMoment(COLUMNS, 3));

async function solved(solver: typeof ilp, problem: AllocationProblem): Promise<AllocationSolution> {
  const outcome = await solver.solve(problem);
  return outcome.kind === "solution" ? outcome : unreachable(`${solver.name} gave none`);
}

const lossWith = ({ items }: AllocationProblem, share: number): number =>
  items.reduce((sum, { choices }) => sum + choices.find(({ id }) => id === `${share}`)!.loss, 0);

describe("allocate-sparsity", () => {
  it("takes most of the weights that suffer least, within the budget", async () => {
    const outcome = await runOn(network(LOUD_TO_QUIET), allocate("sparsity=0.5"));
    expect(sharesIn(outcome)).toEqual({ q: 0, k: 0.5, o: 0.75, d: 0.75 });
    expect(outcome.remarks[0]).toContain("ilp gives 4 weights 50.00 % zeros on average, 112 of 112 kept");
    expect(outcome.remarks[1]).toBe("@q: 0, 0.00 % zero, 0.000");
    expect(outcome.remarks[3]).toMatch(/^@o: 0.75, 75.00 % zero, \d/);
    expect(outcome.remarks.at(-1)).toMatch(/^one more percent of the numbers would save about \d/);
  });

  it.each(["ilp", "dp", "greedy", "closed-form", "evolutionary"])("solves by %s", async (solver) => {
    const outcome = await runOn(network(LOUD_TO_QUIET), allocate(`sparsity=0.5 solver=${solver}`));
    expect(sharesIn(outcome)).toMatchObject({ q: 0, d: 0.75 });
    expect(outcome.remarks[0]).toMatch(new RegExp(`^${solver} gives 4 weights`));
  });

  it("finds what trying everything finds, by dp as by ilp, and no less than one share for all", async () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 4, maxLength: 4 }),
        fc.constantFrom(0.25, 0.3, 0.5, 0.6, 0.75),
        fc.constantFrom("magnitude", "wanda", "obs"),
        fc.constantFrom("weight-error", "hessian", "layer-output"),
        fc.constantFrom("none", "inputs", "residual"),
        async (scales, sparsity, score, sensitivity, ties) => {
          const options = `sparsity=${sparsity} score=${score} sensitivity=${sensitivity} ties=${ties}`;
          const text = network(scales.map((each) => each / 10));
          const outcome = await runOn(text, allocate(options), inputs);
          const [problem] = outcome.kept as readonly AllocationProblem[];
          const shares = sharesIn(outcome);
          const found = problem!.items.reduce(
            (sum, { id, choices }) => sum + choices.find((choice) => choice.id === `${shares[id]}`)!.loss,
            0,
          );
          const best = await solved(everyAllocation, problem!);
          expect(found).toBeCloseTo(best.loss, 9);
          expect((await solved(dp, problem!)).loss).toBe((await solved(ilp, problem!)).loss);
          if (SHARES.includes(sparsity))
            expect(found).toBeLessThanOrEqual(lossWith(problem!, sparsity) * (1 + 1e-12));
          const pruned = `prune{pattern=unstructured score=${score} inputs=dense sparsity=allocated}`;
          const carried = score === "magnitude" ? pruned.replace("inputs=dense ", "") : pruned;
          if (Object.values(shares).every((share) => share === 0)) return;
          const done = await runOn(text, `${allocate(options)},${carried}`, inputs);
          const zeros = Object.values(zerosIn(done)).reduce((sum, count) => sum + count, 0);
          expect(numbers - zeros).toBeLessThanOrEqual(problem!.budgets.kept!);
        },
      ),
      { numRuns: 25 },
    ));

  it("is carried out by prune, which leaves a share of 0 and all other weights alone", async () => {
    const plan = allocate('sparsity=0.5 skip=["d"]', [0, 0.5, 0.75]);
    const outcome = await runOn(
      network([9, 3, 0.1, 1]),
      `${plan},prune{pattern=unstructured sparsity=allocated}`,
    );
    expect(zerosIn(outcome)).toEqual({ q: sizeOf("q") / 2, k: 0, o: 0.75 * sizeOf("o"), d: 0 });
    expect(sharesIn(outcome)).toEqual({});
    expect(outcome.remarks.at(-1)).toContain("50.00 % of 160 weights in 3 parameters are zero");
  });

  it("may be edited, and overruled by one share", async () => {
    const edited = network(LOUD_TO_QUIET).replace(
      /(lowp.param @k .*)\n/,
      "$1 attributes {sparsity = 0.125}\n",
    );
    const prune = "prune{pattern=unstructured sparsity";
    const planned = await runOn(edited, `${prune}=allocated}`);
    expect(zerosIn(planned)).toEqual({ q: 0, k: 4, o: 0, d: 0 });
    const same = await runOn(edited, `${prune}=0.5}`);
    expect(zerosIn(same)).toEqual({ q: 32, k: 16, o: 32, d: 32 });
    expect(sharesIn(same)).toEqual({});
  });

  it("measures each share as prune makes it, one weight at a time, in program order", async () => {
    const asked: string[] = [];
    const harm = { q: 1, k: 8, o: 2, d: 4 } as Readonly<Record<string, number>>;
    const calibration: PassContext["calibration"] = {
      sha256: "",
      statistics: () => ok(new Map()),
      lossIncrease(_module, replaced) {
        const [[name, { data }] = unreachable("one is replaced")] = replaced;
        const zeros = [...data].filter((number) => number === 0).length / data.length;
        asked.push(`${name} ${zeros}`);
        return ok({ loss: undefined, divergence: harm[name]! * zeros ** 2 });
      },
    };
    const options = "sparsity=0.5 sensitivity=divergence";
    const outcome = await runOn(network([1, 1, 1, 1]), allocate(options, [0.25, 0.5, 0.75]), calibration);
    expect(asked).toEqual(NAMES.flatMap((name) => [0.25, 0.5, 0.75].map((share) => `${name} ${share}`)));
    expect(sharesIn(outcome)).toEqual({ q: 0.75, k: 0.25, o: 0.75, d: 0.25 });
  });

  it("measures whole plans in rounds where weights harm more together than alone", async () => {
    const harmOf = ({ q = 0, k = 0, o = 0, d = 0 }: Readonly<Record<string, number>>): number =>
      q ** 2 + k ** 2 + 0.1 * o ** 2 + 0.1 * d ** 2 + 40 * o * d;
    const calibration: PassContext["calibration"] = {
      sha256: "",
      statistics: () => ok(new Map()),
      lossIncrease(_module, replaced, around = new Map()) {
        const zeros = [...around, ...replaced].map(([name, { data }]) => {
          return [name, [...data].filter((number) => number === 0).length / data.length] as const;
        });
        return ok({ loss: undefined, divergence: harmOf(Object.fromEntries(zeros)) });
      },
    };
    const plan = async (rounds: number) => {
      const options = `sparsity=0.5 sensitivity=divergence rounds=${rounds}`;
      return sharesIn(await runOn(network([1, 1, 1, 1]), allocate(options), calibration));
    };
    const uniform = harmOf({ q: 0.5, k: 0.5, o: 0.5, d: 0.5 });
    expect(harmOf(await plan(1))).toBeGreaterThan(uniform);
    // The best there is: one of the two goes without zeros.
    expect(harmOf(await plan(4))).toBeCloseTo(harmOf({ q: 0.75, k: 0.5, o: 0.75, d: 0 }), 12);
  });

  it("counts the bytes that pack-sparsity then needs", async () => {
    const prune = "prune{pattern=unstructured sparsity=allocated},pack-sparsity";
    const outcome = await runOn(network(LOUD_TO_QUIET), `${allocate("bytes=500")},${prune}`);
    const [problem] = outcome.kept as readonly AllocationProblem[];
    const shares = sharesIn(await runOn(network(LOUD_TO_QUIET), allocate("bytes=500")));
    const cost = (id: string) => {
      const { choices } = problem!.items.find((item) => item.id === id)!;
      return choices.find((choice) => choice.id === `${shares[id]}`)!.cost.bytes!;
    };
    const packed = NAMES.filter((name) => shares[name]! > 0);
    const bytes = (names: readonly string[]) => names.reduce((sum, name) => sum + cost(name), 0);
    expect(bytes(NAMES)).toBeLessThanOrEqual(500);
    expect(outcome.remarks.at(-1)).toMatch(new RegExp(`: ${bytes(packed)} bytes instead of`));
  });

  it("keeps two budgets at once", async () => {
    const both = await runOn(network(LOUD_TO_QUIET), allocate("sparsity=0.25 bytes=620"));
    const [, kept, keptAllowed, bytes, bytesAllowed] = both.remarks[0]!.match(
      /(\d+) of (\d+) kept, (\d+) of (\d+) bytes/,
    )!.map(Number);
    expect([keptAllowed, bytesAllowed]).toEqual([0.75 * numbers, 620]);
    expect(kept).toBeLessThanOrEqual(0.75 * numbers);
    expect(bytes).toBeLessThanOrEqual(620);
    // The bytes are what binds.
    const alone = await runOn(network(LOUD_TO_QUIET), allocate("sparsity=0.25"));
    expect(sharesIn(both)).not.toEqual(sharesIn(alone));
  });

  it("knows whole groups", async () => {
    const options = "pattern=group<4> sparsity=0.5";
    const plan = `allocate-sparsity{shares=[0.25, 0.5, 0.75] ${options}}`;
    const outcome = await runOn(network(LOUD_TO_QUIET), `${plan},prune{pattern=group<4> sparsity=allocated}`);
    expect(Object.values(zerosIn(outcome)).every((count) => count % 4 === 0)).toBe(true);
    expect(Object.values(zerosIn(outcome)).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(
      numbers / 2,
    );
  });

  it("lets one share for all weights through though rows are rounded", async () => {
    // Of 8 numbers of a row, 0.3 are 2.4: 25 % become zero, and no more is asked of the plan.
    const outcome = await runOn(network([1, 1, 1, 1]), allocate("sparsity=0.3 score=wanda", [0.3]), inputs);
    expect(sharesIn(outcome)).toEqual({ q: 0.3, k: 0.3, o: 0.3, d: 0.3 });
    expect(outcome.remarks[0]).toContain(`${0.75 * numbers} of ${0.75 * numbers} kept`);
  });

  it.each([
    ["sparsity=0.9", "budget-infeasible"],
    ["", "no-budget"],
    ["bytes=20", "budget-infeasible"],
    ["sparsity=1", "sparsity"],
    ["sparsity=0.5 damping=0.1", "no-effect"],
    ["sparsity=0.5 score=wanda", "calibration-missing"],
    ["sparsity=0.5 sensitivity=loss", "calibration-missing"],
    ["sparsity=0.5 interactions=neighbours", "interactions-unused"],
    ['sparsity=0.5 only=["x"]', "selector"],
    ['sparsity=0.5 skip=["*"]', "selector"],
    ['sparsity=0.5 only=["q"] ties=inputs', "ties-unused"],
  ])("refuses {%s} with %s", async (options, code) => {
    expect(codesOf(await runOn(network([1, 1, 1, 1]), allocate(options)))).toEqual([code]);
  });

  it.each([
    [[], "no-shares"],
    [[0.5, 0.5], "share-twice"],
    [[0.5, 1], "sparsity"],
    [[-0.5], "sparsity"],
  ])("refuses shares=%j with %s", async (shares, code) => {
    expect(codesOf(await runOn(network([1, 1, 1, 1]), allocate("sparsity=0.5", shares)))).toEqual([code]);
  });

  it.each([Number.NaN, Infinity])("refuses weights of %d by name", async (stray) => {
    const bits = Number.isNaN(stray) ? "0x7FC00000" : "0x7F800000";
    const text = network([1, 1, 1, 1]).replace(/@o : (.*?)dense<\[\[[^,]*/, `@o : $1dense<[[${bits}`);
    const { result } = await runOn(text, allocate("sparsity=0.5", [0.5]));
    expect(result).toMatchObject({
      diagnostics: [{ code: "not-finite", message: expect.stringContaining("@o: element [0, 0]") }],
    });
  });
});

describe("prune by what is allocated", () => {
  const text = network([1, 1, 1, 1]);
  const besideK = (share: string) =>
    text.replace(/(lowp.param @k .*)\n/, `$1 attributes {sparsity = ${share}}\n`);
  const stray = "\nlowp.param @s : tensor<4xf32> attributes {sparsity = 0.5}\nfunc";

  it.each([
    ["nothing is", text, "nothing-allocated"],
    ["something else has a share", text.replace("\nfunc", stray), "allocation-unused"],
    ["all shares are 0", besideK("0.0"), "nothing-to-prune"],
  ])("says so where %s", async (_, program, code) => {
    expect(codesOf(await runOn(program, "prune{pattern=unstructured sparsity=allocated}"))).toEqual([code]);
  });
});
