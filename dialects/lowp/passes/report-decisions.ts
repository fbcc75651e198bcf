import { describeOutcome, type Explanation } from "../../../compiler/define/explanation.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";

/**
 * Tells the decisions of a pass with the figures they were made by, each kind once with the number of places: what
 * was applied, and what was left alone although its first condition held. Where each was made is for `--explain`.
 */
export function reportDecisions(
  pass: string,
  explanations: readonly Explanation[],
  { report }: Pick<PassContext, "report">,
): void {
  const counts = new Map<string, number>();
  for (const { rule, outcome } of explanations) {
    const isDecision = outcome.kind === "applied" ? outcome.note !== undefined : (outcome.matched ?? 0) > 0;
    const text = `${rule} ${describeOutcome(outcome)}`;
    if (isDecision) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  for (const [text, count] of counts)
    report({
      severity: "remark",
      code: pass,
      message: count === 1 ? text : `${text} (${count} places)`,
      span: undefined,
    });
}
