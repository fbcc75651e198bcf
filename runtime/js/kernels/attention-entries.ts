import { type Expression, type Local, op, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { type CacheRule, describeRule } from "./cache-rule.ts";
import { type CodeStorage, codeBytes, loadCodes } from "./codes.ts";

/** Reads four channels of one entry of one head, from an offset and a constant on, both in bytes of f32. */
export type EntryReader = (offset: Expression, constant?: number) => Expression;

/** Keys or values [entries, groups, width], in whatever way they are held. */
export interface EntrySource {
  open(f: FunctionBuilder, group: Local, entry: Expression): EntryReader;
}

interface Extents {
  readonly groups: number;
  readonly width: number;
}

/** Entries as f32; the address is that of entry 0, be it there or not. */
export const floatEntries = (address: Local, { groups, width }: Extents): EntrySource => ({
  open(f, group, entry) {
    const bytes = 4 * width;
    const place = f.let(sum(address, op("i32.mul", entry, bytes * groups), op("i32.mul", group, bytes)));
    return (offset, constant = 0) => load("v128.load", sum(place, offset), constant);
  },
});

/** How entries are rounded: codes, in blocks of entries and channels that share a scale. */
export interface CodedEntries {
  /** Which of them are: as many as were when the query was the last one. */
  readonly rule: CacheRule;
  readonly storage: CodeStorage;
  /** Entries of a block. */
  readonly entries: number;
  /** Channels of a block: 1, a multiple of 4, or at least the width. */
  readonly channels: number;
  /** Whether a code stands for scale · code, scale · (code - zero) or scale · code + shift. */
  readonly offset: "none" | "zero" | "shift";
}

/** Part of a kernel's name. */
export const describeCoded = ({ rule, storage, entries, channels, offset }: CodedEntries): string =>
  `${describeRule(rule)}_${storage}_${entries}x${channels}_${offset}`;

interface CodedAddresses {
  /** [entries, groups, width], of the storage. */
  readonly codes: Local;
  /** f32 by block: [entries / entries of a block, groups, width / channels of a block], the last being cut. */
  readonly scales: Local;
  /** Zero points, i32, or shifts, f32, as the scales; left out where there are neither. */
  readonly offsets: Local | undefined;
}

/** Entries as codes; reads the numbers of `lowp.dequantize`, every step rounded to f32. */
export const codedEntries = (
  { codes, scales, offsets }: CodedAddresses,
  { storage, entries, channels, offset: kind }: CodedEntries,
  { groups, width }: Extents,
): EntrySource => ({
  open(f, group, entry) {
    const row = f.let(op("i32.add", op("i32.mul", entry, groups), group));
    const code = f.let(sum(codes, op("i32.mul", row, width * codeBytes[storage])));
    const blockRow = op("i32.add", op("i32.mul", op("i32.div_u", entry, entries), groups), group);
    const block = f.let(op("i32.mul", blockRow, 4 * Math.ceil(width / channels)));
    const scale = f.let(sum(scales, block));
    const origin = offsets && f.let(sum(offsets, block));
    return (offset, constant = 0) => {
      const shared = (address: Local): Expression => {
        if (channels === 1) return load("v128.load", sum(address, offset), constant);
        const run = op("i32.div_u", op("i32.add", offset, constant), 4 * channels);
        return load("v128.load32_splat", sum(address, op("i32.shl", run, 2)));
      };
      const shift = codeBytes[storage] === 1 ? 2 : 1;
      const place = sum(code, op("i32.shr_u", op("i32.add", offset, constant), shift));
      const level = op("f32x4.convert_i32x4_s", loadCodes(storage, place));
      const zero = kind === "zero" && origin && op("f32x4.convert_i32x4_s", shared(origin));
      const scaled = op("f32x4.mul", zero ? op("f32x4.sub", level, zero) : level, shared(scale));
      return kind === "shift" && origin ? op("f32x4.add", scaled, shared(origin)) : scaled;
    };
  },
});
