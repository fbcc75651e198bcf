import { mismatch } from "../../../compiler/define/op.ts";
import { definePass } from "../../../compiler/define/pass.ts";
import { typeAttribute } from "../../../compiler/ir/attributes.ts";
import { layerNorm } from "../../nn/ops/norm.ts";
import { gridBounds, hasFixedValues } from "../elements.ts";
import { channelScales, reparameterize } from "../reparameterize.ts";
import { quantized } from "../types.ts";
import { lowpType } from "../value-type.ts";
import { groupOptions } from "./transform-channels.ts";
import { transformNorms } from "./transform-norms.ts";

/**
 * Makes one static scale (and zero) serve all channels of a norm's output as well as one each would: what sets the
 * channels apart moves into the norm and into the weights. (RepQuant, 2024) Layer norms take shifts into their bias;
 * an rms norm has none, so its channels are scaled by their magnitudes only.
 */
export const reparameterizeNorm = definePass({
  name: "reparameterize-norm",
  summary: "Turns scales per channel of norms into one scale, folding the rest into norm and weights.",
  options: {
    type: lowpType, // what the inputs are put into afterwards, with static scales
    ...groupOptions,
  },
  explains: "norms before linear ops",
  contract: { kind: "exactInReals", rewritesWeights: true },
  run: (module, { type, only, skip }, context) =>
    transformNorms(
      module,
      {
        pass: "reparameterize-norm",
        options: { type: typeAttribute(type) },
        needs: ["range"],
        only,
        skip,
        choose({ norms }, { minimum, maximum }) {
          if (!quantized.is(type) || !hasFixedValues(type.parameters.element))
            return mismatch(
              "static-type",
              "channels can be given one scale on a grid of a !lowp.q type only",
            );
          const bounds = gridBounds(type.parameters.element);
          const affine = type.parameters.zero !== undefined && norms.every((norm) => layerNorm.is(norm));
          return reparameterize(channelScales(minimum!, maximum!, { bounds, affine })).transform;
        },
      },
      context,
    ),
});
