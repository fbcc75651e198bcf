import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { allowedBytes } from "../../lowp/allocation/budgets.ts";
import type { ItemWords } from "../../lowp/allocation/cost-words.ts";

/** How much the caches that are decided about may take, as the user says it: one of them. */
export interface CacheBudget {
  /** Stored bits per number on average, scales and tails and all. */
  readonly bits: number | undefined;
  readonly bytes: number | undefined;
}

export const cacheWords: ItemWords = { many: "caches", number: "number", named: (id) => id };

/** The bytes that caches of so many numbers may take together. Codes: `no-budget`, `budget-twice`. */
export function cacheBytes({ bits, bytes }: CacheBudget, numbers: number): Result<number> {
  if (bits !== undefined && bytes !== undefined)
    return fail(
      error(
        "budget-twice",
        `bits=${bits} and bytes=${bytes} limit the same: ${numbers} numbers of ${bits} bits are ${allowedBytes(bits, numbers)} bytes`,
        { hint: "keep the smaller of the two" },
      ),
    );
  if (bytes !== undefined) return ok(bytes);
  if (bits !== undefined) return ok(allowedBytes(bits, numbers));
  return fail(
    error("no-budget", "nothing limits the types, so the dearest would always be chosen", {
      hint: "say bits=4 for 4 bits per number on average, or bytes=…",
    }),
  );
}
