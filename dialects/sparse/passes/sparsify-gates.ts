import { applied, refused, siteOf } from "../../../compiler/define/explanation.ts";
import { definePass, type PassContext } from "../../../compiler/define/pass.ts";
import { error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { listOf, oneOf, real, string, withDefault } from "../../../compiler/schema/schema.ts";
import { selectionOutcome } from "../../lowp/passes/explain-selection.ts";
import { measureInputs } from "../../lowp/passes/input-statistics.ts";
import { selectParams } from "../../lowp/passes/select-params.ts";
import { calibratedMultiplier } from "../activation-masks.ts";
import { type Gate, gateRows, gatesOf } from "../gates.ts";
import { gaussianTopK } from "../ops.ts";

/**
 * Lets only about the largest share of each row through to the activations of feed-forward gates, and takes the
 * threshold away from it: max(x − θ, 0) with θ by mean and deviation of the row, so that nothing is sorted. `normal`
 * takes the share of normal numbers; `calibrated` finds for each gate the multiplier of θ with which as many stay on
 * calibration data. Models must have been trained so. (Spark Transformer, arXiv 2506.06644; Gemma 3n)
 */
export const sparsifyGates = definePass({
  name: "sparsify-gates",
  summary: "Lets about a share of each row through to relu, silu and gelu, by mean and deviation of the row.",
  options: {
    keep: withDefault(real({ above: 0 }), 0.08), // share of each row that stays, rounded down, at least one number
    threshold: withDefault(oneOf("calibrated", "normal"), "calibrated"),
    only: withDefault(listOf(string), ["*"]), // names of the weights that give the gates, * matching anything
    skip: withDefault(listOf(string), []),
  },
  contract: { kind: "lossy", metric: "relative output difference" },
  explains: "activations of what linear ops on parameters give",
  async run(module, { keep, threshold, only, skip }, context) {
    if (!(keep < 0.5))
      return fail(
        error("keep", `keep is ${keep}, expected a share above 0 and below 0.5`, { hint: "try 0.08" }),
      );
    const gates = gatesOf(module);
    const names = [...new Set(gates.map(({ use }) => use.symbol))];
    if (names.length === 0)
      return fail(
        error("no-gates", "no relu, silu or gelu takes what a linear op on a parameter gives", {
          hint: "weights must come from lowp.get, and outputs be f32 or f64",
        }),
      );
    const { chosen, diagnostics } = selectParams(names, only, skip);
    if (diagnostics.length > 0) return fail(...diagnostics);
    if (chosen.length === 0)
      return fail(error("selector", `skip leaves none of the ${names.length} weights`));
    for (const { activation, use } of gates) {
      const outcome = selectionOutcome(use.symbol, { candidates: names, only, skip });
      if (outcome.kind === "refused")
        context.explain?.({ ...siteOf(module, activation), rule: RULE, outcome });
    }
    const wanted = gates.filter(({ use }) => chosen.includes(use.symbol));
    const thresholds = await thresholdsOf(
      module,
      wanted,
      { keep, isNormal: threshold === "normal" },
      context,
    );
    return thresholds.ok ? rewrite(module, wanted, thresholds.value, context) : thresholds;
  },
});

/** As explanations name it. */
const RULE = "let few through";

/** What a gate lets through, undefined where its rows are too narrow for that. */
type Threshold = { readonly k: number; readonly multiplier: number } | undefined;

async function thresholdsOf(
  module: Module,
  gates: readonly Gate[],
  { keep, isNormal }: { readonly keep: number; readonly isNormal: boolean },
  context: PassContext,
): Promise<Result<readonly Threshold[]>> {
  const counts = gates.map(({ width }) => Math.max(1, Math.floor(keep * width)));
  const fits = (at: number): boolean => 2 * counts[at]! < gates[at]!.width;
  if (isNormal) return ok(counts.map((k, at) => (fits(at) ? { k, multiplier: 1 } : undefined)));
  const symbols = [...new Set(gates.map(({ use }) => use.symbol))];
  const request = { needs: ["sample"], asker: "sparsify-gates by threshold = calibrated" } as const;
  const statistics = await measureInputs(module, symbols, request, context);
  if (!statistics.ok) return statistics;
  const thresholds: Threshold[] = [];
  for (const [at, gate] of gates.entries()) {
    const k = counts[at]!;
    context.progress(at, gates.length, gate.use.symbol);
    const rows = gateRows(module, gate, statistics.value.get(gate.use.symbol)!.sample!, context);
    if (!rows.ok) return rows;
    const multiplier = fits(at) ? calibratedMultiplier(rows.value, k) : 1;
    if (multiplier === undefined)
      return fail(
        error(
          "gate-threshold",
          `no threshold lets ${k} of ${gate.width} numbers behind @${gate.use.symbol} through on the calibration data`,
          { span: gate.activation.span, hint: `skip @${gate.use.symbol}, or keep less` },
        ),
      );
    thresholds.push(fits(at) ? { k, multiplier } : undefined);
  }
  return ok(thresholds);
}

function rewrite(
  module: Module,
  gates: readonly Gate[],
  thresholds: readonly Threshold[],
  { explain, report }: PassContext,
): Result<Module> {
  const editor = new Editor(module);
  const told: string[] = [];
  for (const [at, { activation, input, width }] of gates.entries()) {
    const threshold = thresholds[at];
    const outcome = threshold
      ? applied(`about ${threshold.k} of ${width} numbers, multiplier ${threshold.multiplier.toFixed(4)}`)
      : refused(`rows of ${width} numbers are too narrow to keep one`);
    explain?.({ ...siteOf(module, activation), rule: RULE, outcome });
    if (!threshold) continue;
    const { output } = editor.insertBefore(activation, gaussianTopK, { input }, threshold);
    editor.update({ ...activation, operands: { ...activation.operands, input: output } });
    told.push(`about ${threshold.k} of ${width}`);
  }
  if (told.length === 0)
    return fail(error("no-gates", "the rows of all gates are too narrow to keep one number of them"));
  report({
    severity: "remark",
    code: "sparsify-gates",
    message: `${told.length === 1 ? "1 gate lets" : `${told.length} gates let`} ${[...new Set(told)].join(", ")} numbers of each row through`,
    span: undefined,
  });
  return ok(editor.commit());
}
