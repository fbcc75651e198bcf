import type { Explanation } from "../../../compiler/define/explanation.ts";
import { definePass, type PassContext } from "../../../compiler/define/pass.ts";
import { defaultStepCosts } from "../../../compiler/define/step-costs.ts";
import { type Diagnostic, error, fail, ok } from "../../../compiler/diagnostics/diagnostic.ts";
import { applyPatterns } from "../../../compiler/rewrite/apply-patterns.ts";
import { int, oneOf, optional, withDefault } from "../../../compiler/schema/schema.ts";
import { type HoistRule, integerPatterns, linearPatterns } from "./hoist-linear.ts";
import { movementPatterns } from "./hoist-movement.ts";
import { reportDecisions } from "./report-decisions.ts";

/**
 * Moves dequantization into the ops that can work on codes, where that is cheaper; values dequantized for nobody else
 * disappear. With arithmetic = floats every output keeps its bits; with arithmetic = integers products of integers are
 * summed as such, which is equal in the reals.
 */
export const hoistDequant = definePass({
  name: "hoist-dequant",
  summary: "Moves dequantization into the ops that can work on codes, where that is cheaper.",
  options: {
    rows: optional(int({ min: 1 })), // of inputs whose extents are unknown; 1 where left out, as in decoding
    arithmetic: withDefault(oneOf("floats", "integers"), "floats"), // what lowp.linear of codes multiplies
  },
  contract: { of: ({ arithmetic }) => ({ kind: arithmetic === "floats" ? "exact" : "exactInReals" }) },
  explains: "ops that can work on codes, or move them",
  run(module, { rows, arithmetic }, context) {
    const decisions: Explanation[] = [];
    const told: Pick<PassContext, "registry" | "explain"> = {
      registry: context.registry,
      explain(explanation) {
        decisions.push(explanation);
        context.explain?.(explanation);
      },
    };
    let wereRowsAssumed = false;
    const assume = (): number => {
      wereRowsAssumed = true;
      return rows ?? 1;
    };
    const rule: HoistRule = { rows: assume, costs: context.stepCosts ?? defaultStepCosts };
    const moved = applyPatterns(module, [...linearPatterns(rule), ...movementPatterns(rule)], told);
    const hoisted = arithmetic === "integers" ? applyPatterns(moved, integerPatterns(rule), told) : moved;
    if (rows !== undefined && !wereRowsAssumed) return fail(idleRows(rows));
    if (hoisted === moved && arithmetic === "integers") return fail(idleIntegers(decisions));
    if (hoisted === module) context.report(noEffect);
    reportDecisions("hoist-dequant", decisions, context);
    return ok(hoisted);
  },
});

const idleRows = (rows: number): Diagnostic =>
  error("option-without-effect", `rows = ${rows} has no effect: no input of a decision has unknown extents`, {
    hint: "leave rows out",
  });

/** The refusal that came furthest says best what is missing. */
function idleIntegers(decisions: readonly Explanation[]): Diagnostic {
  const refusals = decisions.flatMap(({ rule, outcome }) =>
    rule === "linear-of-integers" && outcome.kind === "refused" ? [outcome] : [],
  );
  const [furthest] = refusals.toSorted((one, other) => (other.matched ?? 0) - (one.matched ?? 0));
  const why = furthest?.reason ?? "there is no lowp.linear";
  return error("option-without-effect", `arithmetic = integers has no effect: ${why}`, {
    hint: "quantize inputs and weights to integers before, or leave arithmetic out",
  });
}

const noEffect: Diagnostic = {
  severity: "warning",
  code: "no-effect",
  message: "hoist-dequant found nothing that could work on codes and would be cheaper",
  span: undefined,
  hint: "run quantize-weights before it",
};
