import { isMismatch } from "../../../compiler/define/op.ts";
import { definePass } from "../../../compiler/define/pass.ts";
import { word } from "../../../compiler/ir/attributes.ts";
import { oneOf, optional, withDefault } from "../../../compiler/schema/schema.ts";
import { layerNorm } from "../../nn/ops/norm.ts";
import { centringShift, migrationScales } from "../outlier-migration.ts";
import { lowpType } from "../value-type.ts";
import { groupOptions } from "./transform-channels.ts";
import { transformNorms } from "./transform-norms.ts";

/**
 * Centres the channels that linear ops see after a norm, and brings outliers within a bound searched for with the
 * types that are to follow. (Wei et al., Outlier Suppression+, 2023) Layer norms take the shift into their bias. An
 * rms norm has none: `shift = fold` scales its channels only, `shift = add` puts an nn.add behind it.
 */
export const outlierSuppression = definePass({
  name: "outlier-suppression",
  summary: "Shifts and scales channels of norms so that the inputs of linear ops quantize well.",
  options: {
    input: lowpType, // what the inputs are put into afterwards
    weight: optional(lowpType), // what the weights are put into; they count as exact where left out
    shift: withDefault(oneOf("fold", "add", "none"), "fold"),
    ...groupOptions,
  },
  explains: "norms before linear ops",
  contract: { kind: "exactInReals", rewritesWeights: true },
  run: (module, { input, weight, shift, only, skip }, context) =>
    transformNorms(
      module,
      {
        pass: "outlier-suppression",
        options: { shift: word(shift) },
        needs: ["range", "sample"],
        only,
        skip,
        choose({ norms, channels }, { minimum, maximum, sample }, weights) {
          const folds = norms.every((norm) => layerNorm.is(norm));
          const centres =
            shift === "add" || (shift === "fold" && folds)
              ? centringShift(minimum!, maximum!)
              : new Float64Array(channels);
          const seen = { minimum: minimum!, maximum: maximum!, sample: sample! };
          const types = { inputType: input, weightType: weight };
          const scale = migrationScales({ ...seen, ...types, shift: centres, weights });
          return isMismatch(scale) ? scale : { scale, shift: centres };
        },
      },
      context,
    ),
});
