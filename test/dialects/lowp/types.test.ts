import { describe, expect, it } from "vitest";
import { isTensor, printType, readType } from "./text.ts";

const nvfp4Scale = "!lowp.q<f8E4M3FN, block = [*, *], scale = f32>";

/** Every system of FORMATS-AND-ALGORITHMS.md §7.2 that the grammar covers. */
const systems: Readonly<Record<string, string>> = {
  MXFP4: "!lowp.q<f4E2M1FN, block = [1, 32], scale = f8E8M0FNU>",
  "MXFP4 without clipping": "!lowp.q<f4E2M1FN, block = [1, 32], scale = f8E8M0FNU, scale_rounding = ceil>",
  MXINT8: "!lowp.q<i8<-127:127>, block = [1, 32], scale = f8E8M0FNU>",
  NVFP4: `!lowp.q<f4E2M1FN, block = [1, 16], scale = ${nvfp4Scale}>`,
  "NVFP4 of weights": `!lowp.q<f4E2M1FN, block = [16, 16], scale = ${nvfp4Scale}>`,
  QLoRA:
    "!lowp.sum<!lowp.q<!lowp.table<4, 1, nf>, block = [1, 64], scale = !lowp.q<ui8, block = [1, 256], scale = f32, shift = f32, tail = short>>, !lowp.lowrank<16, bf16, bf16>>",
  SpQR: "!lowp.sum<!lowp.q<ui3, block = [1, 16], scale = !lowp.q<ui3, block = [16, 1], scale = f16, zero = f16>, zero = !lowp.q<ui3, block = [16, 1], scale = f16, zero = f16>>, !lowp.sparse<csr, f16>>",
  SqueezeLLM:
    "!lowp.sum<!lowp.q<!lowp.table<4, 1, f16, per = row>, block = [*, *], scale = f32>, !lowp.sparse<csr, f16>>",
  PTQTP:
    '!lowp.sum<!lowp.q<trit, block = [1, 128], scale = f16, pack = "trits">, !lowp.q<trit, block = [1, 128], scale = f16>>',
  BinaryDM:
    "!lowp.sum<!lowp.q<bipolar1, block = [1, *], scale = f32>, !lowp.q<bipolar1, block = [1, *], scale = f32>>",
  GEAR: "!lowp.sum<!lowp.q<ui2, block = [1, 32], scale = f16, zero = ui2>, !lowp.lowrank<4, f16, f16>, !lowp.sparse<csr, f16>>",
  AQLM: "!lowp.sum<!lowp.q<!lowp.table<8, 8, f16>, block = [1, *], scale = f16>, !lowp.q<!lowp.table<8, 8, f16>, block = [1, *], scale = f16>>",
  "LLM.int8": "!lowp.split<1, [(16:f16), (1008:!lowp.q<i8, block = [1, *], scale = f32>)], permuted = true>",
  COMET:
    "!lowp.split<1, [(128:!lowp.q<i8, block = [1, 128], scale = f16>), (896:!lowp.q<i4, block = [1, 128], scale = f16>)]>",
  "KIVI keys": "!lowp.ring<!lowp.q<ui2, block = [32, 1], scale = f16, zero = f16>, f16, 128, 0>",
  "E2M1 with UE5M3 scales":
    "!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.float<5, 3, 15, fn, sign = unsigned>>",
  "scales that are powers of two below the row's largest":
    "!lowp.q<f4E2M1FN, block = [1, 128], scale = !lowp.q<!lowp.float<4, 0, 15, none, sign = unsigned>, block = [1, *], scale = f32, rounding = ceil>>",
  DFloat11: "!lowp.entropy<huffman, bf16>",
  "truncated bf16": "!lowp.float<8, 3, 127, ieee>",
  "minifloat without subnormals":
    "!lowp.q<!lowp.float<4, 3, 7, fn, subnormals = flush>, block = [1, *], scale = f32>",
  "FP6 in planes": '!lowp.q<f6E3M2FN, block = [1, *], scale = f16, pack = "planes[2,4]">',
  "bit planes": '!lowp.q<bipolar3, block = [1, *], scale = f16, pack = "planes[1,1,1]">',
  DFP: "!lowp.q<i16, block = [*, *], scale = f8E8M0FNU, scale_rounding = nearest>",
  BitMoD:
    "!lowp.q<!lowp.table<3, 1, bitmod>, block = [1, 128], scale = !lowp.q<i8, block = [1, *], scale = f32>>",
  NUPES: "!lowp.q<!lowp.table<4, 1, power<0.7>>, block = [1, *], scale = f32>",
  OliVe: "!lowp.q<!lowp.table<8, 2, olive>, block = [*, *], scale = f32>",
  RepQuant: "!lowp.q<!lowp.table<4, 1, log_sqrt2>, block = [*, *], scale = f32>",
  LoRD: "!lowp.lowrank<64, f16, f16>",
  "semi-structured": "!lowp.sparse<nm 2:4, !lowp.q<si4, block = [1, 64], scale = f16>>",
  GQSA: "!lowp.sparse<group 16, !lowp.q<ui4, block = [1, *], scale = f16, zero = ui4>>",
  masked: "!lowp.sparse<bitmap, bf16>",
  minifloat: "!lowp.q<!lowp.float<3, 2, 3, none>, block = [1, *], scale = f32, rounding = stochastic>",
  "minifloat with a searched bias":
    "!lowp.q<!lowp.float<4, 3, 7.25, fn>, block = [*], scale = f32, tail = pad>",
  "half with infinity": "!lowp.q<f8E5M2, block = [*], scale = f32, rounding = trunc, overflow = inf>",
};

