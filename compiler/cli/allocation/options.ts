import { evenly } from "../../allocation/sweep.ts";
import { error, fail, ok, type Result } from "../../diagnostics/diagnostic.ts";

/** A budget on the command line; `undefined` drops the one of the file. */
export interface BudgetChange {
  readonly metric: string;
  readonly amount: number | undefined;
}

/** One budget's amounts, one after another. */
export interface SweepRange {
  readonly metric: string;
  readonly amounts: readonly number[];
}

/** `bytes=1e6`, or `bytes=none`. Code: `allocate-budget`. */
export function parseBudget(text: string): Result<BudgetChange> {
  const [metric, amount] = splitAtLast(text);
  const number = Number(amount);
  if (metric !== "" && amount === "none") return ok({ metric, amount: undefined });
  if (metric !== "" && amount.trim() !== "" && Number.isFinite(number) && number >= 0)
    return ok({ metric, amount: number });
  return fail(
    error("allocate-budget", `--budget ${text}: expected METRIC=AMOUNT`, {
      hint: "write --budget bytes=1e6, or --budget bytes=none to drop the budget of the file",
    }),
  );
}

/** `bytes=1e6:2e6:11`: eleven amounts, both ends included. Code: `allocate-sweep`. */
export function parseSweep(text: string): Result<SweepRange> {
  const [metric, range] = splitAtLast(text);
  const parts = range.split(":");
  const [from = Number.NaN, to = Number.NaN, steps = Number.NaN] = parts.map((part) =>
    part.trim() === "" ? Number.NaN : Number(part),
  );
  const isRange = parts.length === 3 && [from, to].every((end) => Number.isFinite(end) && end >= 0);
  if (metric !== "" && isRange && Number.isSafeInteger(steps) && steps >= 1)
    return ok({ metric, amounts: evenly(from, to, steps) });
  return fail(
    error("allocate-sweep", `--sweep ${text}: expected METRIC=FROM:TO:STEPS`, {
      hint: "write --sweep bytes=1e6:2e6:11 for eleven budgets",
    }),
  );
}

/** Metrics may hold `=`; numbers do not. */
function splitAtLast(text: string): readonly [string, string] {
  const at = text.lastIndexOf("=");
  return at === -1 ? ["", text] : [text.slice(0, at), text.slice(at + 1)];
}
