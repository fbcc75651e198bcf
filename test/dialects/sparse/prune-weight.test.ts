import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { invertSymmetric } from "../../../compiler/numeric/cholesky.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { outputEnergy } from "../../../dialects/lowp/solvers/losses.ts";
import type { PrunePattern } from "../../../dialects/sparse/prune-pattern.ts";
import {
  countPruned,
  type PrunedWeight,
  type PruneGoal,
  type PruneScore,
  pruneWeight,
} from "../../../dialects/sparse/prune-weight.ts";
import { unitsOf } from "../../../runtime/js/artifact/threads.ts";
import { gaussianTensor } from "../lowp/generate.ts";

const twoOfFour: PrunePattern = { kind: "nm", kept: 2, of: 4 };
const unstructured: PrunePattern = { kind: "unstructured" };
const goal = (score: PruneScore, pattern: PrunePattern = twoOfFour, sparsity = 0.5): PruneGoal => ({
  score,
  pattern,
  sparsity,
  damping: 0.01,
});

function right<T>(value: T | Mismatch): T {
  if (isMismatch(value)) throw new Error(value.message);
  return value;
}

/** Σ xᵀx / count of correlated inputs whose channels differ in size. */
function secondMoment(columns: number, seed: number): Float64Array {
  const rows = 4 * columns;
  const { data } = gaussianTensor([rows, columns], seed);
  const input = data.map((x, at) => (x + (at % columns > 0 ? data[at - 1]! : 0)) * (1 + (at % 5)));
  const moment = new Float64Array(columns ** 2);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < columns; i++)
      for (let j = 0; j < columns; j++)
        moment[i * columns + j] =
          moment[i * columns + j]! + (input[row * columns + i]! * input[row * columns + j]!) / rows;
  return moment;
}

const lossOf = (weight: FloatTensor, { numbers }: PrunedWeight, moment: Float64Array): number =>
  outputEnergy(
    numbers.map((number, at) => number - weight.data[at]!),
    moment,
    weight.shape[1]!,
  );

describe("what of a Gaussian matrix stays", () => {
  const weight = gaussianTensor([512, 1024], 3);
  const [magnitude, energy] = [(x: number) => Math.abs(x), (x: number) => x * x];
  const share = (numbers: ArrayLike<number>, of: (x: number) => number) =>
    Array.from(numbers, of).reduce((sum, x) => sum + x, 0) /
    Array.from(weight.data, of).reduce((sum, x) => sum + x, 0);

  // The figures of a run on other draws; 2¹⁹ of them leave a standard error of about 5e-4.
  it.each([
    ["2:4", twoOfFour, 0.745, 0.868],
    ["1:4", { kind: "nm", kept: 1, of: 4 }, 0.459, 0.618],
    ["4:8", { kind: "nm", kept: 4, of: 8 }, 0.768, 0.897],
    ["8:16", { kind: "nm", kept: 8, of: 16 }, 0.782, 0.912],
    ["one half", unstructured, 0.796, 0.929],
  ] as const)("%s: magnitude and energy", (_, pattern, kept, keptEnergy) => {
    const { numbers } = right(pruneWeight(weight, goal("magnitude", pattern), undefined));
    expect(share(numbers, magnitude)).toBeCloseTo(kept, 2);
    expect(share(numbers, energy)).toBeCloseTo(keptEnergy, 2);
  });
});

describe("magnitude", () => {
  it("keeps the largest of every run, and of equals the first, as sorting does", () => {
    const runs = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(runs, fc.integer({ min: 1, max: 3 }), (values, kept) => {
        const weight = { shape: [2, 8], data: Float64Array.from(values) };
        const pattern = { kind: "nm", kept, of: 4 } as const;
        const { numbers, pruned } = right(pruneWeight(weight, goal("magnitude", pattern), undefined));
        for (let run = 0; run < 16; run += 4) {
          const stays = [0, 1, 2, 3]
            .sort((a, b) => Math.abs(values[run + b]!) - Math.abs(values[run + a]!) || a - b)
            .slice(0, kept);
          for (const offset of [0, 1, 2, 3]) {
            const isKept = stays.includes(offset);
            expect(pruned[run + offset]).toBe(isKept ? 0 : 1);
            expect(numbers[run + offset]).toBe(isKept ? values[run + offset]! : 0);
          }
        }
      }),
    );
  });

  it("prunes the share that was asked for, rounded down, of weights and of groups", () => {
    const weight = gaussianTensor([5, 12], 9);
    for (const [pattern, sparsity, count] of [
      [unstructured, 0.33, 19],
      [{ kind: "group", size: 4 }, 0.5, 28],
    ] as const) {
      const { pruned } = right(pruneWeight(weight, goal("magnitude", pattern, sparsity), undefined));
      expect(pruned.reduce((sum, bit) => sum + bit, 0)).toBe(count);
      const size = pattern.kind === "group" ? pattern.size : 1;
      for (let at = 0; at < pruned.length; at += size)
        expect(new Set(pruned.subarray(at, at + size)).size).toBe(1);
    }
  });
});

