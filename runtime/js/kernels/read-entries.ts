import { i32, type Local, op, sum } from "../assembler/expression.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import {
  type CodedEntries,
  codedEntries,
  describeCoded,
  type EntrySource,
  floatEntries,
} from "./attention-entries.ts";
import { roundedOf } from "./cache-rule.ts";
import { forFours, storeFirst } from "./lanes.ts";

/** A cache [entries, groups, width] whose first entries are codes. */
export interface EntryReading {
  readonly groups: number;
  readonly width: number;
  readonly coded: CodedEntries;
}

/**
 * The numbers that a cache stands for, as `lowp.dequantize` gives them, bit by bit. Parameters: `codes`, `scales` and,
 * where there are such, `offsets`, see `codedEntries`; `tail`, the entries that wait, f32; `output` [entries, groups,
 * width] f32; and `entries`, how many there are. A unit of work is a group.
 */
export function readEntries({ groups, width, coded }: EntryReading): Kernel {
  return defineKernel({
    name: `read_entries_${groups}_${width}_${describeCoded(coded)}`,
    parameters: [
      ...(["codes", "scales", "tail", "output", "entries"] as const),
      ...(coded.offset === "none" ? [] : (["offsets"] as const)),
    ],
    build(f, { begin, end, codes, scales, offsets, tail, output, entries }) {
      const extents = { groups, width };
      const rounded = roundedOf(f, coded.rule, entries);
      const bytes = 4 * groups * width;
      const waiting = floatEntries(f.let(op("i32.sub", tail, op("i32.mul", rounded, bytes))), extents);
      const copy = (source: EntrySource, group: Local, from: Local, to: Local) =>
        f.for(from, to, 1, (entry) => {
          const read = source.open(f, group, [entry]);
          const row = sum(op("i32.mul", entry, bytes), op("i32.mul", group, 4 * width));
          const target = f.let(sum(output, row));
          forFours(f, width, (offset, count) =>
            storeFirst(f, f.let(sum(target, offset)), f.let(read(offset)[0]!), count),
          );
        });
      f.for(begin, end, 1, (group) => {
        copy(codedEntries({ codes, scales, offsets }, coded, extents), group, f.let(i32(0)), rounded);
        copy(waiting, group, rounded, entries);
      });
    },
  });
}
