import { type Expression, type Local, op, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { addLanes, firstLanes, horizontal, joinHalves, loadPair, storeFirst, sumOfPair } from "./lanes.ts";
import { binaryLogarithm } from "./power.ts";
import { choose, exponential, splat, splatDouble } from "./vector-math.ts";

/** A softmax of rows of `width` elements; `kind` is the `nn` op, along the last axis. */
export interface RowSoftmax {
  readonly kind: "softmax" | "log_softmax";
  readonly width: number;
}

/**
 * Turns rows into weights that sum to 1, or into their logarithms. Parameters: `input` and `output`, which may be
 * the same, [rows, width] f32. A unit of work is a row. A row with NaN, with +infinity or with nothing but -infinity
 * is all NaN. A weight is within 6 + |x - largest| units in the last place, as the difference x - largest is rounded
 * before it is raised; a logarithm is within 2 units of the larger of it and 1. Sums are f64.
 */
export function rowSoftmax({ kind, width }: RowSoftmax): Kernel {
  return defineKernel({
    name: `${kind}_${width}`,
    parameters: ["input", "output"],
    build(f, { input, output, begin, end }) {
      f.for(begin, end, 1, (unit) => {
        const first = f.let(op("i32.mul", unit, 4 * width));
        const [row, target] = [f.let(sum(input, first)), f.let(sum(output, first))];
        const largest = f.let(op("f32x4.splat", largestOf(f, row, width)));
        if (kind === "softmax") {
          const total = sumOfPowers(f, { row, width, largest, target });
          const divisor = f.let(op("f32x4.splat", op("f32.demote_f64", total)));
          mapRow(f, target, width, (place, count) =>
            storeFirst(f, place, f.let(op("f32x4.div", load("v128.load", place), divisor)), count),
          );
        } else {
          const total = f.let(op("f64x2.splat", sumOfPowers(f, { row, width, largest, target: undefined })));
          const logarithm = op("f64x2.mul", binaryLogarithm(f, total), splatDouble(Math.LN2));
          // The largest is exact, so nothing is lost before the one rounding.
          const shift = f.let(logarithm);
          const most = f.let(op("f64x2.promote_low_f32x4", largest));
          const half = (place: Local, at: number) =>
            op("f32x4.demote_f64x2_zero", op("f64x2.sub", op("f64x2.sub", loadPair(place, at), most), shift));
          const distance = f.let(op("i32.sub", target, row));
          mapRow(f, row, width, (place, count) => {
            const value = f.let(joinHalves(half(place, 0), half(place, 8)));
            storeFirst(f, f.let(sum(place, distance)), value, count);
          });
        }
      });
    },
  });
}

/** Visits the addresses of a row's elements, four after four. */
function mapRow(
  f: FunctionBuilder,
  row: Local,
  width: number,
  visit: (place: Local, count: number) => void,
): void {
  const whole = width - (width % 4);
  const place = f.let(row);
  const end = f.let(sum(row, 4 * whole));
  f.while(op("i32.lt_u", place, end), () => {
    visit(place, 4);
    f.advance(place, 16);
  });
  if (whole !== width) visit(place, width - whole);
}

/** NaN if there is one. */
function largestOf(f: FunctionBuilder, row: Local, width: number): Expression {
  const largest = f.let(splat(Number.NEGATIVE_INFINITY));
  mapRow(f, row, width, (place, count) => {
    const four = load("v128.load", place);
    const valid = count === 4 ? four : choose(firstLanes(count), four, splat(Number.NEGATIVE_INFINITY));
    f.set(largest, op("f32x4.max", largest, valid));
  });
  return horizontal("f32.max", largest);
}

interface Powers {
  readonly row: Local;
  readonly width: number;
  readonly largest: Local;
  /** Where the powers go, if they are kept. */
  readonly target: Local | undefined;
}

/** The sum of e^(x - largest) over a row, in f64. */
function sumOfPowers(f: FunctionBuilder, { row, width, largest, target }: Powers): Expression {
  const total = f.let(splatDouble(0));
  const distance = target && f.let(op("i32.sub", target, row));
  mapRow(f, row, width, (place, count) => {
    const power = exponential(f, op("f32x4.sub", load("v128.load", place), largest));
    if (distance) storeFirst(f, f.let(sum(place, distance)), power, count);
    if (count < 4) f.set(power, op("v128.and", power, firstLanes(count)));
    addLanes(f, total, power);
  });
  return sumOfPair(total);
}
