import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { describeType } from "../../compiler/ir/describe.ts";
import { same, type Type } from "../../compiler/ir/types.ts";
import { hasLmul } from "../../compiler/numeric/lmul.ts";
import { describeElement, type ElementFloat, floatFormatOf } from "./elements.ts";
import { minifloat, quantized } from "./types.ts";

/** The float whose codes L-Mul of two tensor types adds; else why there is none. */
export function lmulFormat(input: Type, weight: Type): ElementFloat | Mismatch {
  const [left, right] = [floatOf("input", input), floatOf("weight", weight)];
  if (isMismatch(left)) return left;
  if (isMismatch(right)) return right;
  if (!same(valuesOf(left), valuesOf(right)))
    return mismatch(
      "lmul-operands",
      `the input is of ${describeFloat(left)} and the weight of ${describeFloat(right)}, expected one float for both`,
    );
  return hasLmul(left.format)
    ? left
    : mismatch("lmul-operands", `${describeFloat(left)} lacks bits of exponent or mantissa, expected both`);
}

/** Laws of `mul = lmul`. */
export function lmulProblems(
  { input, weight }: { readonly input: Type; readonly weight: Type },
  hasAccumulator: boolean,
): readonly Mismatch[] {
  if (hasAccumulator)
    return [
      mismatch("lmul-accumulator", "mul = lmul multiplies floats, but acc sums integers", {
        hint: "leave acc or mul out",
      }),
    ];
  const found = lmulFormat(input, weight);
  if (!isMismatch(found)) return [];
  const hint =
    "L-Mul adds codes of one float: quantize both sides to it, such as to f8E4M3FN with a scale, or leave mul out";
  return [{ ...found, hint }];
}

/** The float of a side all of whose numbers are scale · code value. */
function floatOf(side: string, type: Type): ElementFloat | Mismatch {
  const told = (found: string): Mismatch =>
    mismatch("lmul-operands", `the ${side} ${found}, expected codes of a float, with or without a scale`);
  if (type.kind !== "tensor" || type.element.kind !== "dialect") return told(`is ${describeType(type)}`);
  if (minifloat.is(type.element))
    return floatFormatOf({ kind: "custom", type: type.element }) ?? unreachable("a float of its own");
  if (!quantized.is(type.element)) return told(`is of !${type.element.name}`);
  const { element, zero, shift } = type.element.parameters;
  if (zero || shift) return told(`has a ${zero ? "zero" : "shift"}`);
  return floatFormatOf(element) ?? told(`is of ${describeElement(element)}`);
}

/** What says which number each code is: two spellings of one format agree in it. */
const valuesOf = ({ format: { name: _, ...fields }, factor }: ElementFloat) => ({ ...fields, factor });

/** `E4M3 (bias 7, fn)` */
function describeFloat({ format, factor }: ElementFloat): string {
  const { signed, exponentBits, mantissaBits, bias, specials } = format;
  const name = `${signed ? "" : "unsigned "}E${exponentBits}M${mantissaBits}`;
  // The factor is a rounded power of two: 12 digits give the bias as it was written.
  const exact = Number((bias - Math.log2(factor)).toPrecision(12));
  return `${name} (bias ${exact}, ${specials})`;
}
