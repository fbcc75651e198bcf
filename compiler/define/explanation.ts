import type { Span } from "../diagnostics/diagnostic.ts";
import type { Module, Op, Value, ValueId } from "../ir/module.ts";
import { resultsOf, valueAt } from "../ir/module.ts";
import { symbolNameOf } from "../ir/symbols.ts";

/** What a pass did at a place, or the first thing that kept it from doing anything. */
export type Outcome =
  /** `note` gives the figures that were decided by. */
  | { readonly kind: "applied"; readonly note?: string | undefined }
  | {
      readonly kind: "refused";
      readonly reason: string;
      /** How many of how many conditions held before the one that did not; none where there is but one. */
      readonly matched?: number;
      readonly conditions?: number;
    };

export const applied = (note?: string): Outcome => ({ kind: "applied", note });
export const refused = (reason: string): Outcome => ({ kind: "refused", reason });

/** A place that a pass looks at. */
export interface Site {
  readonly op: string;
  /** With its sigil: `%y` of an op that yields y, `@w` of one that defines w. */
  readonly subject: string | undefined;
  readonly span: Span | undefined;
}

/** One place that a pass looked at, what it tried there, and what became of it. */
export interface Explanation extends Site {
  /** The pattern or the rule that was tried. */
  readonly rule: string;
  readonly outcome: Outcome;
}

/** Takes explanations in the order they are given; passes give them in an order that does not vary. */
export type Explain = (explanation: Explanation) => void;

/** An op as a place; `lookUp` finds values that the module does not have yet. */
export function siteOf(
  module: Module,
  op: Op,
  lookUp: (value: ValueId) => Value = (value) => valueAt(module, value),
): Site {
  const [first] = resultsOf(op);
  const name = first === undefined ? undefined : lookUp(first).name;
  const symbol = symbolNameOf(op);
  const subject = name !== undefined ? `%${name}` : symbol !== undefined ? `@${symbol}` : undefined;
  return { op: op.name, subject, span: op.span };
}

/** `applied: 1 row` or `matched 1 of 2: …`. */
export function describeOutcome(outcome: Outcome): string {
  if (outcome.kind === "applied") return outcome.note === undefined ? "applied" : `applied: ${outcome.note}`;
  const { reason, matched, conditions = 0 } = outcome;
  return conditions === 0 ? `left alone: ${reason}` : `matched ${matched} of ${conditions}: ${reason}`;
}
