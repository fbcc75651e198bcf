import {
  extract,
  f32,
  i32,
  type Local,
  lanes,
  op,
  product,
  replace,
  sum,
} from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";
import type { Features } from "../../kernel.ts";
import { shuffleLanes, smaller, transposeFours } from "../lanes.ts";
import { multiplyAdd } from "./multiply-add.ts";
import { GROUP } from "./sparse-walk.ts";

/** Four stored numbers of a column. */
export interface StoredGroup {
  /** As f32x4. */
  readonly numbers: Local;
  /** Moves to the inputs of the first number, then of the second, and so on. */
  readonly next: () => void;
  /** How many of them there are, 1 to 4, where the rest only fills the group up. */
  readonly count: Local | undefined;
}

/** The sums of one column for some rows of inputs, each times a factor (f32x4, in all lanes). */
export interface ColumnSums {
  readonly clear: () => void;
  readonly add: (group: StoredGroup) => void;
  /** Writes them, [rows, columns]. */
  readonly write: (column: Local) => void;
}

const zero = op("f32x4.splat", f32(0));

/** Of one row: lane i of a vector adds up numbers i, i + 4, … of the column. */
export function sumsOfRow(
  f: FunctionBuilder,
  features: Features,
  { input, output, factor }: Readonly<Record<"input" | "output" | "factor", Local>>,
): ColumnSums {
  const sums = f.local("v128");
  const inputs = f.local("v128");
  const numberOfLane = lanes(Int32Array.of(0, 1, 2, 3));
  return {
    clear: () => f.set(sums, zero),
    add({ numbers, next, count }) {
      for (let lane = 0; lane < GROUP; lane++) {
        next();
        const one =
          lane === 0
            ? load("v128.load32_zero", input)
            : replace("f32x4.replace_lane", inputs, lane, load("f32.load", input));
        f.set(inputs, one);
      }
      // What fills up a group meets no input: not even 0 times an infinity.
      if (count)
        f.set(inputs, op("v128.and", inputs, op("i32x4.lt_s", numberOfLane, op("i32x4.splat", count))));
      f.set(sums, multiplyAdd(features, sums, inputs, numbers));
    },
    write(column) {
      const lane = (i: number) => extract("f32x4.extract_lane", sums, i);
      const total = op("f32.add", op("f32.add", lane(0), lane(1)), op("f32.add", lane(2), lane(3)));
      const scaled = op("f32.mul", total, extract("f32x4.extract_lane", factor, 0));
      f.store("f32.store", sum(output, product(column, 4)), scaled);
    },
  };
}

/** Of four or eight rows that stand side by side at each channel: sums of numbers i, i + 4, … of the column for each i. */
export function sumsOfRows(
  f: FunctionBuilder,
  features: Features,
  {
    input,
    outputs,
    factor,
  }: Readonly<Record<"input" | "factor", Local>> & { readonly outputs: readonly Local[] },
): ColumnSums {
  const vectors = Array.from({ length: outputs.length / 4 }, (_, i) => i);
  const sums = Array.from({ length: GROUP }, () => vectors.map(() => f.local("v128")));
  const number = f.local("v128");
  const x = f.local("v128");
  return {
    clear() {
      for (const each of sums.flat()) f.set(each, zero);
    },
    add({ numbers, next, count }) {
      for (let i = 0; i < GROUP; i++) {
        next();
        f.set(number, shuffleLanes(numbers, numbers, [i, i, i, i]));
        const isThere = count && f.let(op("i32x4.splat", op("i32.sub", i32(0), op("i32.gt_s", count, i))));
        for (const v of vectors) {
          f.set(x, load("v128.load", input, 16 * v));
          if (isThere && i > 0) f.set(x, op("v128.and", x, isThere));
          f.set(sums[i]![v]!, multiplyAdd(features, sums[i]![v]!, x, number));
        }
      }
    },
    write(column) {
      const offset = f.let(product(column, 4));
      for (const v of vectors) {
        const [a, b, c, d] = sums.map((each) => each[v]!) as [Local, Local, Local, Local];
        const all = op("f32x4.add", op("f32x4.add", a, b), op("f32x4.add", c, d));
        const total = f.let(op("f32x4.mul", all, factor));
        for (let lane = 0; lane < 4; lane++)
          f.storeLane("v128.store32_lane", sum(outputs[4 * v + lane]!, offset), total, lane);
      }
    },
  };
}

/** Addresses of rows of `bytes` from `row` on; behind the last of all, that one again. */
export function addressesOfRows(
  f: FunctionBuilder,
  { start, row, rows, bytes }: Readonly<Record<"start" | "row" | "rows", Local>> & { readonly bytes: number },
  count: number,
): Local[] {
  const last = f.let(op("i32.sub", rows, i32(1)));
  return Array.from({ length: count }, (_, i) =>
    f.let(sum(start, product(smaller(f.let(sum(row, i)), last), bytes))),
  );
}

/** Writes rows of inputs side by side, channel by channel; up to three channels more than `depth`, which nobody reads. */
export function transposeRows(
  f: FunctionBuilder,
  inputs: readonly Local[],
  depth: number,
  target: Local,
): void {
  const to = f.let(target);
  f.for(0, 4 * depth, 4 * 4, (offset) => {
    for (let v = 0; v < inputs.length / 4; v++) {
      const rows = inputs
        .slice(4 * v, 4 * v + 4)
        .map((input) => f.let(load("v128.load", sum(input, offset))));
      for (const [k, vector] of transposeFours(f, rows).entries())
        f.store("v128.store", to, vector, 4 * inputs.length * k + 16 * v);
    }
    f.advance(to, 4 * 4 * inputs.length);
  });
}
