import { op, sum } from "../assembler/expression.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { type CacheRule, describeRule, roundedOf } from "./cache-rule.ts";
import { codeBytes } from "./codes.ts";
import { describeScaleFormat, type ScaleFormat } from "./group-scale.ts";
import { elementAt } from "./lanes.ts";
import { quantizeRow } from "./quantize.ts";
import { quantizeColumns } from "./quantize-columns.ts";
import { describeOffset, type IntegerCodes } from "./quantize-group.ts";

/** How the entries [entries, groups, width] of a cache are rounded. */
export interface EntryRounding {
  readonly rule: CacheRule;
  readonly groups: number;
  readonly width: number;
  /** Entries and channels that share a scale; one of the two is 1, and batches are whole numbers of blocks. */
  readonly block: { readonly entries: number; readonly channels: number };
  readonly codes: IntegerCodes;
  readonly format: ScaleFormat;
}

/**
 * Rounds the entries that leave the tail of a cache as `kv.append` does, bit by bit. Parameters: `tail`, f32, from the
 * first entry on that waited before; `codes` [entries, groups, width], `scales` f32 and, where there are such, `zeros`
 * i32 or `shifts` f32, all [blocks of entries, groups, blocks of channels], from the first entry of the cache on; and
 * how many entries there were `before` and are `after`. A unit of work is a group. The entries must be finite; what
 * is not gets some code.
 */
export function roundEntries({ rule, groups, width, block, codes: integers, format }: EntryRounding): Kernel {
  const { storage, range, zero, shift } = integers;
  return defineKernel({
    name: `round_entries_${describeRule(rule)}_${groups}_${width}_${block.entries}x${block.channels}_${storage}_${range}${describeOffset(integers)}_${describeScaleFormat(format)}`,
    parameters: [
      ...(["tail", "codes", "scales", "before", "after"] as const),
      ...(zero ? (["zeros"] as const) : []),
      ...(shift ? (["shifts"] as const) : []),
    ],
    build(f, { begin, end, tail, codes, scales, zeros, shifts, before, after }) {
      const [from, to] = [roundedOf(f, rule, before), roundedOf(f, rule, after)];
      f.for(begin, end, 1, (group) =>
        f.for(from, to, block.entries, (entry) => {
          const row = f.let(sum(op("i32.mul", entry, groups), group));
          const waiting = sum(op("i32.mul", op("i32.sub", entry, from), groups), group);
          const input = f.let(elementAt(tail, op("i32.mul", waiting, width)));
          if (block.entries === 1) {
            const rows = { groups: { width, group: Math.min(block.channels, width) }, codes: integers };
            const stored = { codes, scales, zeros, shifts };
            quantizeRow(f, { ...rows, scales: { kind: "dynamic", format } }, input, row, stored);
            return;
          }
          const blockRow = sum(op("i32.mul", op("i32.div_u", entry, block.entries), groups), group);
          const place = f.let(op("i32.mul", blockRow, width));
          const form = { rows: block.entries, columns: width, stride: groups * width };
          quantizeColumns(
            f,
            { ...form, codes: integers, format },
            {
              input,
              codes: f.let(elementAt(codes, op("i32.mul", row, width), codeBytes[storage])),
              scales: f.let(elementAt(scales, place)),
              zeros: zero && f.let(elementAt(zeros, place)),
              shifts: shift && f.let(elementAt(shifts, place)),
            },
          );
        }),
      );
    },
  });
}
