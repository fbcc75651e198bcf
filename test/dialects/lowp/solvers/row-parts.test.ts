import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import { isMismatch, type Mismatch } from "../../../../compiler/define/op.ts";
import type { StoredSolution } from "../../../../compiler/define/solver-host.ts";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { joinRows, rowParts } from "../../../../dialects/lowp/solvers/row-parts.ts";
import { solveTask } from "../../../../dialects/lowp/solvers/solve-task.ts";
import { lowpType } from "../text.ts";

const splittable = [
  "!lowp.q<i4, block = [1, 32], scale = f16>",
  "!lowp.q<i3, block = [1, *], scale = f32>",
  "!lowp.q<ui2, block = [1, 16], scale = f32, zero = ui2>",
  "!lowp.q<f4E2M1FN, block = [1, 32], scale = f8E8M0FNU>",
  "!lowp.q<i5, block = [2, 64], scale = bf16>",
  "!lowp.q<trit, block = [1, 64], scale = f32>",
  "!lowp.q<!lowp.table<4, 1, nf>, block = [1, 32], scale = f16>",
  "!lowp.q<!lowp.table<3, 1, bitmod>, block = [1, 32], scale = f16>",
  "!lowp.q<!lowp.table<3, 1, f16, per = row>, block = [1, 32], scale = f16>",
];
const whole = [
  "!lowp.q<i4, block = [*, *], scale = f32>",
  "!lowp.q<i4, block = [*, 32], scale = f32>",
  "!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>",
  "!lowp.q<i8, block = [1, 32], scale = f32, rounding = stochastic>",
  "!lowp.q<!lowp.table<3, 1, f16>, block = [1, 32], scale = f16>",
];
/** Columns at which 40 or 80 rows are a part. */
const COLUMNS = 4096;

describe("rows that are solved apart", () => {
  it.each(splittable)("of %s are all rows, each once and in order", (text) => {
    const parts = rowParts(lowpType(text), [402, COLUMNS]);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts[0]!.start).toBe(0);
    expect(parts.at(-1)!.end).toBe(402);
    parts.slice(1).forEach(({ start }, i) => void expect(start).toBe(parts[i]!.end));
  });

  it.each(whole)("are not cut where %s sees them together", (text) => {
    expect(rowParts(lowpType(text), [402, COLUMNS])).toEqual([{ start: 0, end: 402 }]);
  });

  it.each(splittable)("of %s give the bytes of the whole weight", (text) => {
    const type = lowpType(text);
    const solver = "rtn";
    const solve = (weight: FloatTensor): StoredSolution =>
      expectSolution(solveTask({ solver, options: {}, weight, type, statistics: undefined }, registry));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 130 }), fc.integer(), (rows, seed) => {
        const columns = 64;
        const data = Float32Array.from({ length: rows * 2 * columns }, (_, i) => Math.sin(seed + i * 1.7));
        const cut = (start: number, end: number) => ({
          shape: [end - start, columns],
          data: data.slice(start * columns, end * columns),
        });
        const pieces = [0, 40, 120].flatMap((start, i, starts) =>
          start < rows * 2 ? [cut(start, Math.min(rows * 2, starts[i + 1] ?? rows * 2))] : [],
        );
        const [joined, all] = [joinRows(pieces.map(solve)), solve(cut(0, rows * 2))];
        expect(joined.components).toEqual(all.components);
        expect(joined.report.loss).toBeCloseTo(all.report.loss, 9);
      }),
      { numRuns: 10 },
    );
  });
});

function expectSolution(solution: StoredSolution | Mismatch): StoredSolution {
  if (isMismatch(solution)) throw new Error(solution.message);
  return solution;
}
