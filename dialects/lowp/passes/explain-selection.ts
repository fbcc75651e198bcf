import {
  applied,
  type Explain,
  type Outcome,
  refused,
  siteOf,
} from "../../../compiler/define/explanation.ts";
import { describeValue } from "../../../compiler/ir/describe.ts";
import { type Module, opAt, type ValueId, valueAt, walk } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import { conv2d } from "../../nn/ops/convolution.ts";
import { linear } from "../../nn/ops/linear.ts";
import { get } from "../ops.ts";
import { selectParams } from "./select-params.ts";

/** Which of some names a pass may take, and the patterns that chose among them. */
export interface Choice {
  readonly candidates: readonly string[];
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/** Whether the patterns leave a name to the pass, and if not, which option is to blame. */
export function selectionOutcome(name: string, { candidates, only, skip }: Choice, note?: string): Outcome {
  if (selectParams(candidates, only, skip).chosen.includes(name)) return applied(note);
  const isIncluded = selectParams(candidates, only, []).chosen.includes(name);
  return refused(isIncluded ? "a pattern of skip matches it" : "no pattern of only matches it");
}

/** Hands on what is left alone only: of what is done a pass tells more once it is. */
export const leftAloneOnly = (explain: Explain | undefined): Explain | undefined =>
  explain &&
  ((explanation) => {
    if (explanation.outcome.kind === "refused") explain(explanation);
  });

/** The op that stands for a parameter in explanations. */
export const siteOfParam = (module: Module, name: string) => {
  const op = topLevelSymbol(module, name);
  return op ? siteOf(module, op) : { op: "lowp.param", subject: `@${name}`, span: undefined };
};

/**
 * Tells of every dense weight whether the patterns leave it to the pass, and of linear ops and convolutions that
 * take another weight what that is.
 */
export function explainWeights(module: Module, choice: Choice, rule: string, explain: Explain): void {
  for (const name of choice.candidates)
    explain({ ...siteOfParam(module, name), rule, outcome: selectionOutcome(name, choice) });
  for (const op of walk(module)) {
    if (!linear.is(op) && !conv2d.is(op)) continue;
    const { weight } = op.operands;
    const symbol = symbolBehind(module, weight);
    if (symbol !== undefined && choice.candidates.includes(symbol)) continue;
    const outcome = refused(`its weight is ${describeValue(module, weight)}, expected a dense parameter`);
    explain({ ...siteOf(module, op), rule, outcome });
  }
}

function symbolBehind(module: Module, weight: ValueId): string | undefined {
  const { definedBy } = valueAt(module, weight);
  const producer = definedBy === undefined ? undefined : opAt(module, definedBy);
  return producer && get.is(producer) ? producer.attributes.param.join("::") : undefined;
}
