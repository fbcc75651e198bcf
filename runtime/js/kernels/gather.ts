import { type Expression, type Local, op, select, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { elementAt, storeLanes } from "./lanes.ts";
import { choose, splat, splatInteger } from "./vector-math.ts";

/** How floats are held: `f32` stands for any 32 bits, which are moved as they are. */
export type HeldFloat = "f32" | "f16" | "bf16";

export const heldBytes: Readonly<Record<HeldFloat, number>> = { f32: 4, f16: 2, bf16: 2 };

/** Four floats from an address where they are held; exact. */
export function loadHeld(f: FunctionBuilder, held: HeldFloat, address: Expression): Local {
  if (held === "f32") return f.let(load("v128.load", address));
  const bits = f.let(load("v128.load16x4_u", address));
  return f.let(held === "bf16" ? op("i32x4.shl", bits, 16) : widenHalf(bits));
}

/**
 * f16 to f32: exponent and mantissa moved to their places are the number times 2^-112, denormals too; infinities and
 * NaN get the largest exponent instead.
 */
function widenHalf(bits: Local): Expression {
  const magnitude = op("i32x4.shl", op("v128.and", bits, splatInteger(0x7fff)), 13);
  const scaled = op("f32x4.mul", magnitude, splat(2 ** 112));
  const special = op("v128.or", magnitude, splatInteger(0x7f800000));
  const isSpecial = op("i32x4.ge_u", op("v128.and", bits, splatInteger(0x7fff)), splatInteger(0x7c00));
  const sign = op("i32x4.shl", op("v128.and", bits, splatInteger(0x8000)), 16);
  return op("v128.or", choose(isSpecial, special, scaled), sign);
}

/** What is taken from `axis` of a table [outer, size, inner]. */
export interface Gather {
  readonly held: HeldFloat;
  /** Extent of the axis: a negative index counts from its end. */
  readonly size: number;
  /** Elements of a row that is taken. */
  readonly inner: number;
}

/**
 * output[o, i] = table[o, indices[i]]: `nn.gather`, and `nn.embedding` with one `outer`. Parameters: `table`, `indices`
 * [count] i32 from -size to size - 1, which the caller checks, `output` [outer, count, inner] of 32 bits, `count`.
 * A unit of work is a row of the output: outer · count.
 */
export function gatherRows({ held, size, inner }: Gather): Kernel {
  return defineKernel({
    name: `gather_${held}_${size}_${inner}`,
    parameters: ["table", "indices", "output", "count"],
    build(f, { table, indices, output, count, begin, end }) {
      f.for(begin, end, 1, (unit) => {
        const outer = f.let(op("i32.div_u", unit, count));
        const place = op("i32.sub", unit, op("i32.mul", outer, count));
        const given = f.let(load("i32.load", elementAt(indices, place)));
        const wrapped = select(op("i32.add", given, size), given, op("i32.lt_s", given, 0));
        const row = op("i32.add", op("i32.mul", outer, size), wrapped);
        const source = f.let(sum(table, op("i32.mul", row, inner * heldBytes[held])));
        const target = f.let(sum(output, op("i32.mul", unit, 4 * inner)));
        f.for(0, inner, 4, (index) => {
          const value = loadHeld(f, held, elementAt(source, index, heldBytes[held]));
          storeLanes(f, f.let(elementAt(target, index)), value, op("i32.sub", inner, index));
        });
      });
    },
  });
}
