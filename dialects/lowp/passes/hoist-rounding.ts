import { definePattern } from "../../../compiler/define/pattern.ts";
import { same, type TensorType } from "../../../compiler/ir/types.ts";
import { describeElement } from "../elements.ts";
import { dequantize, quantize, requantize } from "../ops.ts";
import { requantizeProblems } from "../requantize.ts";
import { quantized } from "../types.ts";

const sameScales = "codes of the same scales, given to both";

/**
 * quantize(dequantize(q), s, z) = q where q was itself made with scales s and zeros z in the same type of integers
 * rounded to nearest: s · (q − z) is far less than half a step from itself, as long as s times the largest code is finite.
 */
export const dropRequantization = definePattern(
  "drop-requantization",
  quantize,
  ["a dequantized input", "scales that are given", sameScales, "integers rounded to nearest"],
  ({ operands, attributes, results }, rewriter) => {
    const numbers = rewriter.producer(operands.input, dequantize);
    if (!numbers) return rewriter.unmet("a dequantized input", rewriter.describe(operands.input));
    if (operands.scale === undefined) return rewriter.unmet("scales that are given", "scales of the data");
    const before = rewriter.producer(numbers.operands.input, quantize);
    if (!before) return rewriter.unmet(sameScales, rewriter.describe(numbers.operands.input));
    const types = [results.output, numbers.operands.input].map((value) => rewriter.typeOf(value));
    const isSame =
      before.operands.scale === operands.scale &&
      before.operands.zero === operands.zero &&
      attributes.seed === undefined &&
      same(types[0], types[1]);
    if (!isSame) return rewriter.unmet(sameScales, "codes of other scales, or of another type");
    const element = (types[0] as TensorType).element;
    const parameters = quantized.is(element) ? element.parameters : undefined;
    // Rounded down, a number that f32 holds a little too small would become the code below.
    const isNearest = parameters?.rounding === "half_even" || parameters?.rounding === "half_away";
    if (parameters?.element.kind !== "integer" || !isNearest)
      return rewriter.unmet("integers rounded to nearest", "another element, or another rounding");
    return { output: numbers.operands.input };
  },
);

const fewerBits = "codes that fewer bits can be taken from";

/**
 * quantize(dequantize(q)) ≈ requantize(q): codes are rounded instead of numbers, ties up, and the scale is a power of
 * two times that of q instead of one of the data. (Double Rounding, A20)
 */
export const requantizeCodes = definePattern(
  "requantize-codes",
  quantize,
  ["a dequantized input", "scales of the data", fewerBits],
  ({ operands, results }, rewriter) => {
    const numbers = rewriter.producer(operands.input, dequantize);
    if (!numbers) return rewriter.unmet("a dequantized input", rewriter.describe(operands.input));
    if (operands.scale !== undefined) return rewriter.unmet("scales of the data", "scales that are given");
    const { input } = numbers.operands;
    const [from, to] = [rewriter.typeOf(input), rewriter.typeOf(results.output)] as TensorType[];
    const [problem] = requantizeProblems(from!.element, to!.element);
    if (problem) return rewriter.unmet(fewerBits, problem.message);
    rewriter.note(`codes of ${elementName(from!)} to ${elementName(to!)}`);
    return rewriter.build(requantize, { input }, {}, { output: to! });
  },
);

const elementName = ({ element }: TensorType): string =>
  quantized.is(element) ? describeElement(element.parameters.element) : "another type";
