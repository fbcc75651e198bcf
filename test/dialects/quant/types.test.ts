import { describe, expect, it } from "vitest";
import { reprinted } from "./parse.ts";

const normalFloat4 =
  "{-1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0}";

describe("canonical quantized types", () => {
  const texts = [
    "!quant.any<i8<-8:7>:f32>",
    "!quant.any<i8<-8:7>>",
    "!quant.any<u4>",
    "!quant.calibrated<f32<-0.998:1.2321>>",
    "!quant.uniform<i8<-8:7>:f32, 0.99872:127>",
    "!quant.uniform<u8:f32, 0.99872>",
    "!quant.uniform<si8:f32, 1.0>",
    "!quant.uniform<ui8:f64, 1.0>",
    "!quant.uniform<f8E4M3FN:bf16, 0.02>",
    "!quant.uniform<i8<-127:127>:f32:1, {0.5:3, 0.25}>",
    "!quant.uniform<i8:f32:1, {200.0:-120, 0.99872}>",
    "!quant.uniform<u8:f32:{0:1, 1:2}, {{2.0:120, 3.0:127}, {4.0, 5.0}}>",
    "!quant.uniform<u8:f32:{1:2, 0:8}, {{2.0}, {3.0}}>",
    "!quant.uniform<u8:f32:{}, {{2.0:120, 3.0:127}, {4.0, 5.0}}>",
    "tensor<2x4x!quant.uniform<u8:f32:{0:1, 1:2}, {{2.0:120, 3.0:127}, {4.0, 5.0}}>>",
    "tensor<?x2x!quant.uniform<i8<-127:127>:f32:1, {0.5:3, 0.25}>>",
    "tensor<*x!quant.uniform<i8:f16, 0.5:-3>>",
    `!quant.quantile<ui4:f16, ${normalFloat4}>`,
    "!quant.quantile<si8:f32, {-1.0, -0.5, 0.0, 0.5, 1.0}, <-2:2>>",
    "!quant.quantile<i8:f32, {-1.0, 0.0, 1.0}, <-1:1>>",
  ];
  for (const text of texts) it(`prints ${text} as read`, () => expect(reprinted(text)).toBe(text));
});

describe("quantized types written in another way", () => {
  const respelled: readonly (readonly [string, string, string])[] = [
    ["leaves out the full range", "!quant.any<i8<-128:127>>", "!quant.any<i8>"],
    ["leaves out the full range of floats", "!quant.any<f8E5M2<-57344:57344>>", "!quant.any<f8E5M2>"],
    ["leaves out a zero point of 0", "!quant.uniform<i8:f32, 1.0:0>", "!quant.uniform<i8:f32, 1.0>"],
    ["reads upstream's floats", "!quant.uniform<i8:f32, 2.000000e-02>", "!quant.uniform<i8:f32, 0.02>"],
    [
      "reads upstream's hexadecimal scales",
      "!quant.uniform<u8:f32, 0x41646ABBA0000000:128>",
      "!quant.uniform<u8:f32, 10704349.0:128>",
    ],
    [
      "reads lists without spaces",
      "!quant.uniform<u8:f32:{0:1,1:2}, {{2.0:120,3.0},{4.0,5.0}}>",
      "!quant.uniform<u8:f32:{0:1, 1:2}, {{2.0:120, 3.0}, {4.0, 5.0}}>",
    ],
  ];
  for (const [claim, text, printed] of respelled) it(claim, () => expect(reprinted(text)).toBe(printed));
});