describe("groups in blocks of rows", () => {
  const moment = secondMoment(256, 31);
  // Rows of very different sizes, so that the matrix as a whole loses most groups in few of them.
  const draws = gaussianTensor([48, 256], 30);
  const weight = { ...draws, data: draws.data.map((w, at) => w * 1.1 ** Math.floor(at / 256)) };
  const keptBy = (rows: number | undefined, score: PruneScore): readonly number[] => {
    const pattern: PrunePattern = { kind: "group", size: 16, ...(rows !== undefined && { rows }) };
    const { pruned } = right(pruneWeight(weight, goal(score, pattern), moment));
    return Array.from({ length: 6 }, (_, block) => {
      const bits = pruned.subarray(block * 8 * 256, (block + 1) * 8 * 256);
      return bits.reduce((sum, bit) => sum + 1 - bit, 0) / 16;
    });
  };

  it.each(["magnitude", "wanda", "obs"] as const)("are as many in each by %s", (score) => {
    // 8 rows of 16 groups, half of them kept; blocks of all rows together are uneven.
    expect(keptBy(8, score)).toEqual([64, 64, 64, 64, 64, 64]);
    const uneven = keptBy(undefined, score);
    expect(uneven.reduce((sum, count) => sum + count, 0)).toBe(6 * 64);
    expect(Math.max(...uneven)).toBeGreaterThan(1.5 * 64);
  });

  it("are divided over workers to within one group where each takes as many", () => {
    // max / mean ≤ 1 + 1 / (groups a worker has): 384 groups over workers that get them in order.
    const groups = keptBy(8, "magnitude").reduce((sum, count) => sum + count, 0);
    for (const workers of [5, 7, 16, 100]) {
      const shares = Array.from({ length: workers }, (_, part) => {
        const [begin, end] = unitsOf(groups, part, workers);
        return end - begin;
      });
      const mean = groups / workers;
      expect(Math.max(...shares) / mean).toBeLessThanOrEqual(1 + 1 / mean);
    }
  });

  it("give as many as were counted before, the last block being smaller", () => {
    for (const [rows, score] of [
      [5, "magnitude"],
      [7, "obs"],
      [100, "wanda"],
    ] as const) {
      const asked = goal(score, { kind: "group", size: 16, rows }, 0.37);
      const { pruned } = right(pruneWeight(weight, asked, moment));
      expect(pruned.reduce((sum, bit) => sum + bit, 0)).toBe(countPruned(48, 256, asked));
    }
    expect(countPruned(0, 256, goal("magnitude", { kind: "group", size: 16 }))).toBe(0);
  });
});

