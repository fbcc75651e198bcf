import type { Kernel } from "../../compiler/define/kernel.ts";
import { attentionKernels } from "./kernels/attention.ts";
import { binaryKernels } from "./kernels/binary.ts";
import { castKernels } from "./kernels/cast.ts";
import { constantKernels } from "./kernels/constant.ts";
import { convolutionKernels } from "./kernels/convolution.ts";
import { gatherKernels } from "./kernels/gather.ts";
import { linearKernels } from "./kernels/linear.ts";
import { normKernels } from "./kernels/norm.ts";
import { poolKernels } from "./kernels/pool.ts";
import { reduceKernels } from "./kernels/reduce.ts";
import { selectKernels } from "./kernels/select.ts";
import { shapeKernels } from "./kernels/shape.ts";
import { sliceKernels } from "./kernels/slice.ts";
import { softmaxKernels } from "./kernels/softmax.ts";
import { unaryKernels } from "./kernels/unary.ts";

/** The reference semantics of every op of the dialect. */
export const kernels: readonly Kernel[] = [
  ...linearKernels,
  ...attentionKernels,
  ...normKernels,
  ...softmaxKernels,
  ...unaryKernels,
  ...binaryKernels,
  ...reduceKernels,
  ...convolutionKernels,
  ...poolKernels,
  ...shapeKernels,
  ...sliceKernels,
  ...gatherKernels,
  ...selectKernels,
  ...castKernels,
  ...constantKernels,
];
