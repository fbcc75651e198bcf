import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PassContext } from "../../../../compiler/define/pass.ts";
import { ok } from "../../../../compiler/diagnostics/diagnostic.ts";
import { allocate, bitsIn, codesOf, W2, W4, W8 } from "./allocating.ts";

const names = ["q", "k", "o", "d"];
/** Bytes of a weight. */
const bytesOf: Readonly<Record<number, number>> = { 2: 48, 4: 64, 8: 96 };
/** Bits of each weight, in the order of the names. */
type Levels = readonly number[];
type Harm = (levels: Levels) => number;

/** Harm by what each weight has. */
const calibrationOf = (harm: Harm, asked: Levels[] = []): PassContext["calibration"] => ({
  sha256: "",
  statistics: () => ok(new Map()),
  lossIncrease(_module, replaced, around = new Map()) {
    const now = new Map([...around, ...replaced]);
    const levels = names.map((name) => levelOf(now.get(name)?.data));
    asked.push(levels);
    return ok({ loss: undefined, divergence: harm(levels) });
  },
});

const FLOAT = 32;

/** Of 64 numbers: codes of 2 bits are at most twice the smallest of their row, those of 4 bits 8 times. */
function levelOf(data: ArrayLike<number> | undefined): number {
  if (!data) return FLOAT;
  const ratios = [0, 8, 16, 24, 32, 40, 48, 56].map((start) => {
    const row = Array.from({ length: 8 }, (_, i) => Math.abs(data[start + i]!)).filter((each) => each > 0);
    return Math.max(...row) / Math.min(...row);
  });
  const largest = Math.max(...ratios);
  return largest < 2.5 ? 2 : largest < 8.5 ? 4 : 8;
}

/** What is lost by each weight, and by each two besides. */
const harmOf =
  (single: readonly number[], pairs: readonly number[]): Harm =>
  (levels) => {
    const lost = levels.map((bits, i) => single[i]! * (bits === FLOAT ? 0 : 2 ** (2 - bits)));
    let total = lost.reduce((sum, each) => sum + each, 0);
    let pair = 0;
    for (let i = 0; i < lost.length; i++)
      for (let j = i + 1; j < lost.length; j++)
        total += pairs[pair++ % pairs.length]! * Math.sqrt(lost[i]! * lost[j]!);
    return total;
  };

const options = (bytes: number) => `types=[${W2}, ${W4}, ${W8}] bytes=${bytes} sensitivity=divergence`;
const plan = async (bytes: number, rounds: number, harm: Harm, asked: Levels[] = []) => {
  const pipeline = `allocate-bits{${options(bytes)} rounds=${rounds}}`;
  const { result, remarks } = await allocate([1, 1, 1, 1], pipeline, calibrationOf(harm, asked));
  const bits = bitsIn(result);
  return { levels: names.map((name) => bits[name]!), remarks };
};
const sizeOf = (levels: Levels): number => levels.reduce((sum, bits) => sum + bytesOf[bits]!, 0);

describe("rounds of measuring", () => {
  it("finds what the sum of single losses does not see", async () => {
    // q and k harm little alone and much together.
    const harm: Harm = (levels) => {
      const [q, k, o, d] = levels.map((bits) => bits === 2);
      return (q ? 1 : 0) + (k ? 1.1 : 0) + (o ? 1.2 : 0) + (d ? 9 : 0) + (q && k ? 20 : 0);
    };
    const bytes = 48 + 48 + 64 + 64;
    expect((await plan(bytes, 1, harm)).levels).toEqual([2, 2, 4, 4]);
    const asked: Levels[] = [];
    const { levels, remarks } = await plan(bytes, 4, harm, asked);
    expect(levels).toEqual([2, 4, 2, 4]);
    expect(remarks[0]).toContain("all together 2.200 nats of divergence, the least of");
    expect(remarks).toContain("the least sum: 22.10 all together");
    // Single losses, each whole plan, then every single change of the best.
    expect(asked.slice(0, 12).every((each) => each.filter((bits) => bits !== FLOAT).length === 1)).toBe(true);
    expect(asked.slice(12).every((each) => !each.includes(FLOAT))).toBe(true);
  });

  it("is never worse than the least sum or one type for all, and no single change makes it better", async () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 4, maxLength: 4 }),
        fc.array(fc.integer({ min: -3, max: 20 }), { minLength: 6, maxLength: 6 }),
        fc.integer({ min: 192, max: 384 }),
        async (single, pairs, bytes) => {
          const harm = harmOf(
            single,
            pairs.map((each) => each / 4),
          );
          const first = await plan(bytes, 1, harm);
          const { levels, remarks } = await plan(bytes, 20, harm);
          expect(sizeOf(levels)).toBeLessThanOrEqual(bytes);
          expect(harm(levels)).toBeLessThanOrEqual(harm(first.levels));
          for (const bits of [2, 4, 8])
            if (4 * bytesOf[bits]! <= bytes)
              expect(harm(levels)).toBeLessThanOrEqual(harm(Array(4).fill(bits)));
          expect(remarks[0]).toContain(`all together ${harm(levels).toPrecision(4)} nats`);
          for (const [i] of names.entries())
            for (const bits of [2, 4, 8]) {
              const changed = levels.with(i, bits);
              if (sizeOf(changed) <= bytes)
                expect(harm(changed)).toBeGreaterThanOrEqual(harm(levels) - 1e-12);
            }
        },
      ),
      { numRuns: 25 },
    ));

  it.each(["ilp", "dp", "greedy", "evolutionary"])("goes as far as %s can", async (solver) => {
    const harm = harmOf([40, 30, 20, 10], [8, 0, 2, 0, 5, 1]);
    const pipeline = `allocate-bits{${options(270)} rounds=6 solver=${solver}}`;
    const { result } = await allocate([1, 1, 1, 1], pipeline, calibrationOf(harm));
    const bits = bitsIn(result);
    const first = await plan(270, 1, harm);
    expect(harm(names.map((name) => bits[name]!))).toBeLessThanOrEqual(harm(first.levels));
  });

  it("refuses a sensitivity that runs no program", async () => {
    const { result } = await allocate([1, 1, 1, 1], `allocate-bits{types=[${W2}, ${W8}] bits=9 rounds=2}`);
    expect(codesOf(result)).toEqual(["rounds-unused"]);
  });
});
