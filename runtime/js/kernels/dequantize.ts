import { i32, type Local, op, sum } from "../assembler/expression.ts";
import { load } from "../assembler/memory.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { type CodeStorage, codeBytes, loadCodes } from "./codes.ts";
import { elementAt, storeLanes } from "./lanes.ts";
import { type Groups, groupsPerRow } from "./quantize.ts";

export interface RowDequantization {
  readonly groups: Groups;
  readonly storage: CodeStorage;
  /** Whether there are zero points. */
  readonly zeros: boolean;
  /** Whether all rows share their scales and zero points. */
  readonly shared: boolean;
}

/**
 * The numbers that codes stand for: scale · code, or scale · (code - zero), rounded once, as lowp.dequantize gives them.
 * Parameters: `codes` [rows, width], `scales` f32 and, where there are zero points, `zeros` i32, both [rows, groups] or
 * [groups], and `output` [rows, width] f32. A unit of work is a row.
 */
export function dequantizeRows({ groups, storage, zeros: hasZeros, shared }: RowDequantization): Kernel {
  const { width, group: size } = groups;
  return defineKernel({
    name: `dequantize_${width}_${size}_${storage}${hasZeros ? "_zeros" : ""}${shared ? "_shared" : ""}`,
    parameters: ["codes", "scales", ...(hasZeros ? (["zeros"] as const) : []), "output"],
    build(f, { begin, end, codes, scales, zeros, output }) {
      const perRow = groupsPerRow(groups);
      f.for(begin, end, 1, (unit) => {
        const first = f.let(op("i32.mul", unit, width));
        const firstGroup = f.let(shared ? i32(0) : op("i32.mul", unit, perRow));
        const visit = (group: Local, count: number) => {
          const start = f.let(sum(first, op("i32.mul", group, size)));
          const place = f.let(sum(firstGroup, group));
          const step = f.let(load("v128.load32_splat", elementAt(scales, place)));
          const origin = hasZeros && f.let(load("v128.load32_splat", elementAt(zeros, place)));
          f.for(0, count, 4, (index) => {
            const at = f.let(sum(start, index));
            const held = loadCodes(storage, elementAt(codes, at, codeBytes[storage]));
            const steps = origin ? op("i32x4.sub", held, origin) : held;
            const value = f.let(op("f32x4.mul", op("f32x4.convert_i32x4_s", steps), step));
            storeLanes(f, f.let(elementAt(output, at)), value, op("i32.sub", count, index));
          });
        };
        const whole = Math.floor(width / size);
        f.for(0, whole, 1, (group) => visit(group, size));
        if (whole < perRow) visit(f.let(i32(whole)), width % size);
      });
    },
  });
}
