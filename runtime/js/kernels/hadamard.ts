import { type Expression, type Local, lanes, op, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { joinHalves, loadPair, shuffleLanes, storeFirst, upperHalf } from "./lanes.ts";
import { splat, splatDouble } from "./vector-math.ts";

/** A normalised Hadamard transform of runs of power · order elements, as `rot.hadamard` factors them; at least 4. */
export interface Hadamard {
  /** Order of Sylvester's factor, a power of two. */
  readonly power: number;
  /** Order of the other factor, whose matrix is given; 1 for none. */
  readonly order: number;
  /** Whether elements are multiplied by signs: before the transform, or after its inverse. */
  readonly signs: "none" | "before" | "after";
}

/** Bytes that a thread needs at `workspace`. */
export const hadamardWorkspace = ({ power, order }: Hadamard): number =>
  order === 1 ? 0 : 4 * power * order;

/**
 * diag(signs) · (P ⊗ S) / √size, or (Pᵀ ⊗ S) · diag(signs) / √size, of runs of f32, with the bits of the interpreter: S
 * is rounded at each level, P sums in f64. Parameters: `input` and `output`, which may be the same; `signs` f32 [size];
 * `matrix` f64 [order, order], P, or for the inverse Pᵀ; `workspace`. A unit of work is a run.
 */
export function hadamard(shape: Hadamard): Kernel {
  const { power, order, signs } = shape;
  const size = power * order;
  return defineKernel({
    name: `hadamard_${power}_${order}_${signs}`,
    parameters: ["input", "output", "signs", "matrix", "workspace"],
    build(f, { input, output, signs: factors, matrix, workspace, begin, end }) {
      f.for(begin, end, 1, (unit) => {
        const first = f.let(op("i32.mul", unit, 4 * size));
        const [source, target] = [f.let(sum(input, first)), f.let(sum(output, first))];
        const work = order === 1 ? target : workspace;
        mixNeighbours(f, { source, work, size, power }, signs === "before" ? factors : undefined);
        for (let width = 4; width < power; width *= 4)
          if (2 * width < power) mixFour(f, { work, size, width });
          else mixTwo(f, { work, size, width });
        if (order > 1) mixBlocks(f, { work, target, matrix, power, order });
        scaleRun(f, { target, size, signs: signs === "after" ? factors : undefined });
      });
    },
  });
}

interface Run {
  readonly source: Local;
  readonly work: Local;
  readonly size: number;
  readonly power: number;
}

/** Signs, then sums and differences of neighbours and of neighbouring pairs, as far as the power goes. */
function mixNeighbours(f: FunctionBuilder, { source, work, size, power }: Run, signs?: Local): void {
  f.for(0, 4 * size, 16, (offset) => {
    const four = f.let(load("v128.load", sum(source, offset)));
    if (signs) f.set(four, op("f32x4.mul", four, load("v128.load", sum(signs, offset))));
    if (power > 1) f.set(four, mixLanes(four, [1, 0, 3, 2], [1, -1, 1, -1]));
    if (power > 2) f.set(four, mixLanes(four, [2, 3, 0, 1], [1, 1, -1, -1]));
    f.store("v128.store", sum(work, offset), four);
  });
}

/** Each lane times its sign plus another lane. */
const mixLanes = (four: Local, others: readonly number[], signs: readonly number[]): Expression =>
  op("f32x4.add", op("f32x4.mul", four, lanes(Float32Array.from(signs))), shuffleLanes(four, four, others));

interface Level {
  readonly work: Local;
  readonly size: number;
  /** Elements between those that are added. */
  readonly width: number;
}

function mixTwo(f: FunctionBuilder, { work, size, width }: Level): void {
  forBlocks(f, work, size, { block: 2 * width, within: width }, (place) => {
    const [left, right] = [0, 1].map((i) => f.let(load("v128.load", place, 4 * width * i)));
    f.store("v128.store", place, op("f32x4.add", left!, right!));
    f.store("v128.store", place, op("f32x4.sub", left!, right!), 4 * width);
  });
}

/** Two levels at once. */
function mixFour(f: FunctionBuilder, { work, size, width }: Level): void {
  forBlocks(f, work, size, { block: 4 * width, within: width }, (place) => {
    const x = [0, 1, 2, 3].map((i) => f.let(load("v128.load", place, 4 * width * i)));
    const near = [0, 2].flatMap((i) => [
      f.let(op("f32x4.add", x[i]!, x[i + 1]!)),
      f.let(op("f32x4.sub", x[i]!, x[i + 1]!)),
    ]);
    for (const [i, name] of ["f32x4.add", "f32x4.add", "f32x4.sub", "f32x4.sub"].entries())
      f.store("v128.store", place, op(name, near[i % 2]!, near[2 + (i % 2)]!), 4 * width * i);
  });
}

/** Visits the addresses of the first elements of each block, four after four. */
function forBlocks(
  f: FunctionBuilder,
  work: Local,
  size: number,
  { block, within }: { readonly block: number; readonly within: number },
  visit: (place: Local) => void,
): void {
  f.for(0, 4 * size, 4 * block, (start) => {
    const first = f.let(sum(work, start));
    f.for(0, 4 * within, 16, (offset) => visit(f.let(sum(first, offset))));
  });
}

interface BlockMix {
  readonly work: Local;
  readonly target: Local;
  readonly matrix: Local;
  readonly power: number;
  readonly order: number;
}

/** Block `to` of the target is the sum over blocks of the work times column `to` of the matrix. */
function mixBlocks(f: FunctionBuilder, { work, target, matrix, power, order }: BlockMix): void {
  const blockBytes = 4 * power;
  f.for(0, order, 1, (to) => {
    const column = f.let(sum(matrix, op("i32.shl", to, 3)));
    const place = f.let(sum(target, op("i32.mul", to, blockBytes)));
    f.for(0, blockBytes, 16, (offset) => {
      const [low, high] = [f.let(splatDouble(0)), f.let(splatDouble(0))];
      const source = f.let(sum(work, offset));
      const entry = f.let(column);
      f.for(0, order, 1, () => {
        const factor = f.let(load("v128.load64_splat", entry));
        f.set(low, op("f64x2.add", low, op("f64x2.mul", loadPair(source), factor)));
        if (power > 2) f.set(high, op("f64x2.add", high, op("f64x2.mul", loadPair(source, 8), factor)));
        f.advance(source, blockBytes);
        f.advance(entry, 8 * order);
      });
      const four = joinHalves(op("f32x4.demote_f64x2_zero", low), op("f32x4.demote_f64x2_zero", high));
      storeFirst(f, f.let(sum(place, offset)), f.let(four), Math.min(power, 4));
    });
  });
}

interface Scaling {
  readonly target: Local;
  readonly size: number;
  readonly signs: Local | undefined;
}

/** By 1 / √size, as the f64 that it is; exact in f32 where the size is a power of four. */
function scaleRun(f: FunctionBuilder, { target, size, signs }: Scaling): void {
  const scale = 1 / Math.sqrt(size);
  f.for(0, 4 * size, 16, (offset) => {
    const place = f.let(sum(target, offset));
    const four = f.let(load("v128.load", place));
    const half = (vector: Expression) =>
      op(
        "f32x4.demote_f64x2_zero",
        op("f64x2.mul", op("f64x2.promote_low_f32x4", vector), splatDouble(scale)),
      );
    if (Math.fround(scale) === scale) f.set(four, op("f32x4.mul", four, splat(scale)));
    else f.set(four, joinHalves(half(four), half(upperHalf(four))));
    if (signs) f.set(four, op("f32x4.mul", four, load("v128.load", sum(signs, offset))));
    f.store("v128.store", place, four);
  });
}
