import type { PassContext } from "../../../compiler/define/pass.ts";
import { error, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import type { FoundGroups } from "./choose-groups.ts";
import { type NormGroup, normGroups } from "./norm-groups.ts";
import { type ChannelPass, transformChannels } from "./transform-channels.ts";
import { transformGroup } from "./transform-group.ts";

/** Transforms the channels between norms and linear ops, by what calibration saw of them. */
export const transformNorms = (
  module: Module,
  of: ChannelPass<NormGroup>,
  context: PassContext,
): Promise<Result<Module>> =>
  transformChannels(module, of, { found: normsFound(module), apply: transformGroup }, context);

const normsFound = (module: Module): FoundGroups<NormGroup> => ({
  ...normGroups(module),
  missing: error("no-norm-group", "no norm passes its output to linear ops alone", {
    hint: "the gain and the weights must come from lowp.get, dense and used nowhere else",
  }),
});
