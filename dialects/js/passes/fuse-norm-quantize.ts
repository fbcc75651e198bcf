import { definePattern, type RewritePattern, type Rewriter } from "../../../compiler/define/pattern.ts";
import { describeType } from "../../../compiler/ir/describe.ts";
import type { ValueId } from "../../../compiler/ir/module.ts";
import type { Type } from "../../../compiler/ir/types.ts";
import { quantize } from "../../lowp/ops.ts";
import { quantized } from "../../lowp/types.ts";
import { layerNorm, rmsNorm } from "../../nn/ops/norm.ts";
import { normQuantize } from "../ops.ts";

const isNorm = "a norm";
const oneUse = "one use of its result";
const ownScales = "scales of the data";
const plainType = "a type lowp.q";
const toNearest = "rounding to nearest";
const lastAxis = "a norm over the last axis";

/** quantize(norm(x)) = js.norm_quantize(x), bit for bit: the norm is rounded before it is quantized either way. */
const fuseNormQuantize = definePattern(
  "fuse-norm-quantize",
  quantize,
  [isNorm, oneUse, ownScales, plainType, toNearest, lastAxis],
  ({ operands: { input, scale }, attributes: { seed }, results }, rewriter) => {
    const norm = normAt(input, rewriter);
    if (!norm) return rewriter.unmet(isNorm, rewriter.describe(input));
    if (!rewriter.hasOneUse(input)) return rewriter.unmet(oneUse, `several of ${rewriter.describe(input)}`);
    if (scale !== undefined) return rewriter.unmet(ownScales, rewriter.describe(scale));
    const output = rewriter.typeOf(results.output);
    if (output.kind !== "tensor" || !quantized.is(output.element))
      return rewriter.unmet(plainType, describeType(output));
    if (seed !== undefined) return rewriter.unmet(toNearest, `seed = ${seed}`);
    if (!isLastAxis(norm.axis, rewriter.typeOf(input)))
      return rewriter.unmet(lastAxis, `axis = ${norm.axis}`);
    return rewriter.build(normQuantize, norm.operands, norm.attributes, { output });
  },
);

/** A norm as js.norm_quantize says it, and its first axis. */
function normAt(value: ValueId, rewriter: Rewriter<never>) {
  const rms = rewriter.producer(value, rmsNorm);
  if (rms) {
    const { epsilon } = rms.attributes;
    return { operands: rms.operands, attributes: { norm: "rms", epsilon }, axis: -1 } as const;
  }
  const layer = rewriter.producer(value, layerNorm);
  if (!layer) return undefined;
  const { epsilon, axis } = layer.attributes;
  return { operands: layer.operands, attributes: { norm: "layer", epsilon }, axis } as const;
}

const isLastAxis = (axis: number, type: Type): boolean =>
  axis === -1 || (type.kind === "tensor" && axis === type.shape.length - 1);

/** Every way to fuse a rounding behind a norm. */
export const normFusions: readonly RewritePattern[] = [fuseNormQuantize];
