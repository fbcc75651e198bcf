import {
  type Expression,
  extract,
  i32,
  type Local,
  lanes,
  op,
  select,
  shuffle,
  sum,
} from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";

/** `address` plus `index` elements of a number of bytes that is a power of two; of less than 1, as many as bytes take. */
export const elementAt = (address: Expression, index: Expression, bytes = 4): Expression =>
  sum(
    address,
    bytes < 1 ? op("i32.shr_u", index, -Math.log2(bytes)) : op("i32.shl", index, Math.log2(bytes)),
  );

/** Stores the first lanes of four 32-bit ones: all from 4 on, else as many as `count` says. */
export function storeLanes(f: FunctionBuilder, address: Local, vector: Local, count: Expression): void {
  const left = f.let(count);
  f.if(
    op("i32.ge_s", left, 4),
    () => f.store("v128.store", address, vector),
    () => {
      f.storeLane("v128.store32_lane", address, vector, 0);
      f.if(op("i32.ge_s", left, 2), () => f.storeLane("v128.store32_lane", address, vector, 1, 4));
      f.if(op("i32.ge_s", left, 3), () => f.storeLane("v128.store32_lane", address, vector, 2, 8));
    },
  );
}

/** Stores 1 to 4 lanes, as many as are known when the kernel is made. */
export function storeFirst(f: FunctionBuilder, address: Local, vector: Local, count: number): void {
  if (count === 4) f.store("v128.store", address, vector);
  else
    for (let lane = 0; lane < count; lane++)
      f.storeLane("v128.store32_lane", address, vector, lane, 4 * lane);
}

/** The first `count` lanes of 32 bits, 0 to 3, are set. */
export const firstLanes = (count: number): Expression =>
  lanes(Int32Array.from({ length: 4 }, (_, lane) => (lane < count ? -1 : 0)));

/** Four lanes of 32 bits out of the eight of two vectors. */
export const shuffleLanes = (left: Expression, right: Expression, from: readonly number[]): Expression =>
  shuffle(
    left,
    right,
    from.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
  );

/** The columns of four rows of four lanes. */
export function transposeFours(f: FunctionBuilder, rows: readonly Local[]): Local[] {
  const [a, b, c, d] = rows as [Local, Local, Local, Local];
  const [low, high] = [
    [0, 4, 1, 5],
    [2, 6, 3, 7],
  ] as const;
  return [low, high].flatMap((half) => {
    const [ab, cd] = [f.let(shuffleLanes(a, b, half)), f.let(shuffleLanes(c, d, half))];
    return [f.let(shuffleLanes(ab, cd, [0, 1, 4, 5])), f.let(shuffleLanes(ab, cd, [2, 3, 6, 7]))];
  });
}

/** The upper two floats below: what f64x2.promote_low_f32x4 reads. */
export const upperHalf = (vector: Expression): Expression => shuffleLanes(vector, vector, [2, 3, 2, 3]);

/** Two neighbouring floats of memory as f64x2. */
export const loadPair = (address: Expression, offset = 0): Expression =>
  op("f64x2.promote_low_f32x4", load("v128.load64_zero", address, offset));

/** The smaller of two signed integers; both are evaluated twice. */
export const smaller = (left: Expression, right: Expression): Expression =>
  select(left, right, op("i32.lt_s", left, right));

/** The lower halves of two vectors. */
export const joinHalves = (low: Expression, high: Expression): Expression =>
  shuffleLanes(low, high, [0, 1, 4, 5]);

/** Four lanes of floats in one, by an op of two. */
export function horizontal(name: "f32.max" | "f32.min", vector: Local): Expression {
  const lane = (i: number) => extract("f32x4.extract_lane", vector, i);
  return op(name, op(name, lane(0), lane(1)), op(name, lane(2), lane(3)));
}

/** Adds four floats to two sums in f64. */
export function addLanes(f: FunctionBuilder, total: Local, values: Local): void {
  const low = op("f64x2.promote_low_f32x4", values);
  const high = op("f64x2.promote_low_f32x4", upperHalf(values));
  f.set(total, op("f64x2.add", total, op("f64x2.add", low, high)));
}

/** The sum of both doubles of a vector. */
export const sumOfPair = (pair: Local): Expression =>
  op("f64.add", extract("f64x2.extract_lane", pair, 0), extract("f64x2.extract_lane", pair, 1));

/** Visits 32-bit elements four by four: their offset in bytes, and how many there are, less than four for the last. */
export function forFours(
  f: FunctionBuilder,
  count: number,
  visit: (offset: Local, lanes: number) => void,
): void {
  const whole = count - (count % 4);
  f.for(0, 4 * whole, 16, (offset) => visit(offset, 4));
  if (whole !== count) visit(f.let(i32(4 * whole)), count - whole);
}
