import { definePass } from "../../../compiler/define/pass.ts";
import { floatAttribute } from "../../../compiler/ir/attributes.ts";
import { real, withDefault } from "../../../compiler/schema/schema.ts";
import { smoothingScales } from "../smoothing.ts";
import { groupOptions } from "./transform-channels.ts";
import { transformNorms } from "./transform-norms.ts";

/**
 * Moves outliers of the inputs of linear ops into their weights: of every norm whose output goes to linear ops alone,
 * channel j is divided by s_j in the norm's gain and multiplied by it in the weights. (Xiao et al., SmoothQuant, 2023)
 */
export const smoothQuant = definePass({
  name: "smooth-quant",
  summary: "Divides channels of norms by what calibration asks for and multiplies the weights they meet.",
  options: {
    alpha: withDefault(real({ above: -Number.MIN_VALUE }), 0.5), // 0: the weights alone count, 1: the inputs
    ...groupOptions,
  },
  explains: "norms before linear ops",
  contract: { kind: "exactInReals", rewritesWeights: true },
  run: (module, { alpha, only, skip }, context) =>
    transformNorms(
      module,
      {
        pass: "smooth-quant",
        options: { alpha: floatAttribute(alpha) },
        needs: ["absoluteMaximum"],
        only,
        skip,
        choose: (_group, { absoluteMaximum }, weights) => ({
          scale: smoothingScales(
            absoluteMaximum!,
            weights.map(({ data }) => data),
            alpha,
          ),
        }),
      },
      context,
    ),
});
