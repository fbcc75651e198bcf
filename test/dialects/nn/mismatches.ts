import { f32, index, type Type, tensorType } from "../../../compiler/ir/types.ts";
import { type TypeSlots, tensor } from "./describe-inference.ts";

export type Row = readonly [
  op: string,
  operands: TypeSlots,
  attributes: Record<string, unknown>,
  error: string,
];

/** A tensor in some frame other than the identity. */
export const framed = (frame: string): Type =>
  tensorType([4], f32, { kind: "dialect", name: "rot.frame", parameters: { frame } });
/** A tensor whose elements are no plain numbers. */
export const quantized: Type = tensorType([4, 4], { kind: "dialect", name: "lowp.q", parameters: {} });
const image = "2x4x8x8xf32";
const dense = (element: Type, value: unknown) => ({
  value: { kind: "dense", value, type: tensorType([1], element) },
});

/** What is wrong with ill-formed uses, and how it is told. */
export const rows: readonly Row[] = [
  [
    "linear",
    { input: "?x64xf32", weight: "128x63xf32" },
    {},
    "contraction: nn.linear cannot multiply inputs of width 64 by a weight of 128x63",
  ],
  [
    "linear",
    { input: "f32", weight: "128x63xf32" },
    {},
    "rank: input of nn.linear must have rank 1 or more, not 0",
  ],
  ["linear", { input: "4xf32", weight: "4xf32" }, {}, "rank: weight of nn.linear must have rank 2, not 1"],
  [
    "linear",
    { input: "4xf32", weight: "5x4xf32", bias: "4xf32" },
    {},
    "operand-shape: bias of nn.linear must have shape 5, not 4",
  ],
  [
    "linear",
    { input: "4xf32", weight: quantized },
    {},
    "operand-type: weight of nn.linear must hold plain numbers, not !lowp.q",
  ],
  ["linear", { input: f32, weight: "4x4xf32" }, {}, "operand-type: input of nn.linear must be a tensor"],
  ["matmul", { left: "2x3xf32", right: "4x2xf32" }, {}, "contraction: nn.matmul cannot multiply 2x3 by 4x2"],
  [
    "matmul",
    { left: "2x2x3xf32", right: "5x3x2xf32" },
    {},
    "broadcast: the leading extents of 2x2x3 and 5x3x2 do not broadcast in nn.matmul",
  ],
  [
    "attention",
    { query: "1x2x4xf32", keys: "1x2x5xf32", values: "1x2x5xf32" },
    {},
    "head-width: heads of nn.attention are 4 wide in query but 5 in keys",
  ],
  [
    "attention",
    { query: "1x2x4xf32", keys: "3x2x4xf32", values: "4x2x4xf32" },
    {},
    "operand-shape: values of nn.attention must have shape 3x2x4, not 4x2x4",
  ],
  [
    "attention",
    { query: "1x3x4xf32", keys: "3x2x4xf32", values: "3x2x4xf32" },
    {},
    "head-count: nn.attention cannot share 2 key-value heads among 3 query heads",
  ],
  [
    "attention",
    { query: "3x4xf32", keys: "3x2x4xf32", values: "3x2x4xf32" },
    {},
    "rank: query of nn.attention must have rank 3, not 2",
  ],
  [
    "rope",
    { input: "2x1x3xf32", positions: "2xi32" },
    {},
    "head-width: nn.rope turns pairs, but heads are 3 wide",
  ],
  [
    "rope",
    { input: "2x1x4xf32", positions: "3xi32" },
    {},
    "operand-shape: positions of nn.rope must have shape 2, not 3",
  ],
  [
    "rope",
    { input: "2x2x4xf32", positions: "2xi32" },
    { pairs: [1] },
    "rope-pairs: pairs of nn.rope has 1 entries, expected 2",
  ],
  [
    "rope",
    { input: "2x2x4xf32", positions: "2xi32" },
    { pairs: [1, 2] },
    "rope-pairs: pairs of nn.rope names pair 2, expected one below 2",
  ],
  ["rope", { input: framed("a"), positions: "3xi32" }, {}, "frame: nn.rope needs the identity frame"],
  ["add", { left: framed("a"), right: framed("b") }, {}, "frame: operands of nn.add are in different frames"],
  ["sub", { left: framed("a"), right: "4xf32" }, {}, "frame: operands of nn.sub are in different frames"],
  [
    "add",
    { left: "4xf32", right: "4xf64" },
    {},
    "element-type: operands of nn.add have different element types, f32 and f64",
  ],
  [
    "mul",
    { left: "4xf32", right: "2x3xf32" },
    {},
    "broadcast: operands of nn.mul do not broadcast: 4 and 2x3",
  ],
  [
    "rms_norm",
    { input: "2x4xf32", gain: "2xf32" },
    {},
    "operand-shape: gain of nn.rms_norm must have shape 4, not 2",
  ],
  ["layer_norm", { input: "2x4xf32" }, { axis: 2 }, "axis-range: axis 2 is out of range for rank 2"],
  [
    "batch_norm",
    { input: "2xf32", gain: "2xf32", bias: "2xf32", mean: "2xf32", variance: "2xf32" },
    {},
    "rank: input of nn.batch_norm must have rank 2 or more, not 1",
  ],
  [
    "batch_norm",
    { input: "2x3xf32", gain: "3xf32", bias: "3xf32", mean: "2xf32", variance: "3xf32" },
    {},
    "operand-shape: mean of nn.batch_norm must have shape 3, not 2",
  ],
  ["softmax", { input: "f32" }, {}, "axis-range: axis -1 is out of range for rank 0"],
  ["clip", { input: "2xi32" }, { min: 0.5 }, "clip-bound: nn.clip of integers needs whole bounds, not 0.5"],
  ["sum", { input: "2x3xf32" }, { axes: [1, -1] }, "axis-repeated: axis 1 is given twice"],
  ["argmax", { input: "2x0xf32" }, {}, "empty-reduction: nn.argmax over no elements of 2x0 has no result"],
  [
    "reduce_max",
    { input: "0xi32" },
    {},
    "empty-reduction: nn.reduce_max over no elements of 0 has no result",
  ],
  [
    "conv2d",
    { input: image, weight: "6x3x3x3xf32" },
    {},
    "channels: nn.conv2d in 1 groups by a weight of 6x3x3x3 takes 3 channels, not 4",
  ],
  [
    "conv2d",
    { input: image, weight: "3x2x3x3xf32" },
    { groups: 2 },
    "groups: nn.conv2d cannot divide 3 output channels into 2 groups",
  ],
  [
    "conv2d",
    { input: image, weight: "3x4x9x3xf32" },
    {},
    "window-size: a window of 9x3 of nn.conv2d does not fit an input of 8x8 with its pads",
  ],
  [
    "max_pool2d",
    { input: image },
    { kernel: [2, 2], pads: [0, 0, 2, 0] },
    "window-pads: pads [0, 0, 2, 0] of nn.max_pool2d would leave windows of 2x2 without any input",
  ],
  [
    "reshape",
    { input: "6xf32" },
    { shape: [4] },
    "reshape-size: nn.reshape cannot make [4] of 6: 4 elements of 6",
  ],
  [
    "reshape",
    { input: "6xf32" },
    { shape: [-1, 4] },
    "reshape-size: nn.reshape cannot make [-1, 4] of 6: 6 elements are no multiple of 4",
  ],
  [
    "reshape",
    { input: "?x6xf32" },
    { shape: [4] },
    "reshape-size: nn.reshape cannot make [4] of ?x6: 4 elements are no multiple of 6",
  ],
  [
    "reshape",
    { input: "6xf32" },
    { shape: [-1, -1] },
    "reshape-open: nn.reshape can find one extent, but [-1, -1] leaves several open",
  ],
  [
    "reshape",
    { input: "0xf32" },
    { shape: [-1, 0] },
    "reshape-open: nn.reshape cannot find an extent beside an extent of 0",
  ],
  [
    "transpose",
    { input: "2x3xf32" },
    { permutation: [0, 0] },
    "permutation: [0, 0] of nn.transpose does not permute 2 axes",
  ],
  ["concat", { inputs: [] }, { axis: 0 }, "operand-count: nn.concat needs at least one input"],
  [
    "concat",
    { inputs: ["2x3xf32", "2x4xf32"] },
    { axis: 0 },
    "concat-shape: nn.concat along axis 0 cannot join 2x3 and 2x4",
  ],
  [
    "concat",
    { inputs: ["2x3xf32", "2x3x1xf32"] },
    { axis: 0 },
    "concat-shape: nn.concat along axis 0 cannot join 2x3 and 2x3x1",
  ],
  [
    "slice",
    { input: "4xf32" },
    { starts: [2], sizes: [3] },
    "slice-range: nn.slice takes 2 to 4 of axis 0, which has 4 elements",
  ],
  [
    "slice",
    { input: "4xf32" },
    { starts: [-5], sizes: [1] },
    "slice-range: nn.slice takes -1 to -1 of axis 0, which has 4 elements",
  ],
  [
    "slice",
    { input: "4xf32" },
    { starts: [0], sizes: [3], strides: [0] },
    "slice-stride: nn.slice cannot step by 0 along axis 0",
  ],
  [
    "slice",
    { input: "4xf32" },
    { starts: [0, 0], sizes: [3] },
    "axis-count: starts of nn.slice has 2 entries for 1 axes",
  ],
  [
    "pad",
    { input: "4xi32" },
    { low: [0], high: [1], value: 0.5 },
    "pad-value: nn.pad of integers needs a whole value, not 0.5",
  ],
  [
    "gather",
    { table: "4xf32", indices: "2xi32" },
    { axis: 1 },
    "axis-range: axis 1 is out of range for rank 1",
  ],
  [
    "embedding",
    { table: "4xf32", tokens: "2xi32" },
    {},
    "rank: table of nn.embedding must have rank 2, not 1",
  ],
  [
    "where",
    { condition: "3xi1", whenTrue: "2xf32", whenFalse: "f32" },
    {},
    "broadcast: operands of nn.where do not broadcast: 3, 2, rank 0",
  ],
  [
    "compare",
    { left: "2xf32", right: "2xi32" },
    { predicate: "eq" },
    "element-type: operands of nn.compare have different element types, f32 and i32",
  ],
  ["zeros", {}, { shape: [2], element: index }, "element-type: nn.zeros makes floats or integers, not index"],
  ["constant", {}, dense(tensor("i8").element, 256n), "constant-value: 256 is no i8"],
  ["constant", {}, dense(tensor("i8").element, 0.5), "constant-value: 0.5 is no i8"],
  ["constant", {}, dense(index, 1n), "element-type: nn.constant holds floats or integers, not index"],
  ["broadcast_to", { input: "3xf32" }, { shape: [2] }, "broadcast: nn.broadcast_to cannot repeat 3 to [2]"],
  [
    "broadcast_to",
    { input: "3xf32" },
    { shape: [-1, 3] },
    "broadcast: nn.broadcast_to cannot repeat 3 to [-1, 3]",
  ],
];
