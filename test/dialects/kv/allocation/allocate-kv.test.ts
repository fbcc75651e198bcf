import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AllocationSolution } from "../../../../compiler/allocation/problem.ts";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import { ok } from "../../../../compiler/diagnostics/diagnostic.ts";
import { printModule } from "../../../../compiler/text/print.ts";
import { CONTEXT } from "../../../../dialects/nn/context.ts";
import { CONTEXT as runtimeContext } from "../../../../runtime/text/language-model.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { codesOf } from "../../lowp/allocation/allocating.ts";
import { everyAllocation } from "../../lowp/allocation/every-allocation.ts";
import { moduleOf } from "../../lowp/passes/transforming.ts";
import {
  allocate,
  bytesOf,
  C2,
  C4,
  C8,
  caches,
  calibrationOf,
  type Levels,
  levelsIn,
  plansIn,
  programOf,
  typeOf,
} from "./allocating.ts";

const program = programOf(["layer0", "layer1"]);
const bits = [2, 4, 8] as const;
const types = `keys=[${C2}, ${C4}, ${C8}] values=[${C2}, ${C4}, ${C8}] tokens=8`;
const both = "quantize-kv{keys=allocated values=allocated}";

/** A quarter as much harm with every two bits more. */
const harmOf =
  (single: readonly number[]) =>
  (levels: Levels): number =>
    levels.reduce<number>((sum, each, i) => sum + (each === undefined ? 0 : single[i]! * 2 ** (2 - each)), 0);

