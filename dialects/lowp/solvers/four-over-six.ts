import { type CompositeValue, isDense } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { defineSolver } from "../../../compiler/define/solver.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { castDense } from "../dense.ts";
import { describeElement } from "../elements.ts";
import { quantized } from "../types.ts";
import { describeValueType } from "../value-type.ts";
import { componentOf, notSupportedHere } from "../values.ts";
import { isPowerOfTwo } from "./clip-search.ts";
import { settle } from "./losses.ts";
import { quantizeClipped } from "./mse-clip.ts";

/** E4M3 scales are normalized to 256 instead of 448, so that one half as large again still fits. */
const headroom = 448 / 256;

/** The largest weight of each block of E2M1 becomes 6, or 4 where that leaves a smaller error. (F3) */
export const fourOverSix = defineSolver({
  name: "four-over-six",
  summary:
    "For E2M1: the largest weight of each block becomes 6, or 4 where that has the least squared error.",
  options: {},
  needs: [],
  solve(problem) {
    const { weight, type } = problem;
    if (!quantized.is(type)) return notSupportedHere("four-over-six", type);
    const { element, scale } = type.parameters;
    if (element.kind !== "float" || element.type.name !== "f4E2M1FN")
      return mismatch("four-over-six", `element is ${describeElement(element)}, expected f4E2M1FN`);
    if (isPowerOfTwo(scale))
      return mismatch(
        "four-over-six",
        `scale is ${describeValueType(scale)}, whose powers of two leave nothing between 4 and 6`,
        { hint: "use scales with a mantissa, such as those of NVFP4" },
      );
    const value = quantizeClipped(weight, type, { factors: [1, 6 / 4], start: withHeadroom });
    return isMismatch(value) ? value : settle("four-over-six", "weight", value, problem);
  },
});

/** A scale that is itself scaled: its own scales grow, so that its codes have room above. */
function withHeadroom(value: CompositeValue): CompositeValue | Mismatch {
  const scale = componentOf(value, "scale");
  if (isDense(scale) || !quantized.is(scale.type)) return value;
  const inner = componentOf(scale, "scale");
  const { scale: type } = scale.type.parameters;
  if (!isDense(inner) || type.kind !== "float")
    return notSupportedHere("four-over-six with three levels of scales", value.type);
  const { shape, data } = inner as FloatTensor;
  const raised = castDense({ shape, data: data.map((x) => x * headroom) }, type);
  return {
    ...value,
    components: {
      ...value.components,
      scale: { ...scale, components: { ...scale.components, scale: raised } },
    },
  };
}
