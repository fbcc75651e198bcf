import { type Expression, type Local, op, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { type CacheRule, describeRule } from "./cache-rule.ts";
import { type CodeStorage, codeBytes, codeOffset, loadLevels } from "./codes.ts";

/** Reads four channels of each of some entries of one head, from an offset and a constant on, both in bytes of f32. */
export type EntryReader = (offset: Expression, constant?: number) => readonly Expression[];

/** The most entries that are opened together. */
export const ENTRIES_TOGETHER = 4;

/** Keys or values [entries, groups, width], in whatever way they are held. */
export interface EntrySource {
  /** Several entries are neighbours, or the last of them once more; the first is a multiple of `ENTRIES_TOGETHER`. */
  open(f: FunctionBuilder, group: Local, entries: readonly Local[]): EntryReader;
}

interface Extents {
  readonly groups: number;
  readonly width: number;
}

/** Entries as f32; the address is that of entry 0, be it there or not. */
export const floatEntries = (address: Local, { groups, width }: Extents): EntrySource => ({
  open(f, group, entries) {
    const bytes = 4 * width;
    const places = entries.map((entry) =>
      f.let(sum(address, op("i32.mul", entry, bytes * groups), op("i32.mul", group, bytes))),
    );
    return (offset, constant = 0) => places.map((place) => load("v128.load", sum(place, offset), constant));
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
  addresses: CodedAddresses,
  form: CodedEntries,
  extents: Extents,
): EntrySource => ({
  open(f, group, entries) {
    const { storage } = form;
    const rowBytes = extents.width * codeBytes[storage];
    const codes = entries.map((entry) => {
      const row = op("i32.add", op("i32.mul", entry, extents.groups), group);
      return f.let(sum(addresses.codes, op("i32.mul", row, rowBytes)));
    });
    // Neighbours whose first is a multiple of their number are then in one block.
    const isShared = form.channels === 1 && form.entries % ENTRIES_TOGETHER === 0;
    const blocks = (isShared ? entries.slice(0, 1) : entries).map((entry) =>
      openBlock(f, addresses, form, extents, group, entry),
    );
    return (offset, constant = 0) => {
      const scales = blocks.map((scalesAt) => scalesAt(offset, constant));
      const place = codeOffset(storage, op("i32.add", offset, constant));
      return codes.map((code, i) => {
        const level = loadLevels(storage, sum(code, place));
        const { scale, zero, shift } = scales[isShared ? 0 : i]!;
        const scaled = op("f32x4.mul", zero ? op("f32x4.sub", level, zero) : level, scale);
        return shift ? op("f32x4.add", scaled, shift) : scaled;
      });
    };
  },
});

/** Scales of four channels, and zero points or shifts where there are such, as f32x4. */
interface BlockScales {
  readonly scale: Expression;
  readonly zero: Expression | undefined;
  readonly shift: Expression | undefined;
}

/** Reads the scales of the block that an entry is in. */
function openBlock(
  f: FunctionBuilder,
  { scales, offsets }: CodedAddresses,
  { entries, channels, offset: kind }: CodedEntries,
  { groups, width }: Extents,
  group: Local,
  entry: Local,
): (offset: Expression, constant: number) => BlockScales {
  const blockRow = op("i32.add", op("i32.mul", op("i32.div_u", entry, entries), groups), group);
  const block = f.let(op("i32.mul", blockRow, 4 * Math.ceil(width / channels)));
  const [first, origin] = [f.let(sum(scales, block)), offsets && f.let(sum(offsets, block))];
  const asFloats = (four: Expression) => (kind === "zero" ? op("f32x4.convert_i32x4_s", four) : four);
  const named = (scale: Expression, four: Expression | undefined): BlockScales => ({
    scale,
    zero: kind === "zero" ? four : undefined,
    shift: kind === "shift" ? four : undefined,
  });
  if (channels >= width) {
    const splat = (address: Expression) => load("v128.load32_splat", address);
    const all = named(f.let(splat(first)), origin && f.let(asFloats(splat(origin))));
    return () => all;
  }
  return (offset, constant) => {
    if (channels === 1) {
      const four = (address: Local) => load("v128.load", sum(address, offset), constant);
      return named(f.let(four(first)), origin && f.let(asFloats(four(origin))));
    }
    const run = op("i32.div_u", op("i32.add", offset, constant), 4 * channels);
    const place = f.let(op("i32.shl", run, 2));
    const splat = (address: Local) => load("v128.load32_splat", sum(address, place));
    return named(splat(first), origin && asFloats(splat(origin)));
  };
}
