import { definePass } from "../../../compiler/define/pass.ts";
import { integerAttribute } from "../../../compiler/ir/attributes.ts";
import { int, withDefault } from "../../../compiler/schema/schema.ts";
import { exponentOffsets } from "../preshift.ts";
import { groupOptions } from "./transform-channels.ts";
import { transformNorms } from "./transform-norms.ts";

/**
 * Brings the channels of a norm's output near one magnitude by powers of two, as far as the exponent bits of the
 * float they will be put into reach; the weights take the powers back. Nothing is rounded, but where a number would
 * leave the range of its float. (Liu et al., LLM-FP4, 2023)
 */
export const preshiftExponent = definePass({
  name: "preshift-exponent",
  summary: "Folds a power of two per channel out of norms into the weights they meet.",
  options: {
    exponent_bits: withDefault(int({ min: 1, max: 5 }), 2), // of the element of the inputs: E2M1 by default
    mantissa_bits: withDefault(int({ min: 0, max: 10 }), 1),
    ...groupOptions,
  },
  explains: "norms before linear ops",
  contract: { kind: "exactInReals" },
  run: (module, { exponent_bits: exponentBits, mantissa_bits: mantissaBits, only, skip }, context) =>
    transformNorms(
      module,
      {
        pass: "preshift-exponent",
        options: {
          exponent_bits: integerAttribute(exponentBits),
          mantissa_bits: integerAttribute(mantissaBits),
        },
        needs: ["absoluteMaximum"],
        only,
        skip,
        choose: (_group, { absoluteMaximum }) => ({
          scale: Float64Array.from(
            exponentOffsets(absoluteMaximum!, { exponentBits, mantissaBits }),
            (offset) => 2 ** -offset,
          ),
        }),
      },
      context,
    ),
});