describe("illegal quantized types", () => {
  const illegal: readonly (readonly [string, string])[] = [
    ["!quant.uniform<i8<2:1>:f32, 0.99872:127>", "illegal storage min and storage max: (2:1)"],
    ["!quant.uniform<i8<1:1>:f32, 0.99872:127>", "illegal storage min and storage max: (1:1)"],
    ["!quant.uniform<i4<-1:9>:f32, 0.99872:127>", "illegal storage type maximum: 9"],
    ["!quant.any<i4<-9:1>:f32>", "illegal storage type minimum: -9"],
    ["!quant.uniform<u4<-1:9>:f32, 0.99872>", "illegal storage type minimum: -1"],
    ["!quant.any<i33:f32>", "illegal storage type size: 33"],
    ["!quant.any<i1024<-4:3>:f32>", "illegal storage type size: 1024"],
    ["!quant.any<u0>", "illegal storage type size: 0"],
    ["!quant.any<int8<-4:3>:f32>", "illegal quantized storage type alias"],
    ["!quant.any<index>", "storage type must be an integer or float type"],
    ["!quant.any<i8<16>:f32>", "expected ':'"],
    ["!quant.any<i8<0.5:1>>", "expected integer value"],
    ["!quant.any<i8<-4:3>f32>", "expected '>'"],
    ["!quant.any<i8:i8>", "expressed type must be floating point"],
    ["!quant.uniform<i8<-4:3>:f32, 0.99872:127:3>", "expected '>'"],
    ["!quant.uniform<i8<-4:3>:f32, 0.5, 0.25>", "expected '>'"],
    ["!quant.uniform<i8<-4:3>f32, 0.99872:127>", "expected ':'"],
    ["!quant.uniform<i8, 0.99872:127>", "expected ':'"],
    ["!quant.uniform<i8<-4:3>:f32 0.99872:127>", "expected ','"],
    ["!quant.uniform<i8<-4:3>:f32>", "expected ','"],
    ["!quant.uniform<i8<-4:3>:f33, 0.99872:127>", "expressed type must be floating point"],
    ["!quant.uniform<i8<-4:3>:f32, abc:127>", "expected floating point literal"],
    ["!quant.uniform<i8<-4:3>:f32, 2>", "expected floating point literal"],
    ["!quant.uniform<i8<-4:3>:f32, 0.1:abc>", "expected integer value"],
    ["!quant.uniform<i8:f32, {2.0, 3.0:1}>", "expected floating point literal"],
    ["!quant.uniform<i8:f32:1, 2.0>", "expected '{'"],
    ["!quant.uniform<i8:f32:1, {{2.0}, {3.0}}>", "expected floating point literal"],
    ["!quant.uniform<i8:f32, -1.0:127>", "illegal scale: -1.000000"],
    ["!quant.uniform<i8:f32, 0.0>", "illegal scale: 0.000000"],
    ["!quant.uniform<i8:f16, 5.8e-8>", "scale out of expressed type range"],
    ["!quant.uniform<i8:f16, 6.6e4>", "scale out of expressed type range"],
    ["!quant.uniform<i8:f16:1, {2.0,5.8e-8}>", "scale out of expressed type range"],
    ["!quant.uniform<i8:f16:{0:1,1:2}, {{6.6e4:120,0.5}, {2.0,3.0}}>", "scale out of expressed type range"],
    ["!quant.uniform<i8:f32:-1, {2.0,3.0:1}>", "illegal quantized dimension: -1"],
    ["!quant.uniform<u8:f32:{0:1,-1:2}, {{2.0}}>", "illegal quantized dimension: -1"],
    ["!quant.uniform<u8:f32:{0:0,1:2}, {{2.0}}>", "illegal block size: 0"],
    ["!quant.uniform<u8:f32:{0:-1,1:2}, {{2.0}}>", "illegal block size: -1"],
    ["!quant.uniform<u8:f32:{0,1:2}, {{2.0}}>", "expected ':'"],
    ["!quant.uniform<u8:f32:x, {2.0}>", "expected integer value"],
    ["!quant.uniform<u8:f32:{0:1}, {}>", "expected floating point literal"],
    [
      "!quant.uniform<u8:f32:{0:1,1:2}, {{2.0:120,0.5:127}, {2.0}}>",
      "tensor literal is invalid; ranks are not consistent between elements",
    ],
    ["!quant.calibrated<f32<2.0:1.0>>", "illegal min and max: (2.000000e+00:1.000000e+00)"],
    ["!quant.calibrated<f32>", "calibrated values must be present"],
    ["!quant.calibrated<i8<0.0:1.0>>", "expressed type must be floating point"],
    ["!quant.quantile<tensor<1xf32>:f32, {1.0}>", "storage type must be an integer or float type"],
    ["!quant.quantile<ui4:tensor<1xf32>, {1.0}>", "quantile type must be a float or integer type"],
    ["!quant.quantile<ui4:f16, {}>", "quantile values must not be empty"],
    [
      "!quant.quantile<ui4:f16, {-1.0, 0.0, 1.0}>",
      "quantile LUT size (3) must equal the number of representable storage values (16)",
    ],
    [
      "!quant.quantile<f4E2M1FN:f16, {-1.0, 0.0, 1.0}, <-6:6>>",
      "quantile LUT size (3) must equal the number of representable storage values (13)",
    ],
    ["!quant.quantile<si4:f32, {-2.0}, <5:3>>", "storage min must be less than storage max"],
  ];
  for (const [text, message] of illegal)
    it(`refuses ${text}`, () => expect(reprinted(text)).toEqual([message]));
});

describe("tensors of quantized types", () => {
  const blocks = "!quant.uniform<u8:f32:{0:1,1:2}, {{2.0:120,0.5:127}, {2.0,0.5}}>";
  const illegal: readonly (readonly [string, string])[] = [
    ["tensor<2x3x!quant.uniform<i8:f32:2, {1.0, 2.0}>>", "quantized dimension must be less than tensor rank"],
    [
      "tensor<2x3x4x!quant.uniform<i8:f32:2, {1.0, 2.0, 3.0}>>",
      "quantized dimension size does not match number of scales",
    ],
    [
      "tensor<2x4x!quant.uniform<u8:f32:{0:1,3:2}, {{2.0,0.5}, {2.0,0.5}}>>",
      "quantized dimension 3 must be less than tensor rank 2",
    ],
    [
      "tensor<2x4x!quant.uniform<u8:f32:{0:1,1:3}, {{2.0,0.5}, {2.0,0.5}}>>",
      "tensor dimension size 4 at axis 1 must be divisible by the corresponding block size 3",
    ],
    [
      "tensor<0x4x!quant.uniform<u8:f32:{1:2}, {{2.0,0.5}, {2.0,0.5}}>>",
      "tensor dimension size of zero is not allowed with sub-channel quantization",
    ],
    [
      "tensor<?x?x!quant.uniform<u8:f32:{}, {{{2.0:120}}}>>",
      "Rank of scales 3 must match the rank of the tensor 2",
    ],
    [
      "tensor<2x4x!quant.uniform<u8:f32:{0:1,1:2}, {{2.0:120}, {2.0}}>>",
      "dimension size 1 of scales tensor at axis 1 should match (tensor dimension at axis / block sizes at axis) = 2",
    ],
  ];
  for (const [text, message] of illegal)
    it(`refuses ${text}`, () => expect(reprinted(text)).toEqual([message]));

  it("leaves a dynamic extent to run time", () =>
    expect(reprinted(`tensor<?x?x${blocks}>`)).not.toBeInstanceOf(Array));
});
