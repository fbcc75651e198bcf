import type { AnyOp } from "../../compiler/define/op.ts";
import { attention, rope } from "./ops/attention.ts";
import * as binary from "./ops/binary.ts";
import { cast } from "./ops/cast.ts";
import { constant, iota, zeros } from "./ops/constant.ts";
import { conv2d } from "./ops/convolution.ts";
import { embedding, gather } from "./ops/gather.ts";
import { linear, matmul } from "./ops/linear.ts";
import { batchNorm, layerNorm, rmsNorm } from "./ops/norm.ts";
import { averagePool2d, globalAveragePool, maxPool2d } from "./ops/pool.ts";
import { positions } from "./ops/positions.ts";
import * as reduction from "./ops/reduce.ts";
import { refine } from "./ops/refine.ts";
import { compare, where } from "./ops/select.ts";
import { broadcastTo, concat, reshape, transpose } from "./ops/shape.ts";
import { pad, slice } from "./ops/slice.ts";
import { logSoftmax, softmax } from "./ops/softmax.ts";
import * as unary from "./ops/unary.ts";

/** Every op of the dialect, by theme. */
export const ops: readonly AnyOp[] = [
  linear,
  matmul,
  attention,
  rope,
  positions,
  rmsNorm,
  layerNorm,
  batchNorm,
  softmax,
  logSoftmax,
  ...Object.values(unary),
  binary.add,
  binary.sub,
  binary.mul,
  binary.div,
  binary.pow,
  binary.min,
  binary.max,
  reduction.sum,
  reduction.mean,
  reduction.reduceMax,
  reduction.reduceMin,
  reduction.prod,
  reduction.argmax,
  conv2d,
  maxPool2d,
  averagePool2d,
  globalAveragePool,
  reshape,
  transpose,
  concat,
  broadcastTo,
  refine,
  slice,
  pad,
  gather,
  embedding,
  where,
  compare,
  cast,
  constant,
  zeros,
  iota,
];
