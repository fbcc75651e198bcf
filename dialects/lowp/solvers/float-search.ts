import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { defineSolver } from "../../../compiler/define/solver.ts";
import type { DialectType, Type } from "../../../compiler/ir/types.ts";
import { maxFinite } from "../../../compiler/numeric/float-format.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { type MinifloatParameters, minifloatFormat } from "../element-types.ts";
import { bitsOfElement, describeElement, floatFormatOf } from "../elements.ts";
import { quantize } from "../quantize.ts";
import { minifloat, quantized } from "../types.ts";
import { notSupportedHere } from "../values.ts";
import { settle, weightLoss } from "./losses.ts";
import { quantizeClipped } from "./mse-clip.ts";

/** Shares of the largest magnitude that a real bias may cut at: 1.00, 0.98, …, 0.30. */
const shares: readonly number[] = Array.from({ length: 36 }, (_, index) => 1 - 0.02 * index);

/**
 * Of all splits of a float's bits into exponent and mantissa, that with the least squared error; the type of the
 * result says which. Without a scale the bias is searched too, a real number whose largest value is a share of the
 * largest magnitude; under a scale the bias is a mere factor, and the range of each block is searched. (LLM-FP4)
 */
export const floatSearch = defineSolver({
  name: "float-search",
  summary: "For floats: every split into exponent and mantissa bits, and real biases or clipped ranges.",
  options: {},
  needs: [],
  solve(problem) {
    const { weight, type } = problem;
    const candidates = candidatesFor(weight, type);
    if (isMismatch(candidates)) return candidates;
    let best: CompositeValue | undefined;
    let leastLoss = Number.POSITIVE_INFINITY;
    for (const make of candidates) {
      const value = make();
      if (isMismatch(value)) return value;
      const loss = weightLoss(weight, value);
      if (isMismatch(loss)) return loss;
      if (best && !(loss < leastLoss)) continue;
      best = value;
      leastLoss = loss;
    }
    return best
      ? settle("float-search", "weight", best, problem)
      : mismatch("float-search", "the float has one bit, at least 2 expected");
  },
});

type Candidate = () => CompositeValue | Mismatch;

function candidatesFor(weight: FloatTensor, type: Type): readonly Candidate[] | Mismatch {
  if (minifloat.is(type))
    return splitsOf(type.parameters).flatMap((split) =>
      biasesOf(split, weight).map((bias) => () => quantize(weight, minifloat.of({ ...split, bias }))),
    );
  if (!quantized.is(type)) return notSupportedHere("float-search", type);
  const { element } = type.parameters;
  const float = floatFormatOf(element);
  if (!float)
    return mismatch("float-search", `element is ${describeElement(element)}, expected a float`, {
      hint: "use a float element of as many bits, such as f4E2M1FN or !lowp.float<…>",
    });
  const { signed } = float.format;
  const own = {
    exponentBits: bitsOfElement(element) - (signed ? 1 : 0),
    mantissaBits: 0,
    sign: signed ? "signed" : "unsigned",
    subnormals: float.subnormals,
  } as const;
  return splitsOf(own).map((split) => {
    const of: DialectType = quantized.of({
      ...type.parameters,
      element: { kind: "custom", type: minifloat.of(split) },
    });
    return () => quantizeClipped(weight, of);
  });
}

/** All splits of as many bits with at least one exponent bit, with the bias 2^(e − 1) − 1 and no special codes. */
function splitsOf({
  exponentBits,
  mantissaBits,
  sign,
  subnormals,
}: Omit<MinifloatParameters, "bias" | "specials">): readonly MinifloatParameters[] {
  const bits = exponentBits + mantissaBits;
  const most = Math.min(bits, 8);
  return Array.from({ length: most }, (_, index): MinifloatParameters => {
    const exponents = index + 1;
    const mantissas = bits - exponents;
    return {
      exponentBits: exponents,
      mantissaBits: mantissas,
      bias: 2 ** (exponents - 1) - 1,
      specials: "none",
      sign,
      subnormals: mantissas === 0 ? "keep" : subnormals,
    };
  }).filter((split) => split.mantissaBits <= 10);
}

/** Biases at which the largest value is a share of the largest magnitude; that of the split for a weight of zeros. */
function biasesOf(split: MinifloatParameters, { data }: FloatTensor): readonly number[] {
  let largest = 0;
  for (const x of data) largest = Math.max(largest, Math.abs(x));
  if (largest === 0) return [split.bias];
  const reach = maxFinite(minifloatFormat(split).format);
  return shares
    .map((share) => split.bias + Math.log2(reach / (share * largest)))
    .filter((bias) => Math.abs(bias) <= 512);
}