describe("allocate-kv", () => {
  it("gives more bits to caches that matter more, within the budget", async () => {
    const { result, remarks, problem } = await allocate(
      program,
      `allocate-kv{${types} bits=6}`,
      calibrationOf(harmOf([100, 1, 3, 0.1])),
    );
    expect(plansIn(result)).toEqual({ keys: [8, 4], values: [2, 2] });
    expect(remarks[0]).toContain(
      "ilp gives 4 caches 6.0000 bits on average, 192 of 192 bytes; divergence adds up to",
    );
    expect(remarks[1]).toBe(`layer0.keys: ${C8}, 10.00 bits, 1.563`);
    expect(problem?.items.map(({ id }) => id)).toEqual(caches);
  });

  it("runs the program with one cache at a time in a ring, each type once, all others in floats", async () => {
    const asked: Levels[] = [];
    const seen = calibrationOf(harmOf([1, 1, 1, 1]), asked);
    await allocate(program, `allocate-kv{${types} bits=6}`, seen);
    const alone = caches.flatMap((_, i) =>
      bits.map((each) => caches.map((_, j) => (i === j ? each : undefined))),
    );
    expect(asked).toEqual(alone);
  });

  it.each(["ilp", "dp", "greedy", "closed-form", "evolutionary"])("solves by %s", async (solver) => {
    const harm = calibrationOf(harmOf([100, 1, 3, 0.1]));
    const { result, remarks } = await allocate(
      program,
      `allocate-kv{${types} bits=6 solver=${solver}}`,
      harm,
    );
    expect(plansIn(result)).toEqual({ keys: [8, 4], values: [2, 2] });
    expect(remarks[0]).toMatch(new RegExp(`^${solver} gives 4 caches`));
  });

  it("adds up losses where asked, which are other figures than divergences", async () => {
    const harm = calibrationOf(harmOf([100, 1, 3, 0.1]));
    const { remarks } = await allocate(program, `allocate-kv{${types} bits=10 sensitivity=loss}`, harm);
    expect(remarks[0]).toContain(`loss adds up to ${((2 * 104.1) / 64).toPrecision(4)} nats per token`);
  });

  it("finds what trying everything finds, and quantize-kv carries it out", async () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -2, max: 100 }), { minLength: 12, maxLength: 12 }),
        fc.integer({ min: 128, max: 340 }),
        async (harms, bytes) => {
          const harm = (levels: Levels) =>
            levels.reduce<number>(
              (sum, each, i) => sum + (each === undefined ? 0 : harms[3 * i + bits.indexOf(each as 2)]!),
              0,
            );
          const { result, remarks, problem } = await allocate(
            program,
            `allocate-kv{${types} bytes=${bytes}},${both}`,
            calibrationOf(harm),
          );
          const best = (await everyAllocation.solve(problem!)) as AllocationSolution;
          const levels = levelsIn(expectValue(result));
          expect(harm(levels)).toBe(best.loss);
          expect(levels.reduce<number>((sum, each) => sum + bytesOf[each!]!, 0)).toBeLessThanOrEqual(bytes);
          expect(remarks[0]).toContain("no allocation within the budgets has less");
        },
      ),
      { numRuns: 20 },
    ));

  it.each(["", " window=4 tail=f16"])(
    "with one type and {%s} becomes what quantize-kv does by hand",
    async (tail) => {
      const harm = calibrationOf(harmOf([1, 1, 1, 1]));
      const planned = await allocate(
        program,
        `allocate-kv{keys=[${C2}] values=[${C4}] bits=99${tail}},${both}`,
        harm,
      );
      const byHand = await allocate(program, `quantize-kv{keys=${C2} values=${C4}${tail}}`);
      expect(printModule(expectValue(planned.result), registry)).toBe(
        printModule(expectValue(byHand.result), registry),
      );
    },
  );

  it("leaves a side in floats that is given no types, and keeps the plan of the other side", async () => {
    const harm = calibrationOf(harmOf([100, 1, 3, 0.1]));
    const keys = `allocate-kv{keys=[${C2}, ${C4}, ${C8}] tokens=8 bits=8}`;
    const first = await allocate(program, keys, harm);
    expect(plansIn(first.result)).toEqual({ keys: [8, 4], values: [] });
    expect(first.remarks[0]).toContain("2 caches 8.0000 bits on average, 128 of 128 bytes");
    const second = await allocate(
      program,
      `${keys},allocate-kv{values=[${C2}, ${C8}] tokens=8 bits=7}`,
      harm,
    );
    expect(plansIn(second.result)).toEqual({ keys: [8, 4], values: [8, 2] });
  });

  it("finds with rounds what the sum of single losses does not see", async () => {
    // Coarse keys harm little alone and much together.
    const harm = (levels: Levels) => {
      const [k0, v0, k1, v1] = levels.map((each) => each === 2);
      return (k0 ? 1 : 0) + (k1 ? 1.1 : 0) + (v0 ? 1.2 : 0) + (v1 ? 9 : 0) + (k0 && k1 ? 20 : 0);
    };
    const options = `keys=[${C2}, ${C4}] values=[${C2}, ${C4}] tokens=8 bytes=160`;
    const asked: Levels[] = [];
    const once = await allocate(program, `allocate-kv{${options}}`, calibrationOf(harm));
    expect(plansIn(once.result)).toEqual({ keys: [2, 2], values: [4, 4] });
    const better = await allocate(program, `allocate-kv{${options} rounds=4}`, calibrationOf(harm, asked));
    expect(plansIn(better.result)).toEqual({ keys: [2, 4], values: [2, 4] });
    expect(better.remarks[0]).toContain("all together 2.200 nats of divergence, the least of");
    expect(better.remarks).toContain("the least sum: 22.10 all together");
    expect(better.remarks).toContain(`all keys ${C4}, all values ${C2}: 10.20 all together`);
    expect(asked.slice(8).every((each) => !each.includes(undefined))).toBe(true);
  });

  it("is with rounds never worse than the least sum, or one type for keys and one for values", async () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 4, maxLength: 4 }),
        fc.array(fc.integer({ min: -3, max: 20 }), { minLength: 6, maxLength: 6 }),
        fc.integer({ min: 128, max: 320 }),
        async (single, pairs, bytes) => {
          const harm = (levels: Levels): number => {
            const lost = levels.map((each, i) => (each === undefined ? 0 : single[i]! * 2 ** (2 - each)));
            const joint = lost.flatMap((one, i) => lost.slice(i + 1).map((other) => Math.sqrt(one * other)));
            return [...lost, ...joint.map((each, i) => (each * pairs[i]!) / 4)].reduce(
              (sum, each) => sum + each,
            );
          };
          const sizeOf = (levels: Levels) => levels.reduce<number>((sum, each) => sum + bytesOf[each!]!, 0);
          const levelsOf = async (rounds: number): Promise<Levels> => {
            const pipeline = `allocate-kv{${types} bytes=${bytes} rounds=${rounds}},${both}`;
            return levelsIn(expectValue((await allocate(program, pipeline, calibrationOf(harm))).result));
          };
          const found = await levelsOf(10);
          expect(sizeOf(found)).toBeLessThanOrEqual(bytes);
          expect(harm(found)).toBeLessThanOrEqual(harm(await levelsOf(1)));
          for (const keys of bits)
            for (const values of bits)
              if (sizeOf([keys, values, keys, values]) <= bytes)
                expect(harm(found)).toBeLessThanOrEqual(harm([keys, values, keys, values]));
          // No single change that keeps the budget makes it better.
          for (const [i] of caches.entries())
            for (const other of bits)
              if (sizeOf(found.with(i, other)) <= bytes)
                expect(harm(found.with(i, other))).toBeGreaterThanOrEqual(harm(found) - 1e-12);
        },
      ),
      { numRuns: 6 },
    ));

  it("reads its plan back from text", async () => {
    const harm = calibrationOf(harmOf([100, 1, 3, 0.1]));
    const { result } = await allocate(program, `allocate-kv{${types} bits=99 window=2 tail=bf16}`, harm);
    const text = printModule(expectValue(result), registry);
    expect(text).toContain(`kv.keys = !lowp.ring<${C8}, bf16, 2, 0>`);
    expect(printModule(moduleOf(text), registry)).toBe(text);
  });

  it("counts the tail, which waits in wider numbers", async () => {
    // 4 tokens of 8 in f16: 4 · 8 · 2 bytes, and the others 16 of 2-bit codes and 8 of scales.
    const harm = calibrationOf(harmOf([1, 1, 1, 1]));
    const { problem } = await allocate(
      program,
      `allocate-kv{keys=[${C2}] tokens=8 bytes=1000 window=4 tail=f16}`,
      harm,
    );
    expect(problem?.items[0]?.choices[0]?.cost).toEqual({ bytes: 64 + 8 + 8 });
  });

  it("warns of caches that no type changes anything of, as where none is ever rounded", async () => {
    const harm = calibrationOf(harmOf([1, 0, 1, 0]));
    const { remarks } = await allocate(program, `allocate-kv{${types} bits=6}`, harm);
    expect(remarks[0]).toBe(
      "on the calibration data no type of layer0.values, layer1.values changes anything",
    );
    const felt = await allocate(program, `allocate-kv{${types} bits=6}`, calibrationOf(harmOf([1, 1, 1, 1])));
    expect(felt.remarks.join("\n")).not.toContain("changes anything");
  });

  it("counts a cache for every call of a layer", async () => {
    const harm = calibrationOf(() => 1);
    const shared = programOf(["layer0", "layer1", "layer0", "layer0"]);
    const { problem, remarks } = await allocate(shared, `allocate-kv{keys=[${C2}] tokens=8 bits=4}`, harm);
    expect(problem?.items.map(({ choices: [only] }) => only!.cost.bytes)).toEqual([3 * 32, 32]);
    expect(remarks[0]).toContain("4.0000 bits on average, 128 of 128 bytes");
  });

  it.each([
    ["", 1024],
    [`module attributes {${CONTEXT} = 16}`, 16],
  ])("sizes caches by the context of the model, or 1024 tokens (%s)", async (head, tokens) => {
    const harm = calibrationOf(() => 1);
    const text = head === "" ? program : `${head} {${program}}`;
    const { problem } = await allocate(text, `allocate-kv{keys=[${C2}] bits=4}`, harm);
    expect(problem?.budgets).toEqual({ bytes: (2 * tokens * 8 * 4) / 8 });
    expect(CONTEXT).toBe(runtimeContext);
  });

  it.each([
    ["", "option-missing"],
    [`keys=[] bits=4`, "no-types"],
    [`keys=[${C2}, ${C2}] bits=4`, "type-twice"],
    [`keys=[${C2}]`, "no-budget"],
    [`keys=[${C2}] bits=4 bytes=9`, "budget-twice"],
    [`keys=[${C2}] bits=3`, "budget-infeasible"],
    [`keys=[${C2}] bits=3 rounds=2`, "budget-infeasible"],
    [`keys=[!lowp.q<ui2, block = [1, 1, 3], scale = f16>] bits=9`, "type-misfit"],
    [`keys=[!lowp.q<ui2, block = [1, 1, 8], scale = f16, rounding = stochastic>] bits=9`, "type-misfit"],
    [`keys=[!lowp.ring<${C2}, f32, 0, 0>] window=3 bits=9`, "option-without-effect"],
    [`keys=[!lowp.ring<f16, f32, 0, 1>] bits=99`, "type-misfit"],
  ])("refuses {%s} with %s", async (options, code) => {
    const { result } = await allocate(
      program,
      `allocate-kv{${options}}`,
      calibrationOf(() => 1),
    );
    expect(new Set(codesOf(result))).toEqual(new Set([code]));
  });

  it("needs data to run the program on, and figures that are finite", async () => {
    const pipeline = `allocate-kv{keys=[${C2}] bits=4 sensitivity=loss}`;
    const statistics = () => ok(new Map());
    const refused = async (calibration?: Parameters<typeof allocate>[2]) =>
      codesOf((await allocate(program, pipeline, calibration)).result);
    expect(await refused()).toEqual(["calibration-missing"]);
    expect(await refused({ sha256: "", statistics })).toEqual(["loss-missing"]);
    const unknown = () => ok({ loss: undefined, divergence: 0 });
    expect(await refused({ sha256: "", statistics, lossOfVariant: unknown })).toEqual(["loss-missing"]);
    expect(await refused(calibrationOf(() => Number.NaN))).toEqual(["sensitivity-not-finite"]);
  });

  it("takes one type for caches that are one", async () => {
    // Keys are also the values, so both sides have the types that both list.
    const same = `func.func @main(%q: tensor<?x2x8xf32>, %k: tensor<?x1x8xf32>, %past: tensor<?x1x8xf32>) -> (tensor<?x2x8xf32>, tensor<?x1x8xf32>) {
      %keys = nn.concat([%past, %k]) {axis = 0} : tensor<?x1x8xf32>
      %first = nn.attention(%q, %keys, %keys) {causal = true} : tensor<?x2x8xf32>
      %second = nn.attention(%first, %keys, %keys) {causal = true} : tensor<?x2x8xf32>
      return %second, %keys : tensor<?x2x8xf32>, tensor<?x1x8xf32>
    }`;
    const harm = { ...calibrationOf(() => 1), lossOfVariant: () => ok({ loss: 0, divergence: 1 }) };
    const options = `keys=[${C2}, ${C4}] values=[${C4}, ${C8}] tokens=8 bits=6`;
    const { result, problem } = await allocate(same, `allocate-kv{${options}}`, harm);
    expect(problem?.items).toEqual([
      { id: "main.keys", choices: [{ id: C4, loss: 1, cost: { bytes: 48 } }] },
    ]);
    expect(plansIn(result)).toEqual({ keys: [4, 4], values: [4, 4] });
    const { result: ringed } = await allocate(same, `allocate-kv{${options}},${both}`, harm);
    expect(printModule(expectValue(ringed), registry)).toContain(
      `%past: tensor<?x1x8x!lowp.ring<${typeOf(4)}, f32, 0, 0>>`,
    );
  });
});
