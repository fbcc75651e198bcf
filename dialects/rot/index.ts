import { defineDialect } from "../../compiler/define/dialect.ts";
import { rotAttributes } from "./attributes.ts";
import { frameLaws } from "./frame-laws.ts";
import { rotKernels } from "./kernels.ts";
import { transformKinds } from "./kinds.ts";
import { apply, def } from "./ops.ts";
import { foldNorms } from "./passes/fold-norms.ts";
import { fuseRotations } from "./passes/fuse-rotations.ts";
import { rotate } from "./passes/rotate.ts";
import { sliceChannels } from "./passes/slice-channels.ts";
import { rotRecipes } from "./recipes/rotated.ts";

export const rot = defineDialect({
  name: "rot",
  summary: "Frames and transforms: the basis a tensor's axes live in is part of its type.",
  ops: [def, apply],
  attributes: [...rotAttributes, ...transformKinds],
  kernels: rotKernels,
  passes: [foldNorms, rotate, fuseRotations, sliceChannels],
  recipes: rotRecipes,
  laws: frameLaws,
});
