import { type CompositeValue, isDense } from "../../compiler/define/kernel.ts";
import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { type DialectType, same, type Type } from "../../compiler/ir/types.ts";
import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import { castDense } from "./dense.ts";
import { describeElement, gridBounds, isSignedElement } from "./elements.ts";
import type { QuantizedParameters } from "./quantized-laws.ts";
import { quantized } from "./types.ts";
import { componentOf, integersOf } from "./values.ts";

/**
 * Integers of l bits from integers of h > l bits, without the numbers they came from: code ⌊q / 2^(h − l) + ½⌋ within
 * the range of the element, scale · 2^(h − l). One artefact of many bits so serves every smaller width. (Double
 * Rounding, A20) Types must agree as requantizeProblems says.
 */
export function requantize(value: CompositeValue, type: DialectType): CompositeValue {
  if (!quantized.is(value.type) || !quantized.is(type)) return unreachable("verified to be quantized");
  const { element, scale: scaleType } = type.parameters;
  const ratio = 2 ** (widthOf(value.type.parameters) - widthOf(type.parameters));
  const [lowest, highest] = gridBounds(element);
  const codes = integersOf(value, "codes");
  const data = codes.data.map((code) => Math.min(Math.max(Math.floor(code / ratio + 0.5), lowest), highest));
  const scale = componentOf(value, "scale");
  if (!isDense(scale) || scaleType.kind !== "float") return unreachable("verified to have dense scales");
  const { shape, data: scales } = scale as FloatTensor;
  return {
    shape: value.shape,
    type,
    components: {
      codes: { shape: codes.shape, data },
      scale: castDense({ shape, data: scales.map((x) => x * ratio) }, scaleType),
    },
  };
}

/** Whether codes of one type can become codes of another: integers of fewer bits, everything else equal. */
export function requantizeProblems(from: Type, to: Type): readonly Mismatch[] {
  if (!quantized.is(from) || !quantized.is(to))
    return [mismatch("requantize", "lowp.requantize is from !lowp.q to !lowp.q")];
  const [source, target] = [from.parameters, to.parameters];
  const problem = codesProblem(source) ?? codesProblem(target);
  if (problem) return [problem];
  if (widthOf(target) >= widthOf(source))
    return [
      mismatch(
        "requantize-width",
        `${describeElement(source.element)} cannot become ${describeElement(target.element)}, fewer bits expected`,
      ),
    ];
  const differing = (["block", "scale", "tail"] as const).find((name) => !same(source[name], target[name]));
  if (!differing) return [];
  return [mismatch("requantize-blocks", `${differing} differs, codes keep their blocks and kind of scale`)];
}

function codesProblem({ element, scale, zero, shift }: QuantizedParameters): Mismatch | undefined {
  if (element.kind !== "integer" || !isSignedElement(element))
    return mismatch(
      "requantize-element",
      `element is ${describeElement(element)}, expected a signed integer`,
    );
  if (zero || shift)
    return mismatch("requantize-offset", `the type has a ${zero ? "zero" : "shift"}, expected a scale alone`);
  if (scale.kind === "float") return undefined;
  return mismatch("requantize-scale", "the scale is itself quantized, expected a float type");
}

const widthOf = ({ element }: QuantizedParameters): number =>
  element.kind === "integer" ? element.type.width : unreachable("verified to be integers");
