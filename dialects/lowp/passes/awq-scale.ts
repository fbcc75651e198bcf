import { isMismatch } from "../../../compiler/define/op.ts";
import { definePass } from "../../../compiler/define/pass.ts";
import { error, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { typeAttribute } from "../../../compiler/ir/attributes.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { awqScales } from "../awq-scales.ts";
import { type ChannelTransform, dividedRows, scaledColumns } from "../channel-transform.ts";
import { lowpType } from "../value-type.ts";
import type { FoundGroups } from "./choose-groups.ts";
import { type NormGroup, normGroups } from "./norm-groups.ts";
import { type RowGroup, rowGroups } from "./row-groups.ts";
import { groupOptions, transformChannels } from "./transform-channels.ts";
import { type GroupRewriter, transformGroup } from "./transform-group.ts";

/**
 * Scales up the columns of weights whose inputs are large, so that rounding hurts them less, and scales the inputs
 * down where they are made: in the gain of a norm, or the rows of up_proj or v_proj. Norms first, so that the rows of
 * a weight are divided after its columns were searched for. (Lin et al., AWQ, arXiv 2306.00978)
 */
export const awqScale = definePass({
  name: "awq-scale",
  summary: "Scales the columns of weights by a power of their inputs that leaves the least error of outputs.",
  options: {
    type: lowpType, // what the weights are put into afterwards
    ...groupOptions,
  },
  explains: "linear ops behind channels that something before them can scale",
  contract: { kind: "exactInReals", rewritesWeights: true },
  run: (module, { type, only, skip }, context) =>
    transformChannels(
      module,
      {
        pass: "awq-scale",
        options: { type: typeAttribute(type) },
        needs: ["absoluteMean", "secondMoment"],
        only,
        skip,
        choose(_group, { absoluteMean, secondMoment }, weights) {
          const inputs = { absoluteMean: absoluteMean!, secondMoment: secondMoment! };
          const found = awqScales({ ...inputs, weights, type });
          return isMismatch(found) ? found : { scale: found.scale };
        },
      },
      { found: groupsFound(module), apply },
      context,
    ),
});

function groupsFound(module: Module): FoundGroups<NormGroup | RowGroup> {
  const [norms, rows] = [normGroups(module), rowGroups(module)];
  return {
    groups: [...norms.groups, ...rows.groups],
    refusals: [...norms.refusals, ...rows.refusals],
    missing: error("no-scale-group", "no linear op sees channels that something before it can scale", {
      hint: "a norm, a product or an attention must pass its output to linear ops alone, all parameters dense",
    }),
  };
}

const apply = (
  rewriter: GroupRewriter,
  group: NormGroup | RowGroup,
  transform: ChannelTransform,
): Result<void> =>
  "norms" in group ? transformGroup(rewriter, group, transform) : transformRows(rewriter, group, transform);

/** up → down becomes diag(s)⁻¹ · up → down · diag(s). Fails where bytes of a weight are missing. */
function transformRows(
  { writer, prov }: GroupRewriter,
  { producer: { weight, bias }, weights }: RowGroup,
  transform: ChannelTransform,
): Result<void> {
  for (const param of [weight, ...(bias ? [bias] : []), ...weights]) {
    const numbers = writer.read(param);
    if (!numbers.ok) return numbers;
    const scaled = weights.includes(param) ? scaledColumns : dividedRows;
    writer.rewrite(param, scaled(numbers.value.data, transform), prov);
  }
  return ok(undefined);
}
