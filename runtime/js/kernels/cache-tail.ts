import { maxFinite, namedFloatFormats } from "../../../compiler/numeric/float-format.ts";
import { type Expression, i32, type Local, op, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { type CacheRule, describeRule, roundedOf } from "./cache-rule.ts";
import { castElements, type HeldFloatType } from "./cast.ts";
import { ELEMENTS_PER_UNIT } from "./elementwise.ts";
import { elementAt, smaller, storeLanes } from "./lanes.ts";
import { splat } from "./vector-math.ts";

/** The entries of a cache that wait to be rounded, as f32, each of `size` numbers. */
export interface CacheTail {
  readonly rule: CacheRule;
  readonly size: number;
}

const LARGEST_SINGLE = (2 - 2 ** -23) * 2 ** 127;

/**
 * Puts entries behind those that wait, as numbers of a float type: the nearest, ties to even, saturating, as
 * `kv.append` has them. Parameters: `entries` and `tail`, f32, how many entries there were `before`, and how many are
 * `added`. A unit of work is `ELEMENTS_PER_UNIT` of the numbers that are added.
 */
export function appendEntries({ rule, size }: CacheTail, format: HeldFloatType["format"]): Kernel {
  return defineKernel({
    name: `append_entries_${describeRule(rule)}_${size}_${format}`,
    parameters: ["entries", "tail", "before", "added"],
    build(f, { begin, end, entries, tail, before, added }) {
      const waiting = f.let(op("i32.sub", before, roundedOf(f, rule, before)));
      const target = f.let(elementAt(tail, op("i32.mul", waiting, size)));
      const total = f.let(op("i32.mul", added, size));
      const first = f.let(op("i32.mul", begin, ELEMENTS_PER_UNIT));
      const stop = f.let(smaller(f.let(op("i32.mul", end, ELEMENTS_PER_UNIT)), total));
      mapElements(f, { source: entries, target, first, stop }, (four) => toFormat(f, format, four));
    },
  });
}

/**
 * Copies the entries that still wait. Parameters: `history`, the tail with what was put behind it, and `tail`, the
 * new one, f32, and how many entries there were `before` and are `after`. There is one unit of work.
 */
export function keepEntries({ rule, size }: CacheTail): Kernel {
  return defineKernel({
    name: `keep_entries_${describeRule(rule)}_${size}`,
    parameters: ["history", "tail", "before", "after"],
    build(f, { history, tail, before, after }) {
      const [from, to] = [roundedOf(f, rule, before), roundedOf(f, rule, after)];
      const source = f.let(elementAt(history, op("i32.mul", op("i32.sub", to, from), size)));
      const stop = f.let(op("i32.mul", op("i32.sub", after, to), size));
      mapElements(f, { source, target: tail, first: f.let(i32(0)), stop }, (four) => four);
    },
  });
}

interface Elements {
  readonly source: Local;
  readonly target: Local;
  /** A multiple of 4. */
  readonly first: Local;
  readonly stop: Local;
}

function mapElements(
  f: FunctionBuilder,
  { source, target, first, stop }: Elements,
  map: (four: Local) => Expression,
): void {
  f.for(first, stop, 4, (index) => {
    const offset = f.let(op("i32.shl", index, 2));
    const value = f.let(map(f.let(load("v128.load", sum(source, offset)))));
    storeLanes(f, f.let(sum(target, offset)), value, op("i32.sub", stop, index));
  });
}

function toFormat(f: FunctionBuilder, format: HeldFloatType["format"], four: Local): Expression {
  const most = format === "f32" ? LARGEST_SINGLE : maxFinite(namedFloatFormats[format]);
  const bounded = f.let(op("f32x4.max", op("f32x4.min", four, splat(most)), splat(-most)));
  const single = { kind: "float", format: "f32" } as const;
  return castElements(f, { name: "cast", from: single, to: { kind: "float", format } }, bounded);
}
