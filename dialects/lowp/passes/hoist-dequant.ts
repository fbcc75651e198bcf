import type { Explanation } from "../../../compiler/define/explanation.ts";
import { definePass, type PassContext } from "../../../compiler/define/pass.ts";
import { defaultStepCosts } from "../../../compiler/define/step-costs.ts";
import { type Diagnostic, error, fail, ok } from "../../../compiler/diagnostics/diagnostic.ts";
import { applyPatterns } from "../../../compiler/rewrite/apply-patterns.ts";
import { bool, int, oneOf, optional, withDefault } from "../../../compiler/schema/schema.ts";
import { type HoistRule, integerPatterns, linearPatterns } from "./hoist-linear.ts";
import { lmulPatterns } from "./hoist-lmul.ts";
import { movementPatterns } from "./hoist-movement.ts";
import { dropRequantization, requantizeCodes } from "./hoist-rounding.ts";
import { reportDecisions } from "./report-decisions.ts";

/**
 * Moves dequantization into the ops that can work on codes, where that is cheaper; values dequantized for nobody else
 * disappear. With arithmetic = floats every output keeps its bits; with arithmetic = integers products of integers are
 * summed as such, which is equal in the reals. Two options give other numbers: with requantize codes are rounded to
 * fewer bits instead of the numbers they stand for; with mul = lmul codes of one float are added to multiply them.
 */
export const hoistDequant = definePass({
  name: "hoist-dequant",
  summary: "Moves dequantization into the ops that can work on codes, where that is cheaper.",
  options: {
    rows: optional(int({ min: 1 })), // of inputs whose extents are unknown; 1 where left out, as in decoding
    arithmetic: withDefault(oneOf("floats", "integers"), "floats"), // what lowp.linear of codes multiplies
    mul: withDefault(oneOf("exact", "lmul"), "exact"), // how lowp.linear multiplies codes of a float
    requantize: withDefault(bool, false), // rounds codes to fewer bits where numbers of codes are rounded again
  },
  contract: {
    of: ({ arithmetic, mul, requantize }) =>
      requantize || mul === "lmul"
        ? { kind: "lossy", metric: "relative output difference" }
        : { kind: arithmetic === "floats" ? "exact" : "exactInReals" },
  },
  explains: "ops that can work on codes, or move them",
  run(module, options, context) {
    const { rows, arithmetic, mul, requantize } = options;
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
    const patterns = [
      ...linearPatterns(rule),
      ...movementPatterns(rule),
      dropRequantization,
      ...(requantize ? [requantizeCodes] : []),
    ];
    const moved = applyPatterns(module, patterns, told);
    const summed = arithmetic === "integers" ? applyPatterns(moved, integerPatterns(rule), told) : moved;
    const sweeps = mul === "lmul" ? lmulPatterns : [];
    const hoisted = sweeps.reduce((current, pattern) => applyPatterns(current, [pattern], told), summed);
    const idle = idleOptions(options, { decisions, wereRowsAssumed });
    if (idle.length > 0) return fail(...idle);
    if (hoisted === module) context.report(noEffect);
    reportDecisions("hoist-dequant", decisions, context);
    return ok(hoisted);
  },
});

interface Options {
  readonly rows: number | undefined;
  readonly arithmetic: "floats" | "integers";
  readonly mul: "exact" | "lmul";
  readonly requantize: boolean;
}

/** Options that were given and changed nothing. */
function idleOptions(
  { rows, arithmetic, mul, requantize }: Options,
  found: { readonly decisions: readonly Explanation[]; readonly wereRowsAssumed: boolean },
): readonly Diagnostic[] {
  const isApplied = (...names: readonly string[]): boolean =>
    found.decisions.some(({ rule, outcome }) => names.includes(rule) && outcome.kind === "applied");
  const problems: Diagnostic[] = [];
  const idle = (message: string, hint: string) =>
    problems.push(error("option-without-effect", message, { hint }));
  if (rows !== undefined && !found.wereRowsAssumed)
    idle(`rows = ${rows} has no effect: no input of a decision has unknown extents`, "leave rows out");
  if (requantize && !isApplied("requantize-codes"))
    idle(
      "requantize has no effect: no codes are dequantized and rounded to fewer bits of the same blocks",
      "leave requantize out; --explain hoist-dequant tells why each lowp.quantize stays",
    );
  if (arithmetic === "integers" && !isApplied("linear-of-integers"))
    idle(
      `arithmetic = integers has no effect: ${whatIsMissing(found.decisions, "linear-of-integers")}`,
      "quantize inputs and weights to integers before, or leave arithmetic out",
    );
  const byLmul = lmulPatterns.map(({ name }) => name);
  if (mul === "lmul" && !isApplied(...byLmul))
    idle(
      `mul = lmul has no effect: ${whatIsMissing(found.decisions, ...byLmul)}`,
      "quantize inputs and weights to one float before, such as f8E4M3FN with a scale, or leave mul out",
    );
  return problems;
}

/** The refusal that came furthest says best what is missing. */
function whatIsMissing(decisions: readonly Explanation[], ...names: readonly string[]): string {
  const refusals = decisions.flatMap(({ rule, outcome }) =>
    names.includes(rule) && outcome.kind === "refused" ? [outcome] : [],
  );
  const [furthest] = refusals.toSorted((one, other) => (other.matched ?? 0) - (one.matched ?? 0));
  return furthest?.reason ?? "there is no lowp.linear";
}

const noEffect: Diagnostic = {
  severity: "warning",
  code: "no-effect",
  message: "hoist-dequant found nothing that could work on codes and would be cheaper",
  span: undefined,
  hint: "run quantize-weights before it",
};