describe("the text of lowp types", () => {
  it.each(Object.entries(systems))("reads and prints %s unchanged", (_, text) => {
    const { type, diagnostics } = readType(text);
    expect(diagnostics.map(({ message }) => message)).toEqual([]);
    expect(printType(type)).toBe(text);
  });

  it("prints a part of a split without spaces, however it was written", () => {
    const { type } = readType("!lowp.split<0, [(2 : f16), (3 :f32)]>");
    expect(printType(type)).toBe("!lowp.split<0, [(2:f16), (3:f32)]>");
  });

  it("leaves out what has its default value", () => {
    const { type } = readType(
      '!lowp.q<i4, tail = error, block = [1], rounding = half_even, scale = f32, overflow = saturate, pack = "lsb_first">',
    );
    expect(printType(type)).toBe("!lowp.q<i4, block = [1], scale = f32>");
  });

  it("keeps a layout in the encoding slot", () => {
    const text =
      'tensor<64x64xf32, #lowp.layout<frame = #rot.frame<@R1 on 1>, sparse = 2:4 on 1, pack = "planes">>';
    const { type, diagnostics } = readType(text);
    expect(diagnostics).toEqual([]);
    expect(printType(type)).toBe(text);
  });
});

const q = (rest: string, element = "i4"): string => `!lowp.q<${element}, ${rest}>`;
const wrongTypes: readonly (readonly [string, string, string])[] = [
  [q("block = [0, 32], scale = f16"), "block-extent", "block entry of axis 0 is 0, at least 1 or * expected"],
  [q("block = [1], scale = i8"), "scale-type", "scale is i8, expected a float or lowp value type"],
  [q("block = [1], scale = f32", "i17"), "element-width", "i17 has 17 bits, expected 1 to 16 for an element"],
  [
    q("block = [1], scale = f32", "bipolar17"),
    "element-width",
    "bipolar17 has 17 bits, expected 1 to 16 for an element",
  ],
  [
    q("block = [1], scale = f32", "i4<-9:7>"),
    "element-range",
    "range -9:7 does not fit i4, which holds -8:7",
  ],
  [q("block = [1], scale = f32", "ui4<3:3>"), "element-range", "range 3:3 is empty, expected lower < upper"],
  [
    q("block = [1], scale = f32", "ui4<1:3>"),
    "element-range",
    "range 1:3 has no zero, expected lower <= 0 <= upper",
  ],
  [
    q("block = [1], scale = f32, scale_rounding = ceil"),
    "scale-rounding",
    "scale_rounding = ceil needs scale = f8E8M0FNU, found f32",
  ],
  [
    q("block = [1], scale = f32, zero = ui4, shift = f32"),
    "zero-and-shift",
    "zero and shift are both given, expected one of them",
  ],
  [
    q("block = [1], scale = f32, zero = ui4", "f4E2M1FN"),
    "zero-element",
    "zero needs an integer element, found f4E2M1FN",
  ],
  [q("block = [1], scale = f32, zero = i20"), "zero-width", "zero has 20 bits, expected 1 to 16 or 32"],
  [
    q("block = [1], scale = f32, shift = i4"),
    "shift-type",
    "shift is i4, expected a float or lowp value type",
  ],
  [
    q("block = [1], scale = f32, overflow = inf"),
    "overflow",
    "overflow = inf needs infinity or NaN, i4 has neither",
  ],
  [q('block = [1], scale = f32, pack = "trits"'), "pack", 'pack = "trits" needs a trit element, found i4'],
  [q('block = [1], scale = f32, pack = "planes[2,4]"', "i5"), "pack", "the planes hold 6 bits, i5 has 5"],
  [q('block = [1], scale = f32, pack = "planes[4]"'), "pack", "one plane of 4 bits is no split"],
  [
    q('block = [1], scale = f32, pack = "planes[0,4]"'),
    "pack",
    'pack is "planes[0,4]", expected "lsb_first", "trits" or "planes[…]"',
  ],
  [
    q('block = [1], scale = f32, pack = "msb"'),
    "pack",
    'pack is "msb", expected "lsb_first", "trits" or "planes[…]"',
  ],
  [
    q("block = [1, 32], scale = !lowp.q<i8, block = [*], scale = f32>"),
    "nested-rank",
    "the inner block has 1 entries, the outer one 2",
  ],
  ["!lowp.sum<f16>", "sum-terms", "a sum has at least two terms, found 1"],
  ["!lowp.sum<f16, i8>", "value-type", "a term is an integer type, expected a float or lowp value type"],
  ["!lowp.split<0, []>", "split-parts", "a split has 0 parts, at least 1 expected"],
  ["!lowp.split<0, [(0 : f16)]>", "split-extent", "part 0 has extent 0, at least 1 expected"],
  ["!lowp.sparse<nm 5:4, f16>", "sparse-pattern", "5:4 keeps 5 of 4, expected 0 < n <= m in n:m"],
  ["!lowp.sparse<group 0, f16>", "sparse-group", "group size is 0, at least 1 expected"],
  ["!lowp.lowrank<0, f16, f16>", "lowrank-rank", "inner extent is 0, at least 1 expected"],
  ["!lowp.ring<f16, f16, -1, 1>", "ring-window", "window is -1, at least 0 expected"],
  [
    "!lowp.ring<f16, !lowp.q<i8, block = [1], scale = f16>, 4, 0>",
    "ring-recent",
    "the tail of a ring is !lowp.q, a float type expected",
  ],
  [
    "!lowp.float<8, 8, 127, ieee>",
    "float-width",
    "sign, 8 exponent and 8 mantissa bits make 17, at most 16 expected",
  ],
  [
    "!lowp.float<0, 3, 1, ieee>",
    "float-specials",
    "ieee specials need an exponent bit, found 0 exponent bits",
  ],
  [
    "!lowp.float<1, 0, 0, ieee>",
    "float-empty",
    "1 exponent and 0 mantissa bits with ieee specials leave no value but zero",
  ],
  ["!lowp.entropy<huffman, f16>", "entropy-values", "entropy coding is of bf16, found f16"],
  [
    "!lowp.float<3, 2, 4, fnuz, sign = unsigned>",
    "float-specials",
    "fnuz makes the code of -0 NaN, and an unsigned float has no -0",
  ],
  [
    "!lowp.float<3, 0, 3, none, subnormals = flush>",
    "float-subnormals",
    "subnormals = flush has no effect on 3 exponent and 0 mantissa bits",
  ],
  [
    "!lowp.float<0, 0, 0, none, sign = unsigned>",
    "float-width",
    "no exponent and no mantissa bits, at least one bit expected",
  ],
  ["!lowp.float<4, 3, 600, fn>", "float-bias", "bias is 600, expected one between -512 and 512"],
];

