import { type Expression, i32, type Local, op, select } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";

/**
 * How many entries of a growing cache are rounded, from the first on: as many whole batches as all but the newest
 * `window` hold, where batches are of one entry or there is no window. The others wait in the tail. (KIVI)
 */
export interface CacheRule {
  readonly window: number;
  readonly batch: number;
}

/** Part of a kernel's name. */
export const describeRule = ({ window, batch }: CacheRule): string => `${window}_${batch}`;

/** How many of the entries are rounded where there are so many. */
export function roundedOf(f: FunctionBuilder, { window, batch }: CacheRule, entries: Local): Local {
  const left = f.let(op("i32.sub", entries, window));
  const leaving: Expression = window === 0 ? entries : select(left, i32(0), op("i32.gt_s", left, 0));
  return f.let(batch === 1 ? leaving : op("i32.mul", op("i32.div_u", leaving, batch), batch));
}

/** The most entries that wait at a time. */
export const mostWaiting = ({ window, batch }: CacheRule): number => window + batch - 1;
