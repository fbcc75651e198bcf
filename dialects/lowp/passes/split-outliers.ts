import { applied, refused } from "../../../compiler/define/explanation.ts";
import { definePass, type PassContext } from "../../../compiler/define/pass.ts";
import { error, fail, ok } from "../../../compiler/diagnostics/diagnostic.ts";
import { floatAttribute, stringAttribute } from "../../../compiler/ir/attributes.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import type { TensorType } from "../../../compiler/ir/types.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { listOf, real, string, withDefault } from "../../../compiler/schema/schema.ts";
import { joinGroups } from "../join-groups.ts";
import { siteOfParam } from "./explain-selection.ts";
import { calibratedProvenance, measureInputs } from "./input-statistics.ts";
import { type LinearInput, selectInputs } from "./linear-inputs.ts";
import { denseWeights, type SplitSite, splitInputs } from "./split-inputs.ts";

/**
 * Takes the input channels that calibration saw reach the threshold, and the columns of the weights that they meet,
 * apart: y = x_regular W_regularᵀ + x_outliers W_outliersᵀ. The weights become `@w.regular` and `@w.outliers`, so that
 * later passes quantize the one and skip the other. (Dettmers et al., LLM.int8(), 2022, with a mask known beforehand)
 */
export const splitOutliers = definePass({
  name: "split-outliers",
  summary: "Splits linear ops into one on outlier channels of the input and one on the others.",
  options: {
    threshold: withDefault(real({ above: 0 }), 6), // least |x| of an outlier
    only: withDefault(listOf(string), ["*"]), // names of the weights the inputs meet, * matching anything
    skip: withDefault(listOf(string), []),
  },
  explains: "linear ops and convolutions on a parameter",
  contract: { kind: "exactInReals" },
  async run(module, { threshold, only, skip }, context) {
    const inputs = selectInputs(module, only, skip, context.explain);
    if (!inputs.ok) return inputs;
    const weights = denseWeights(module, inputs.value);
    if (!weights.ok) return weights;
    const sites = [...new Set(inputs.value.map(({ site }) => site))];
    const asked = { needs: ["absoluteMaximum"], asker: "split-outliers" } as const;
    const statistics = await measureInputs(module, sites, asked, context);
    if (!statistics.ok) return statistics;
    const largest = new Map(sites.map((site) => [site, statistics.value.get(site)!.absoluteMaximum!]));
    const masks = splitSites(inputs.value, largest, threshold);
    for (const [site, mask] of masks) explainMask(module, site, mask, threshold, context);
    const problem = maskProblem(masks, threshold);
    if (problem) return fail(problem);
    const editor = new Editor(module);
    const algo = stringAttribute("outlier-channels");
    const options = { kind: "dictionary", entries: { threshold: floatAttribute(threshold) } } as const;
    const prov = calibratedProvenance({ algo, pass: stringAttribute("split-outliers"), options }, context);
    const split = splitInputs(editor, { inputs: inputs.value, weights: weights.value, masks, prov }, context);
    if (!split.ok) return split;
    reportShare(inputs.value, masks, weights.value, context);
    return ok(editor.commit());
  },
});

/** The channels of each site, by their largest |x|; a weight is split once, so that inputs which meet it split alike. */
function splitSites(
  inputs: readonly LinearInput[],
  largest: ReadonlyMap<string, Float64Array>,
  threshold: number,
): ReadonlyMap<string, SplitSite> {
  const sitesOfWeight = new Map<string, string[]>();
  for (const { site, uses } of inputs)
    for (const { symbol } of uses) sitesOfWeight.set(symbol, [...(sitesOfWeight.get(symbol) ?? []), site]);
  const masks = new Map<string, SplitSite>();
  for (const group of joinGroups([...sitesOfWeight.values()])) {
    const isOutlier = (channel: number) => group.some((site) => largest.get(site)![channel]! >= threshold);
    const channels = [...largest.get(group[0]!)!.keys()];
    const mask = {
      outliers: channels.filter(isOutlier),
      regular: channels.filter((channel) => !isOutlier(channel)),
    };
    for (const site of group) masks.set(site, mask);
  }
  return masks;
}

function explainMask(
  module: Module,
  site: string,
  { outliers, regular }: SplitSite,
  threshold: number,
  { explain }: PassContext,
): void {
  const channels = outliers.length + regular.length;
  const outcome =
    outliers.length > 0
      ? applied(`${outliers.length} of ${channels} channels reach ${threshold}`)
      : refused(`none of ${channels} channels reaches ${threshold}`);
  explain?.({ ...siteOfParam(module, site), rule: "split", outcome });
}

function maskProblem(masks: ReadonlyMap<string, SplitSite>, threshold: number) {
  if ([...masks.values()].every(({ outliers }) => outliers.length === 0))
    return error("no-outliers", `no input channel reaches ${threshold}, so there is nothing to split`, {
      hint: "give a lower threshold, or leave split-outliers out",
    });
  const full = [...masks].find(([, { regular }]) => regular.length === 0);
  return (
    full &&
    error("no-outliers", `every channel of the input that meets @${full[0]} reaches ${threshold}`, {
      hint: `give a higher threshold, or skip @${full[0]}`,
    })
  );
}

/** Tells the share of multiplications that is left to quantize, each linear op being counted once. */
function reportShare(
  inputs: readonly LinearInput[],
  masks: ReadonlyMap<string, SplitSite>,
  weights: ReadonlyMap<string, { readonly attributes: { readonly type: unknown } }>,
  { report }: Pick<PassContext, "report">,
): void {
  let all = 0;
  let regular = 0;
  for (const { site, uses } of inputs)
    for (const { symbol } of uses) {
      const [rows = 0, columns = 0] = (weights.get(symbol)!.attributes.type as TensorType).shape;
      all += rows * columns;
      regular += rows * (masks.get(site)?.regular.length ?? columns);
    }
  const channels = [...masks.values()].reduce((sum, { outliers }) => sum + outliers.length, 0);
  report({
    severity: "remark",
    code: "split-outliers",
    message: `${channels} outlier channels at ${masks.size} inputs stay in floats; ${((100 * regular) / all).toFixed(2)} % of the multiplications are left to quantize`,
    span: undefined,
  });
}