describe("the laws of lowp types alone", () => {
  it.each(wrongTypes)("%s breaks %s", (text, code, message) => {
    expect(readType(text).diagnostics.map((found) => [found.code, found.message])).toEqual([[code, message]]);
  });

  it("takes no element of more than 8 float bits", () => {
    for (const element of ["f16", "bf16", "f32", "index", "octit", "bipolar0"])
      expect(readType(q("block = [1], scale = f32", element)).diagnostics[0]?.message).toContain(
        "lowp.q needs element",
      );
  });
});

const wrongTensors: readonly (readonly [string, string, string])[] = [
  [
    `64x64x${q("block = [1, 24], scale = f16")}`,
    "block-divides",
    "block 24 does not divide extent 64 of axis 1",
  ],
  [`64x${q("block = [1, 24], scale = f16")}`, "block-rank", "block has 2 entries, the tensor has rank 1"],
  [
    `4x64x${q("block = [1, 32], scale = !lowp.q<i8, block = [1, 3], scale = f32>")}`,
    "block-divides",
    "block 3 does not divide extent 2 of axis 1",
  ],
  [
    `4x9x${q("block = [*, *], scale = f32", "!lowp.table<8, 8, f16>")}`,
    "table-divides",
    "8 values per code do not divide extent 9 of the last axis",
  ],
  ["4x66x!lowp.sparse<nm 2:4, f16>", "sparse-divides", "2:4 needs a multiple of 4 along axis 1, found 66"],
  [
    "4x66x!lowp.sparse<group 4, f16>",
    "sparse-divides",
    "group 4 needs a multiple of 4 along axis 1, found 66",
  ],
  ["4x4x4x!lowp.sparse<csr, f16>", "sparse-rank", "csr needs a tensor of rank 2, found rank 3"],
  [
    "8x128x!lowp.split<1, [(32 : f16), (64 : f32)]>",
    "split-extents",
    "parts add up to 96, axis 1 has extent 128",
  ],
  ["8x128x!lowp.split<2, [(32 : f16)]>", "axis-range", "axis 2 is out of range for rank 2"],
  ["8x!lowp.lowrank<2, f16, f16>", "lowrank-matrix", "lowrank needs a tensor of rank 2, found rank 1"],
  ["8x!lowp.ring<f16, f16, 4, 1>", "axis-range", "axis 1 is out of range for rank 1"],
  [
    "8x4x!lowp.ring<!lowp.q<i8, block = [*, 4], scale = f16>, f16, 4, 0>",
    "ring-group",
    "the old entries of a ring cannot be rounded in groups along axis 0",
  ],
  [
    "8x4x!lowp.ring<!lowp.q<!lowp.table<4, 1, f16>, block = [1, 4], scale = f16>, f16, 4, 0>",
    "ring-group",
    "the old entries of a ring cannot be rounded in groups along axis 0",
  ],
  [
    "8x4x!lowp.ring<!lowp.q<i8, block = [3, 4], scale = f16>, f16, 4, 0>",
    "ring-window",
    "window 4 does not hold whole groups of 3 entries",
  ],
  [
    "8x4x!lowp.ring<!lowp.q<i8, block = [2, 4], scale = !lowp.q<ui8, block = [3, 1], scale = f16>>, f16, 4, 0>",
    "ring-window",
    "window 4 does not hold whole groups of 6 entries",
  ],
  [
    "8x6xf32, #lowp.layout<sparse = 2:4 on 1>",
    "sparse-divides",
    "2:4 needs a multiple of 4 along axis 1, found 6",
  ],
  ["8x6xf32, #lowp.layout<sparse = 2:4 on 2>", "axis-range", "axis 2 is out of range for rank 2"],
];

