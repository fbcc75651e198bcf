import { definePass } from "../../../compiler/define/pass.ts";
import { fail, ok } from "../../../compiler/diagnostics/diagnostic.ts";
import { floatAttribute, stringAttribute } from "../../../compiler/ir/attributes.ts";
import type { FloatData } from "../../../compiler/numeric/tensor.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { listOf, real, string, withDefault } from "../../../compiler/schema/schema.ts";
import { chooseGroups } from "./choose-groups.ts";
import { ParamWriter } from "./dense-params.ts";
import { calibratedProvenance, measureInputs } from "./input-statistics.ts";
import { scaleChannels } from "./transform-channels.ts";

/**
 * Moves outliers of the inputs of linear ops into their weights: of every norm whose output goes to linear ops alone,
 * channel j is divided by s_j in the norm's gain and multiplied by it in the weights. (Xiao et al., SmoothQuant, 2023)
 */
export const smoothQuant = definePass({
  name: "smooth-quant",
  summary: "Divides channels of norms by what calibration asks for and multiplies the weights they meet.",
  options: {
    alpha: withDefault(real({ above: -Number.MIN_VALUE }), 0.5), // 0: nothing but the weights counts, 1: the inputs
    only: withDefault(listOf(string), ["*"]), // names of weights whose groups are taken, * matching anything
    skip: withDefault(listOf(string), []),
  },
  contract: { kind: "exactInReals", rewritesWeights: true },
  run(module, { alpha, only, skip }, context) {
    const groups = chooseGroups(module, only, skip, context);
    if (!groups.ok) return groups;
    const sites = groups.value.map(({ weights: [first] }) => first!.attributes.sym_name);
    const asked = { needs: ["absoluteMaximum"], asker: "smooth-quant" } as const;
    const statistics = measureInputs(module, sites, asked, context);
    if (!statistics.ok) return statistics;
    const editor = new Editor(module);
    const writer = new ParamWriter(editor, context.constants);
    const options = { kind: "dictionary", entries: { alpha: floatAttribute(alpha) } } as const;
    const algo = { algo: stringAttribute("smooth-quant"), pass: stringAttribute("smooth-quant"), options };
    const prov = calibratedProvenance(algo, context);
    for (const [i, group] of groups.value.entries()) {
      const weights: FloatData[] = [];
      for (const weight of group.weights) {
        const numbers = writer.read(weight);
        if (!numbers.ok) return numbers;
        weights.push(numbers.value.data);
      }
      const inputs = statistics.value.get(sites[i]!)!.absoluteMaximum!;
      const scaled = scaleChannels(writer, group, { scale: smoothingScales(inputs, weights, alpha) }, prov);
      if (!scaled.ok) return scaled;
    }
    writer.finish();
    return writer.problems.length > 0 ? fail(...writer.problems) : ok(editor.commit());
  },
});

/** The least scale, so that a gain divided by it stays finite. */
const LEAST_SCALE = 1e-5;

/**
 * s_j = max|X_j|^α / max|W_ij|^(1−α), the maximum being over the rows of all weights [N, K] that meet the inputs;
 * at least 1e-5. A channel that is zero on either side keeps s = 1.
 */
export function smoothingScales(
  inputs: ArrayLike<number>,
  weights: readonly FloatData[],
  alpha: number,
): Float64Array {
  const channels = inputs.length;
  const largest = new Float64Array(channels);
  for (const weight of weights)
    for (let at = 0; at < weight.length; at++) {
      const channel = at % channels;
      largest[channel] = Math.max(largest[channel]!, Math.abs(weight[at]!));
    }
  return largest.map((weight, channel) => {
    const input = inputs[channel]!;
    if (input === 0 || weight === 0) return 1;
    return Math.max(input ** alpha / weight ** (1 - alpha), LEAST_SCALE);
  });
}
