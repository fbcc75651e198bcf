import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Expression, type Local, op } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { elementAt, joinHalves, smaller, storeLanes, upperHalf } from "./lanes.ts";
import type { PointwiseElement } from "./pointwise-function.ts";
import { choose, splat, splatDouble, splatInteger } from "./vector-math.ts";

/** A reduction of the middle axis of [outer, size, inner], as the `nn` op; prod and mean are of floats alone. */
export interface Reduction {
  readonly kind: "sum" | "mean" | "prod" | "reduce_max" | "reduce_min" | "argmax";
  readonly element: PointwiseElement;
}

/** Elements of the last axis in a unit of work. */
export const COLUMNS_PER_UNIT = 64;

/** How many units of work there are: blocks of the last axis, for each index of the first. */
export const reductionUnits = (outer: number, inner: number): number =>
  outer * Math.ceil(inner / COLUMNS_PER_UNIT);

/**
 * Reduces [outer, size, inner] to [outer, inner], i32 for argmax. Parameters: `input`, `output`, `size`, `inner`. The same
 * bits as the interpreter: sums and products are f64 in ascending order and rounded once, integers wrap, NaN wins, the
 * first of equals is taken. Of no elements a sum is 0, a product 1, a mean NaN, an extreme of floats infinite.
 */
export function reduceAxis(reduction: Reduction): Kernel {
  return defineKernel({
    name: `${reduction.kind}_${reduction.element}`,
    parameters: ["input", "output", "size", "inner"],
    build(f, { input, output, size, inner, begin, end }) {
      const blocks = f.let(op("i32.div_u", op("i32.add", inner, COLUMNS_PER_UNIT - 1), COLUMNS_PER_UNIT));
      const rowBytes = f.let(op("i32.shl", inner, 2));
      f.for(begin, end, 1, (unit) => {
        const outer = f.let(op("i32.div_u", unit, blocks));
        const first = f.let(
          op("i32.mul", op("i32.sub", unit, op("i32.mul", outer, blocks)), COLUMNS_PER_UNIT),
        );
        const last = f.let(smaller(inner, op("i32.add", first, COLUMNS_PER_UNIT)));
        const source = f.let(elementAt(input, op("i32.mul", op("i32.mul", outer, size), inner)));
        const target = f.let(elementAt(output, op("i32.mul", outer, inner)));
        f.for(first, last, 4, (column) => {
          const place = f.let(elementAt(source, column));
          const fold = foldOf(f, reduction);
          f.for(0, size, 1, (index) => {
            fold.add(f.let(load("v128.load", place)), index);
            f.advance(place, rowBytes);
          });
          const result = f.let(fold.finish(size));
          storeLanes(f, f.let(elementAt(target, column)), result, op("i32.sub", last, column));
        });
      });
    },
  });
}

/** What is kept of four columns while their elements are visited. */
interface Fold {
  add(four: Local, index: Local): void;
  finish(size: Local): Expression;
}

function foldOf(f: FunctionBuilder, { kind, element }: Reduction): Fold {
  switch (kind) {
    case "argmax":
      return largestPlace(f, element);
    case "reduce_max":
    case "reduce_min":
      return extreme(f, element, kind === "reduce_max");
    case "sum":
      return element === "i32" ? wholeSum(f) : exactFold(f, kind);
    case "mean":
    case "prod":
      return exactFold(f, kind);
    default:
      return unreachable(`reduction ${kind satisfies never}`);
  }
}

function wholeSum(f: FunctionBuilder): Fold {
  const total = f.let(splatInteger(0));
  return { add: (four) => f.set(total, op("i32x4.add", total, four)), finish: () => total };
}

function exactFold(f: FunctionBuilder, kind: "sum" | "mean" | "prod"): Fold {
  const initial = splatDouble(kind === "prod" ? 1 : 0);
  const [low, high] = [f.let(initial), f.let(initial)];
  const combine = kind === "prod" ? "f64x2.mul" : "f64x2.add";
  return {
    add(four) {
      f.set(low, op(combine, low, op("f64x2.promote_low_f32x4", four)));
      f.set(high, op(combine, high, op("f64x2.promote_low_f32x4", upperHalf(four))));
    },
    finish(size) {
      const count = op("f64x2.splat", op("f64.convert_i32_s", size));
      const [first, second] = [low, high].map((total) =>
        op("f32x4.demote_f64x2_zero", kind === "mean" ? op("f64x2.div", total, count) : total),
      );
      return joinHalves(first!, second!);
    },
  };
}

function extreme(f: FunctionBuilder, element: PointwiseElement, isLargest: boolean): Fold {
  const infinity = isLargest ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const whole = isLargest ? -0x80000000 : 0x7fffffff;
  const best = f.let(element === "f32" ? splat(infinity) : splatInteger(whole));
  const name = isLargest ? "max" : "min";
  const instruction = element === "f32" ? `f32x4.${name}` : `i32x4.${name}_s`;
  return { add: (four) => f.set(best, op(instruction, best, four)), finish: () => best };
}

function largestPlace(f: FunctionBuilder, element: PointwiseElement): Fold {
  const [best, place] = [f.local("v128"), f.let(splatInteger(0))];
  return {
    add(four, index) {
      const isMore = element === "f32" ? op("f32x4.gt", four, best) : op("i32x4.gt_s", four, best);
      // The first NaN is more than any number, and nothing is more than it.
      const isFirstNaN = op("v128.and", op("f32x4.ne", four, four), op("f32x4.eq", best, best));
      const isFirst = splatInteger(op("i32.sub", 0, op("i32.eqz", index)));
      const taken = element === "f32" ? op("v128.or", isMore, isFirstNaN) : isMore;
      const mask = f.let(op("v128.or", taken, isFirst));
      f.set(best, choose(mask, four, best));
      f.set(place, choose(mask, splatInteger(index), place));
    },
    finish: () => place,
  };
}
