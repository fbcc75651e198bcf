import { i32, type Local, op, sum } from "../assembler/expression.ts";
import { load } from "../assembler/memory.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { codeBytes, loadCodes, type WholeStorage } from "./codes.ts";
import { elementAt, storeLanes } from "./lanes.ts";
import { type Groups, groupsPerRow } from "./quantize.ts";

export interface RowDequantization {
  readonly groups: Groups;
  readonly storage: WholeStorage;
  /** Whether a code stands for scale · (code - zero). */
  readonly zeros: boolean;
  /** Whether a code stands for scale · code + shift; not together with zero points. */
  readonly shifts?: boolean;
  /** Whether all rows share their scales, zero points and shifts. */
  readonly shared: boolean;
}

/**
 * The numbers that codes stand for, each step rounded to f32, as lowp.dequantize gives them. Parameters: `codes` [rows,
 * width], `scales` f32 and, where there are such, `zeros` i32 or `shifts` f32, all [rows, groups] or [groups], and `output` [rows, width] f32. A unit of work is a row.
 */
export function dequantizeRows({
  groups,
  storage,
  zeros: hasZeros,
  shifts: hasShifts = false,
  shared,
}: RowDequantization): Kernel {
  const { width, group: size } = groups;
  return defineKernel({
    name: `dequantize_${width}_${size}_${storage}${hasZeros ? "_zeros" : ""}${hasShifts ? "_shifts" : ""}${shared ? "_shared" : ""}`,
    parameters: [
      "codes",
      "scales",
      ...(hasZeros ? (["zeros"] as const) : []),
      ...(hasShifts ? (["shifts"] as const) : []),
      "output",
    ],
    build(f, { begin, end, codes, scales, zeros, shifts, output }) {
      const perRow = groupsPerRow(groups);
      f.for(begin, end, 1, (unit) => {
        const first = f.let(op("i32.mul", unit, width));
        const firstGroup = f.let(shared ? i32(0) : op("i32.mul", unit, perRow));
        const visit = (group: Local, count: number) => {
          const start = f.let(sum(first, op("i32.mul", group, size)));
          const place = f.let(sum(firstGroup, group));
          const step = f.let(load("v128.load32_splat", elementAt(scales, place)));
          const splatOf = (address: Local) => f.let(load("v128.load32_splat", elementAt(address, place)));
          const origin = hasZeros ? splatOf(zeros) : undefined;
          const shift = hasShifts ? splatOf(shifts) : undefined;
          f.for(0, count, 4, (index) => {
            const at = f.let(sum(start, index));
            const held = loadCodes(storage, elementAt(codes, at, codeBytes[storage]));
            const steps = origin ? op("i32x4.sub", held, origin) : held;
            const scaled = op("f32x4.mul", op("f32x4.convert_i32x4_s", steps), step);
            const value = f.let(shift ? op("f32x4.add", scaled, shift) : scaled);
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
