import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AllocationSolution } from "../../../../compiler/allocation/problem.ts";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import type { PassContext } from "../../../../compiler/define/pass.ts";
import { ok, unreachable } from "../../../../compiler/diagnostics/diagnostic.ts";
import { printModule } from "../../../../compiler/text/print.ts";
import { chosenWeights, moduleProblem } from "../../../../dialects/lowp/allocation/module-problem.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { moduleOf } from "../passes/transforming.ts";
import { allocate, bitsIn, codesOf, contextWith, program, typeOf, W2, W4, W8 } from "./allocating.ts";
import { everyAllocation } from "./every-allocation.ts";

describe("allocate-bits", () => {
  it("gives more bits to weights that suffer more, within the budget", async () => {
    // 8 weights and an f32 scale to a row: 6, 8 and 12 bits per weight.
    const { result, remarks } = await allocate(
      [10, 0.1, 1, 0.1],
      `allocate-bits{types=[${W2}, ${W4}, ${W8}] bits=8}`,
    );
    expect(bitsIn(result)).toEqual({ q: 8, k: 2, o: 4, d: 2 });
    expect(remarks[0]).toContain("ilp gives 4 weights 8.0000 bits on average, 256 of 256 bytes");
    expect(remarks[1]).toContain(`@q: ${W8}, 12.00 bits`);
  });

  it.each(["ilp", "dp", "greedy", "closed-form", "evolutionary"])("solves by %s", async (solver) => {
    const options = `types=[${W2}, ${W4}, ${W8}] bits=8 solver=${solver}`;
    const { result, remarks } = await allocate([10, 0.1, 1, 0.1], `allocate-bits{${options}}`);
    expect(bitsIn(result)).toEqual({ q: 8, k: 2, o: 4, d: 2 });
    expect(remarks[0]).toMatch(new RegExp(`^${solver} gives 4 weights`));
  });

  it("ties what sees one input, or meets in a sum, by the graph alone", async () => {
    const pipeline = (ties: string) => `allocate-bits{types=[${W2}, ${W8}] bits=9 ties=${ties}}`;
    const scales = [30, 0.1, 0.1, 9];
    expect(bitsIn((await allocate(scales, pipeline("none"))).result)).toEqual({ q: 8, k: 2, o: 2, d: 8 });
    expect(bitsIn((await allocate(scales, pipeline("inputs"))).result)).toEqual({ q: 8, k: 8, o: 2, d: 2 });
    expect(bitsIn((await allocate(scales.toReversed(), pipeline("residual"))).result)).toEqual({
      q: 2,
      k: 2,
      o: 8,
      d: 8,
    });
  });

  it("leaves pinned weights their type and others their attributes", async () => {
    const { result } = await allocate(
      [10, 0.1, 1, 0.1],
      `allocate-bits{types=[${W2}, ${W8}] bits=9 pinned=[{only = ["k"], type = ${W8}}, {only = ["o"], type = ${W4}}] skip=["d"]}`,
    );
    expect(bitsIn(result)).toEqual({ q: 2, k: 8, o: 4 });
  });

  it("writes the solver that by names, which quantize-weights then takes", async () => {
    const { result } = await allocate(
      [10, 0.1, 1, 0.1],
      `allocate-bits{types=[${W2}, ${W8}] by=[mse-clip, rtn] bits=9},quantize-weights{type=allocated}`,
    );
    const text = printModule(expectValue(result), registry);
    expect(
      [...text.matchAll(/xi?(?:!lowp.q<i)(\d).*?algo = "([\w-]+)"/g)].map(([, bits, algo]) => [bits, algo]),
    ).toEqual([
      ["8", "rtn"],
      ["2", "mse-clip"],
      ["8", "rtn"],
      ["2", "mse-clip"],
    ]);
    expect(text).not.toContain("allocated");
  });

  it("asks for the losses of one weight at a time, in program order, and adds them up", async () => {
    const asked: string[] = [];
    const harm = { q: 1, k: 8, o: 2, d: 4 } as Readonly<Record<string, number>>;
    const { result, remarks } = await allocate(
      [1, 1, 1, 1],
      `allocate-bits{types=[${W2}, ${W8}] bits=9 sensitivity=divergence}`,
      {
        sha256: "",
        statistics: () => ok(new Map()),
        lossIncrease(_module, replaced) {
          const [[name, { data }] = unreachable("one is replaced")] = replaced;
          asked.push(name);
          const isCoarse = new Set(Array.from({ length: 8 }, (_, i) => data[i]!)).size <= 3;
          return ok({ loss: undefined, divergence: isCoarse ? harm[name]! : 0 });
        },
      },
    );
    expect(asked).toEqual(["q", "q", "k", "k", "o", "o", "d", "d"]);
    expect(bitsIn(result)).toEqual({ q: 2, k: 8, o: 2, d: 8 });
    expect(remarks[0]).toContain("divergence adds up to 3.000 nats of divergence");
  });

  it("knows what neighbours do together, measured in each two of their types", async () => {
    // Two coarse weights that make up for each other are better than the two that harm least alone.
    const harm = new Map([
      ["q", 1],
      ["k", 1.2],
      ["o", 1],
      ["d", 1.1],
      ["q,k", 1.3],
      ["k,o", 4],
      ["o,d", 2.1],
    ]);
    const asked: string[] = [];
    const calibration: PassContext["calibration"] = {
      sha256: "",
      statistics: () => ok(new Map()),
      lossIncrease(_module, replaced) {
        asked.push([...replaced.keys()].join(","));
        const coarse = [...replaced].filter(([, { data }]) => new Set(data.subarray(0, 8)).size <= 3);
        return ok({ loss: undefined, divergence: harm.get(coarse.map(([name]) => name).join(",")) ?? 0 });
      },
    };
    const options = `types=[${W2}, ${W8}] bits=9 sensitivity=divergence`;
    const pipeline = `allocate-bits{${options} interactions=neighbours}`;
    const { result, remarks } = await allocate([1, 1, 1, 1], pipeline, calibration);
    expect(bitsIn(result)).toEqual({ q: 2, k: 2, o: 8, d: 8 });
    expect(remarks[0]).toContain("divergence adds up to 1.300 nats");
    expect(asked.filter((names) => names === "q,k")).toHaveLength(4);
    // Each two while runs still stand before the first of them.
    expect([...new Set(asked)]).toEqual(["q", "q,k", "k", "k,o", "o", "o,d", "d"]);
    const refused = await allocate(
      [1, 1, 1, 1],
      `allocate-bits{${options} interactions=neighbours solver=closed-form}`,
      calibration,
    );
    expect(codesOf(refused.result)).toEqual(["allocation-refused"]);
    const alone = await allocate([1, 1, 1, 1], `allocate-bits{${options}}`, calibration);
    expect(bitsIn(alone.result)).toEqual({ q: 2, k: 8, o: 2, d: 8 });
  });

  it("finds what trying everything finds, whatever the scales and the budget", async () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 4, maxLength: 4 }),
        fc.integer({ min: 192, max: 400 }),
        fc.constantFrom("none", "inputs", "residual"),
        async (scales, bytes, ties) => {
          const sizes = scales.map((each) => each / 10);
          const { result, remarks } = await allocate(
            sizes,
            `allocate-bits{types=[${W2}, ${W4}, ${W8}] bytes=${bytes} ties=${ties}}`,
          );
          const used = { 2: 48, 4: 64, 8: 96 } as Readonly<Record<number, number>>;
          const total = Object.values(bitsIn(result)).reduce((sum, bits) => sum + used[bits]!, 0);
          expect(total).toBeLessThanOrEqual(bytes);
          const module = moduleOf(program(sizes));
          const weights = expectValue(chosenWeights(module, { only: ["*"], skip: [] }));
          const types = [W2, W4, W8].map((type) => typeOf(type!));
          const request = {
            types,
            by: [],
            pinned: [],
            sensitivity: "weight-error",
            ties,
            interactions: "none",
            rounds: 1,
          } as const;
          const { problem } = expectValue(await moduleProblem(module, weights, request, contextWith([])));
          const best = await everyAllocation.solve({ ...problem, budgets: { bytes } });
          expect(best.kind === "solution" && remarks[0]).toContain(
            `adds up to ${(best as AllocationSolution).loss.toPrecision(4)} squared error of the weights: no allocation within the budgets has less`,
          );
        },
      ),
      { numRuns: 15 },
    ));

  it("chooses how much of each weight is pruned as it chooses bits, by dynamic programming, too", async () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 4, maxLength: 4 }),
        fc.integer({ min: 320, max: 1000 }),
        async (scales, bytes) => {
          const sizes = scales.map((each) => each / 10);
          // 64 numbers: 16, 32 or 48 of them in f32, with 2 bits to say which.
          const kinds = ["1:4", "2:4", "3:4"].map((kind) => `!lowp.sparse<nm ${kind}, f32>`);
          const pipeline = `allocate-bits{types=[${kinds.join(", ")}] bytes=${bytes} solver=dp}`;
          const { result, remarks } = await allocate(sizes, pipeline);
          const module = moduleOf(program(sizes));
          const weights = expectValue(chosenWeights(module, { only: ["*"], skip: [] }));
          const request = {
            types: kinds.map((type) => typeOf(type)),
            ...{ by: [], pinned: [] },
            ...({ sensitivity: "weight-error", ties: "none", interactions: "none", rounds: 1 } as const),
          };
          const { problem } = expectValue(await moduleProblem(module, weights, request, contextWith([])));
          const best = await everyAllocation.solve({ ...problem, budgets: { bytes } });
          expect(best.kind === "solution" && remarks[0]).toContain(
            `adds up to ${(best as AllocationSolution).loss.toPrecision(4)} squared error of the weights: no allocation within the budgets has less`,
          );
          const text = printModule(expectValue(result), registry);
          const kept = [...text.matchAll(/allocated = !lowp.sparse<nm (\d):4/g)].map(([, kept]) =>
            Number(kept),
          );
          expect(kept).toHaveLength(4);
          expect(kept.reduce((sum, each) => sum + each * (64 + 4), 0)).toBeLessThanOrEqual(bytes);
        },
      ),
      { numRuns: 15 },
    ));

  it.each([
    ["bits=4 bytes=100", "budget-twice"],
    ["", "no-budget"],
    ["bits=5", "budget-infeasible"],
    ["bits=9 sensitivity=hessian", "calibration-missing"],
    ["bits=9 sensitivity=loss", "calibration-missing"],
    ["bits=9 interactions=neighbours", "interactions-unused"],
    ['bits=9 only=["x"]', "selector"],
    ['bits=9 pinned=[{only = ["x"], type = !lowp.q<i8, block = [1, *], scale = f32>}]', "selector"],
    ['bits=9 only=["q"] ties=inputs', "ties-unused"],
    [`bits=9 pinned=[{only = ["q"], type = ${W8}}, {only = ["*"], type = ${W8}}]`, "pinned-twice"],
    ["bits=9 by=[rtn, rtn, rtn]", "solver-count"],
    ["budgets={cycles = 3}", "unknown-metric"],
    ["bits=9 by=[rnt]", "unknown-solver"],
  ])("refuses {%s} with %s", async (options, code) => {
    const { result } = await allocate([1, 1, 1, 1], `allocate-bits{types=[${W2}, ${W8}] ${options}}`);
    expect(codesOf(result)).toEqual([code]);
  });

  it.each([
    ["", "no-types"],
    [`${W2}, ${W2}`, "type-twice"],
    ["!lowp.q<i4, block = [1, 3], scale = f32>", "type-misfit"],
    ["!lowp.q<i4, block = [1, *], scale = f32, rounding = stochastic>", "seed-missing"],
  ])("refuses types=[%s] with %s", async (types, code) => {
    const { result } = await allocate([1, 1, 1, 1], `allocate-bits{types=[${types}] bits=9}`);
    expect(new Set(codesOf(result))).toEqual(new Set([code]));
  });
});
