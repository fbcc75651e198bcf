import { describe, expect, it } from "vitest";
import { codeValues, makeElementEncoder } from "../../../dialects/lowp/element-codec.ts";
import {
  bitsOfElement,
  describeElement,
  type ElementFormat,
  isSignedElement,
  largestMagnitude,
} from "../../../dialects/lowp/elements.ts";
import { quantized } from "../../../dialects/lowp/types.ts";
import { lowpType } from "./text.ts";

function elementOf(text: string): ElementFormat {
  const type = lowpType(`!lowp.q<${text}, block = [1], scale = f32>`);
  if (!quantized.is(type)) throw new Error(`${text} is an element`);
  return type.parameters.element;
}

describe("elements", () => {
  it.each([
    ["i4", 4, true, 7],
    ["i8", 8, true, 127],
    ["i2", 2, true, 1],
    ["i1", 1, true, 1],
    ["si16", 16, true, 32767],
    ["i4<-7:7>", 4, true, 7],
    ["i3<-2:2>", 3, true, 2],
    ["ui4", 4, false, 15],
    ["f4E2M1FN", 4, true, 6],
    ["f8E4M3FN", 8, true, 448],
    ["f8E8M0FNU", 8, false, 2 ** 127],
    ["trit", 2, true, 1],
    ["bipolar3", 3, true, 7],
    ["!lowp.float<3, 2, 3, none>", 6, true, 28],
    ["!lowp.float<3, 2, 4, none>", 6, true, 14],
    ["!lowp.table<4, 2, f16>", 4, true, 1],
    ["!lowp.table<4, 1, nf>", 4, true, 1],
    ["!lowp.table<6, 1, power<0.5>>", 6, true, 1],
    ["!lowp.table<4, 1, bitmod>", 4, true, 48],
    ["!lowp.table<8, 2, olive>", 8, true, 96],
    ["!lowp.table<3, 1, log_sqrt2>", 3, false, 1],
  ])("%s has %i bits, signed %s, largest magnitude %s", (text, bits, signed, largest) => {
    const element = elementOf(text);
    expect([bitsOfElement(element), isSignedElement(element), largestMagnitude(element)]).toEqual([
      bits,
      signed,
      largest,
    ]);
    expect(describeElement(element)).toBe(text.replace(/(!lowp\.\w+)<.*/, "$1"));
  });

  it("a bipolar element has the odd integers", () => {
    expect([...codeValues(elementOf("bipolar3"))!]).toEqual([-7, -5, -3, -1, 1, 3, 5, 7]);
  });

  it.each([
    ..."bipolar3 f4E2M1FN f8E5M2".split(" "),
    "!lowp.float<3, 2, 3.5, none>",
    "!lowp.float<0, 5, 1, none>",
    "!lowp.table<4, 1, nf>",
    "!lowp.table<7, 1, nf>",
    "!lowp.table<8, 1, log_sqrt2>",
  ])("%s encodes every value to its own code", (text) => {
    const element = elementOf(text);
    const encode = makeElementEncoder(element, {
      rounding: "half_even",
      overflow: "inf",
      random: undefined,
    });
    const values = [...codeValues(element)!];
    expect(values.filter((value, code) => !Number.isNaN(value) && encode(value) !== code)).toEqual([]);
  });
});
