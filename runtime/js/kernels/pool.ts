import { type Expression, f32, f64, i32, type Local, op, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { elementAt } from "./lanes.ts";

/** A 2-d pool of images [height, width] to [outputHeight, outputWidth]; pads are top, left, bottom, right. */
export interface Pool {
  readonly kind: "max" | "average";
  readonly image: readonly [height: number, width: number];
  readonly output: readonly [height: number, width: number];
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
  readonly dilations: readonly [number, number];
  /** Whether zeros of the padding count in the divisor of an average. */
  readonly countIncludePad: boolean;
}

/**
 * `nn.max_pool2d` or `nn.average_pool2d` with the bits of the interpreter: sums are f64 in ascending order, divided and
 * rounded once; padding is never the largest; NaN is. Parameters: `input` and `output`, f32. A unit of work is one channel
 * of one image.
 */
export function pool2d(pool: Pool): Kernel {
  const { kind, image, output, kernel, strides, pads, dilations, countIncludePad } = pool;
  const numbers = [image, output, kernel, strides, pads, dilations].map((each) => each.join("x"));
  return defineKernel({
    name: `${kind}_pool_${numbers.join("_")}${countIncludePad ? "_padded" : ""}`,
    parameters: ["input", "output"],
    build(f, { input, output: target, begin, end }) {
      const [inputBytes, outputCount] = [4 * image[0] * image[1], output[0] * output[1]];
      const place = f.let(sum(target, op("i32.mul", begin, 4 * outputCount)));
      f.for(begin, end, 1, (unit) => {
        const source = f.let(sum(input, op("i32.mul", unit, inputBytes)));
        f.for(0, output[0], 1, (row) =>
          f.for(0, output[1], 1, (column) => {
            f.store("f32.store", place, poolWindow(f, pool, source, row, column));
            f.advance(place, 4);
          }),
        );
      });
    },
  });
}

function poolWindow(f: FunctionBuilder, pool: Pool, source: Local, row: Local, column: Local): Expression {
  const most = f.let(f32(Number.NEGATIVE_INFINITY));
  const total = f.let(f64(0));
  const inside = f.let(i32(0));
  forTaps(f, pool, 0, row, (y) =>
    forTaps(f, pool, 1, column, (x) => {
      const value = load("f32.load", elementAt(source, sum(op("i32.mul", y, pool.image[1]), x)));
      if (pool.kind === "max") f.set(most, op("f32.max", most, value));
      else f.set(total, op("f64.add", total, op("f64.promote_f32", value)));
      f.advance(inside, 1);
    }),
  );
  if (pool.kind === "max") return most;
  const count = pool.countIncludePad
    ? op("i32.mul", paddedTaps(f, pool, 0, row), paddedTaps(f, pool, 1, column))
    : inside;
  return op("f32.demote_f64", op("f64.div", total, op("f64.convert_i32_s", count)));
}

/** Where the first tap of a window is along an axis, from the start of the image. */
const firstTap = ({ strides, pads }: Pool, axis: 0 | 1, window: Local): Expression =>
  op("i32.sub", op("i32.mul", window, strides[axis]), pads[axis]);

/** Visits the taps of a window along an axis that are within the image. */
function forTaps(
  f: FunctionBuilder,
  pool: Pool,
  axis: 0 | 1,
  window: Local,
  visit: (place: Local) => void,
): void {
  const place = f.let(firstTap(pool, axis, window));
  f.for(0, pool.kernel[axis], 1, () => {
    f.if(op("i32.lt_u", place, pool.image[axis]), () => visit(place));
    f.advance(place, pool.dilations[axis]);
  });
}

/** How many taps of a window along an axis are within the image or its padding. */
function paddedTaps(f: FunctionBuilder, pool: Pool, axis: 0 | 1, window: Local): Local {
  const place = f.let(firstTap(pool, axis, window));
  const count = f.let(i32(0));
  f.for(0, pool.kernel[axis], 1, () => {
    f.advance(count, op("i32.lt_s", place, pool.image[axis] + pool.pads[axis === 0 ? 2 : 3]));
    f.advance(place, pool.dilations[axis]);
  });
  return count;
}