describe("the laws of lowp types in a tensor", () => {
  it.each(wrongTensors)("tensor<%s> breaks %s", (text, code, message) => {
    expect(readType(`tensor<${text}>`).diagnostics.map((found) => [found.code, found.message])).toEqual([
      [code, message],
    ]);
  });

  it("names divisors near a block that does not divide", () => {
    const hint = (shape: string, block: number) =>
      readType(`tensor<${shape}x${q(`block = [${block}], scale = f16`)}>`).diagnostics[0]?.hint;
    expect(hint("64", 24)).toBe("use 16 or 32, or tail = short");
    expect(hint("12", 100)).toBe("use 12, or tail = short");
    expect(hint("13", 5)).toBe("use 1 or 13, or tail = short");
  });

  it.each([
    `?x64x${q("block = [7, 32], scale = f16")}`,
    `5x7x${q("block = [2, 4], scale = f16, tail = short")}`,
    `5x7x${q("block = [2, 4], scale = f16, tail = pad")}`,
    "?x?x!lowp.sparse<nm 2:4, f16>",
    "8x?x!lowp.split<1, [(32 : f16)]>",
    "?x?x!lowp.lowrank<2, f16, f16>",
  ])("tensor<%s> passes", (text) => {
    const { type, diagnostics } = readType(`tensor<${text}>`);
    expect([isTensor(type), diagnostics]).toEqual([true, []]);
  });
});
