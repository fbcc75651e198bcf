import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { describeType } from "../../compiler/ir/describe.ts";
import { same, type TensorType, type Type, tensorType } from "../../compiler/ir/types.ts";
import { paddedShape, scaleShape } from "./blocks.ts";
import { hasFixedValues } from "./elements.ts";
import { quantized } from "./types.ts";

/** The types of the scale and zero operands of lowp.quantize, where they are there. */
export interface GivenTypes {
  readonly scale: Type | undefined;
  readonly zero: Type | undefined;
}

/** Scales given beforehand are one per block in the type's own scale type; zeros come with them or not at all. */
export function givenScaleProblems(output: TensorType, { scale, zero }: GivenTypes): readonly Mismatch[] {
  if (scale === undefined)
    return zero === undefined
      ? []
      : [mismatch("given-scale", "a zero is given without a scale", { hint: "give the scale before it" })];
  const { element: type, shape } = output;
  if (!quantized.is(type) || type.parameters.scale.kind !== "float")
    return [
      mismatch("given-scale", `${describeType(type)} cannot take a given scale`, {
        hint: "its scale must be a plain float",
      }),
    ];
  const { parameters } = type;
  if (!hasFixedValues(parameters.element))
    return [
      mismatch(
        "given-scale",
        `${describeType(type)} cannot take a given scale: its tables go with the data`,
        {
          hint: "use an element whose values the type fixes, such as !lowp.table<4, 1, nf>",
        },
      ),
    ];
  if (parameters.shift !== undefined)
    return [mismatch("given-scale", "a type with a shift cannot take a given scale", { hint: "use a zero" })];
  const blocks = scaleShape(paddedShape(shape, parameters.block, parameters.tail), parameters.block);
  return [
    ...wrongType("scale", scale, tensorType(blocks, parameters.scale)),
    ...wrongType("zero", zero, parameters.zero && tensorType(blocks, parameters.zero)),
  ];
}

function wrongType(what: string, found: Type | undefined, expected: Type | undefined): readonly Mismatch[] {
  if (same(found, expected)) return [];
  const wanted = expected ? describeType(expected) : "left out";
  return [
    mismatch(
      "given-scale",
      `${what} of lowp.quantize must be ${wanted}, not ${found ? describeType(found) : "left out"}`,
    ),
  ];
}