describe("wanda", () => {
  it("counts a magnitude by the norm of what it meets, rows apart", () => {
    const moment = Float64Array.from([100, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
    const weight = { shape: [2, 4], data: Float32Array.of(1, 5, 7, 6, 0.1, 0.5, 0.7, 0.6) };
    for (const pattern of [twoOfFour, unstructured]) {
      const { numbers } = right(pruneWeight(weight, goal("wanda", pattern), moment));
      expect([...numbers]).toEqual([1, 0, 7, 0, ...weight.data.slice(4, 5), 0, weight.data[6], 0]);
    }
  });
});

describe("obs", () => {
  const weight = gaussianTensor([6, 16], 21);
  const moment = secondMoment(16, 22);

  it("is the textbook update by explicit inverses of what is left", () => {
    const { numbers, pruned } = right(pruneWeight(weight, goal("obs"), moment));
    const expected = textbook(weight, moment);
    expect([...pruned]).toEqual([...expected.pruned]);
    for (const [at, number] of numbers.entries()) expect(number).toBeCloseTo(expected.numbers[at]!, 9);
  });

  it.each([
    ["2:4", twoOfFour],
    ["any half", unstructured],
    ["groups", { kind: "group", size: 4 }],
  ] as const)("loses less of the outputs than wanda does in %s", (_, pattern) => {
    const byWanda = right(pruneWeight(weight, goal("wanda", pattern), moment));
    const bySweep = right(pruneWeight(weight, goal("obs", pattern), moment));
    const zeros = (mask: Uint8Array) => mask.reduce((sum, bit) => sum + bit, 0);
    expect(zeros(bySweep.pruned)).toBe(zeros(byWanda.pruned));
    expect(lossOf(weight, bySweep, moment)).toBeLessThan(0.9 * lossOf(weight, byWanda, moment));
  });

  it("is worth nothing to keep a weight whose input is always zero", () => {
    const dead = moment.map((x, at) => (at % 16 === 5 || Math.floor(at / 16) === 5 ? 0 : x));
    const { numbers } = right(pruneWeight(weight, goal("obs"), dead));
    for (let row = 0; row < 6; row++) expect(numbers[row * 16 + 5]).toBe(0);
  });

  it("refuses a moment of another size", () => {
    const refused = pruneWeight(weight, goal("obs"), moment.subarray(0, 15));
    expect(isMismatch(refused) && refused.code).toBe("statistics-shape");
  });
});

/** Column after column, with the inverse of the part of the damped H that is left computed anew each time. */
function textbook({ shape, data }: FloatTensor, moment: Float64Array) {
  const [rows, columns] = [shape[0]!, shape[1]!];
  const mean = Array.from({ length: columns }, (_, i) => moment[i * (columns + 1)]!).reduce((a, b) => a + b);
  const damped = moment.map((x, at) => (at % (columns + 1) === 0 ? x + (0.01 * mean) / columns : x));
  const numbers = Float64Array.from(data);
  const pruned = new Uint8Array(data.length);
  const inverseFrom = (from: number): Float64Array => {
    const n = columns - from;
    const part = Float64Array.from(
      { length: n * n },
      (_, at) => damped[(from + Math.floor(at / n)) * columns + from + (at % n)]!,
    );
    return invertSymmetric(part, n)!;
  };
  for (let column = 0; column < columns; column++) {
    const n = columns - column;
    if (column % 4 === 0)
      for (let row = 0; row < rows; row++) {
        const saliency = [0, 1, 2, 3].map(
          (offset) => numbers[row * columns + column + offset]! ** 2 / inverseFrom(column + offset)[0]!,
        );
        const order = [0, 1, 2, 3].sort((a, b) => saliency[a]! - saliency[b]!);
        for (const offset of order.slice(0, 2)) pruned[row * columns + column + offset] = 1;
      }
    const inverse = inverseFrom(column);
    for (let row = 0; row < rows; row++) {
      const at = row * columns + column;
      if (pruned[at] === 0) continue;
      const step = numbers[at]! / inverse[0]!;
      for (let k = 0; k < n; k++) numbers[at + k] = numbers[at + k]! - step * inverse[k]!;
    }
  }
  return { numbers, pruned };
}

describe("how much is pruned", () => {
  const pattern = fc.oneof(
    fc.constant(unstructured),
    fc.constantFrom(1, 2, 5).map((size): PrunePattern => ({ kind: "group", size })),
  );
  it("is known from the shape", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<PruneScore>("magnitude", "wanda", "obs"),
        pattern,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(10, 30, 140),
        (score, form, share, rows, columns) => {
          const weight = gaussianTensor([rows, columns], columns);
          const moment = score === "magnitude" ? undefined : secondMoment(columns, 2);
          const given = goal(score, form, share);
          const { pruned } = right(pruneWeight(weight, given, moment));
          expect(countPruned(rows, columns, given)).toBe(pruned.reduce((sum, bit) => sum + bit, 0));
        },
      ),
      { numRuns: 25 },
    );
  });
});
