import {
  applied,
  type Explain,
  type Explanation,
  type Outcome,
  refused,
  type Site,
} from "../define/explanation.ts";
import type { RewritePattern } from "../define/pattern.ts";
import type { Op, OpId } from "../ir/module.ts";
import type { Match } from "./match.ts";

/** One attempt of a pattern, and what it said while it was tried. */
interface Attempt {
  readonly pattern: RewritePattern;
  readonly site: Site;
  readonly match: Pick<Match, "figures" | "failure">;
  readonly hasMatched: boolean;
}

/**
 * What became of each pattern at each op. Sweeps try again what did not match, so an op is told of once, in the order
 * in which ops were first tried: that it was rewritten, or why it was not the last time. What a pattern makes of an op
 * counts as that op for the same pattern, which does not match its own result.
 */
export class Attempts {
  readonly #byPlace = new Map<string, Explanation>();
  readonly #origins = new Map<OpId, OpId>();

  record(op: OpId, attempt: Attempt): void {
    const { name: rule } = attempt.pattern;
    const key = `${this.#origins.get(op) ?? op} ${attempt.site.op} ${rule}`;
    if (this.#byPlace.get(key)?.outcome.kind === "applied") return;
    this.#byPlace.set(key, { ...attempt.site, rule, outcome: outcomeOf(attempt) });
  }

  /** Says that ops stand in the place of another. */
  replace(op: OpId, built: readonly Op[]): void {
    for (const { id } of built) this.#origins.set(id, this.#origins.get(op) ?? op);
  }

  tell(explain: Explain): void {
    for (const explanation of this.#byPlace.values()) explain(explanation);
  }
}

function outcomeOf({ pattern: { conditions }, match: { figures, failure }, hasMatched }: Attempt): Outcome {
  if (hasMatched) return applied(figures);
  if (!failure) return refused("the pattern does not match");
  const { matched, found } = failure;
  return {
    kind: "refused",
    reason: `expected ${conditions[matched]}, found ${found}`,
    matched,
    conditions: conditions.length,
  };
}
