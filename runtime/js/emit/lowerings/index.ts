import type { OpLowering } from "../lowering.ts";
import { attentionLowerings } from "./attention.ts";
import { cacheLowerings } from "./caches.ts";
import { concatLowerings } from "./concat.ts";
import { convolutionLowerings } from "./convolution.ts";
import { linearLowerings } from "./linear.ts";
import { matmulLowerings } from "./matmul.ts";
import { movementLowerings } from "./movement.ts";
import { normalizeLowerings } from "./normalize.ts";
import { pointwiseLowerings } from "./pointwise.ts";
import { quantizeLowerings } from "./quantize.ts";
import { reduceLowerings } from "./reduce.ts";
import { rotateLowerings } from "./rotate.ts";
import { sparsifyLowerings } from "./sparsify.ts";
import { structureLowerings } from "./structure.ts";
import { visionLowerings } from "./vision.ts";

/** Every op that the js backend can compile. */
export const lowerings: readonly OpLowering[] = [
  ...structureLowerings,
  ...pointwiseLowerings,
  ...normalizeLowerings,
  ...linearLowerings,
  ...attentionLowerings,
  ...cacheLowerings,
  ...concatLowerings,
  ...movementLowerings,
  ...quantizeLowerings,
  ...convolutionLowerings,
  ...visionLowerings,
  ...rotateLowerings,
  ...reduceLowerings,
  ...matmulLowerings,
  ...sparsifyLowerings,
];
