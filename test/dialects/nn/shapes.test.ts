import { describe, expect, test } from "vitest";
import { f16, i32 } from "../../../compiler/ir/types.ts";
import { describeInference, type TypeSlots } from "./describe-inference.ts";

type Row = readonly [op: string, operands: TypeSlots, attributes: Record<string, unknown>, result: string];

const image = "2x4x8x8xf32";
const rows: readonly Row[] = [
  ["linear", { input: "?x64xf32", weight: "128x64xbf16", bias: "128xf16" }, {}, "?x128xf32"],
  ["linear", { input: "3x?xf64", weight: "?x64xf32" }, {}, "3x?xf64"],
  ["linear", { input: "64xf32", weight: "8x64xf32" }, {}, "8xf32"],
  ["matmul", { left: "2x3xf32", right: "3x4xf16" }, {}, "2x4xf32"],
  ["matmul", { left: "3xf32", right: "3xf32" }, {}, "f32"],
  ["matmul", { left: "3xf32", right: "5x3x4xf32" }, {}, "5x4xf32"],
  ["matmul", { left: "5x1x2x3xf32", right: "1x7x3x?xf32" }, {}, "5x7x2x?xf32"],
  ["matmul", { left: "?x3xf32", right: "3xf32" }, {}, "?xf32"],
  ["attention", { query: "?x8x16xf32", keys: "?x2x16xbf16", values: "?x2x12xbf16" }, {}, "?x8x12xf32"],
  ["attention", { query: "1x8x16xf64", keys: "9x?x?xf64", values: "9x2x?xf64" }, {}, "1x8x?xf64"],
  ["rope", { input: "?x4x8xf32", positions: "?xi32" }, {}, "?x4x8xf32"],
  ["rope", { input: "5x4x?xf32", positions: "?xi32" }, {}, "5x4x?xf32"],
  ["rms_norm", { input: "?x64xf32", gain: "64xbf16" }, {}, "?x64xf32"],
  ["rms_norm", { input: "?x64xf32" }, {}, "?x64xf32"],
  ["layer_norm", { input: "?x4x6xf32", gain: "4x6xf32", bias: "4x6xf32" }, { axis: 1 }, "?x4x6xf32"],
  ["layer_norm", { input: "?x6xf32", gain: "6xf32" }, {}, "?x6xf32"],
  ["softmax", { input: "?x6xf32" }, { axis: 0 }, "?x6xf32"],
  ["log_softmax", { input: "?x6xf64" }, {}, "?x6xf64"],
  ["gelu", { input: "?xf32" }, { approximation: "tanh" }, "?xf32"],
  ["clip", { input: "2xi32" }, { min: 0, max: 5 }, "2xi32"],
  ["add", { left: "?x1x4xf32", right: "5x4xf32" }, {}, "?x5x4xf32"],
  ["add", { left: "?x4xf32", right: "?x1xf32" }, {}, "?x4xf32"],
  ["mul", { left: "?xi32", right: "7xi32" }, {}, "7xi32"],
  ["sub", { left: "f32", right: "2x?xf32" }, {}, "2x?xf32"],
  ["sum", { input: "2x?x4xf32" }, {}, "f32"],
  ["sum", { input: "2x?x4xi32" }, { axes: [-1, 0] }, "?xi32"],
  ["mean", { input: "2x?x4xf32" }, { axes: [2], keep_dims: true }, "2x?x1xf32"],
  ["reduce_max", { input: "0xf32" }, {}, "f32"],
  ["argmax", { input: "2x?xf32" }, {}, "2xi32"],
  ["argmax", { input: "2x3xf32" }, { axis: 0, keep_dims: true }, "1x3xi32"],
  ["conv2d", { input: image, weight: "6x4x3x3xf16", bias: "6xf16" }, { pads: [1, 1, 1, 1] }, "2x6x8x8xf32"],
  ["conv2d", { input: image, weight: "6x2x3x3xf32" }, { groups: 2, strides: [2, 1] }, "2x6x3x6xf32"],
  ["conv2d", { input: "?x?x?x8xf32", weight: "6x4x3x3xf32" }, { dilations: [1, 2] }, "?x6x?x4xf32"],
  ["max_pool2d", { input: image }, { kernel: [2, 3], strides: [2, 3] }, "2x4x4x2xf32"],
  ["max_pool2d", { input: image }, { kernel: [2, 3], strides: [2, 3], ceil_mode: true }, "2x4x4x3xf32"],
  ["average_pool2d", { input: "?x4x?x8xf32" }, { kernel: [2, 2] }, "?x4x?x7xf32"],
  ["global_average_pool", { input: "?x4x?x8xf32" }, {}, "?x4x1x1xf32"],
  ["reshape", { input: "?x128xf32" }, { shape: [-1, 4, 32] }, "?x4x32xf32"],
  ["reshape", { input: "6x4xbf16" }, { shape: [-1, 3] }, "8x3xbf16"],
  ["reshape", { input: "?x?xf32" }, { shape: [3, 5] }, "3x5xf32"],
  ["reshape", { input: "1xf32" }, { shape: [] }, "f32"],
  ["reshape", { input: "0x?xf32" }, { shape: [-1, 7] }, "0x7xf32"],
  ["transpose", { input: "2x?x4xf32" }, { permutation: [2, 0, 1] }, "4x2x?xf32"],
  ["concat", { inputs: ["2x3xf32", "?x3xf32"] }, { axis: 0 }, "?x3xf32"],
  ["concat", { inputs: ["?x3xf32", "2x4xf32", "?x1xf32"] }, { axis: -1 }, "2x8xf32"],
  ["slice", { input: "9x8xf32" }, { starts: [1, 0], sizes: [-1, 3], strides: [3, 2] }, "3x3xf32"],
  ["slice", { input: "9xf32" }, { starts: [-1], sizes: [-1], strides: [-2] }, "5xf32"],
  ["slice", { input: "?x8xf32" }, { starts: [-1, 0], sizes: [1, -1] }, "1x8xf32"],
  ["slice", { input: "?xf32" }, { starts: [1], sizes: [-1] }, "?xf32"],
  ["slice", { input: "3xf32" }, { starts: [3], sizes: [0] }, "0xf32"],
  ["pad", { input: "?x2xf32" }, { low: [1, 1], high: [0, 3] }, "?x6xf32"],
  ["gather", { table: "5x6xi64", indices: "2x?xi32" }, { axis: 1 }, "5x2x?xi64"],
  ["embedding", { table: "100x8xbf16", tokens: "?xi64" }, {}, "?x8xf32"],
  ["embedding", { table: "100x8xf64", tokens: "2x?xi32" }, {}, "2x?x8xf64"],
  ["where", { condition: "?x1xi1", whenTrue: "4xf16", whenFalse: "f16" }, {}, "?x4xf16"],
  ["compare", { left: "?x1xi64", right: "4xi64" }, { predicate: "lt" }, "?x4xi1"],
  ["cast", { input: "?x3xf32" }, { element: f16 }, "?x3xf16"],
  ["zeros", {}, { shape: [2, 0], element: i32 }, "2x0xi32"],
  ["iota", {}, { shape: [2, 5], axis: -1 }, "2x5xi32"],
  ["positions", { input: "?x4x8xf32" }, {}, "?xi32"],
  ["broadcast_to", { input: "?x1xf32" }, { shape: [3, -1, 5] }, "3x?x5xf32"],
];

describe("inferred types", () => {
  for (const [op, operands, attributes, result] of rows)
    test(`of nn.${op} of ${JSON.stringify(operands)} with ${JSON.stringify(attributes)} are ${result}`, () => {
      expect(describeInference(op, operands, attributes)).toBe(result);
    });
});
