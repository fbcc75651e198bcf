import {
  elementCount,
  type FloatData,
  type FloatTensor,
  type Tensor,
} from "../../../compiler/numeric/tensor.ts";
import { asFloat64, storeRounded } from "./allocate.ts";
import { broadcastShapes, broadcastTo } from "./broadcast.ts";
import { computeDotProducts } from "./dot-products.ts";
import { transpose } from "./shape.ts";

/**
 * input [..., K] times the transpose of weight [N, K], plus bias [N], is [..., N]. Each dot product is a f64
 * sum in ascending k from +0; the bias is added to it in f64; the result is rounded once.
 */
export function linear<Data extends FloatData>(
  input: Tensor<Data>,
  weight: FloatTensor,
  bias?: FloatTensor,
): Tensor<Data> {
  const [columns, depth] = matrixShape(weight);
  if (input.shape.at(-1) !== depth) {
    throw new Error(`internal error: linear of depth ${input.shape.at(-1)} by a weight of depth ${depth}`);
  }
  const shape = [...input.shape.slice(0, -1), columns];
  const rows = elementCount(input.shape.slice(0, -1));
  const output = multiplyByTransposed(asFloat64(input.data), weight.data, { rows, columns, depth });
  if (bias !== undefined) addToRows(output, bias.data, columns);
  return storeRounded(input, shape, output);
}

/**
 * left [..., M, K] times right [..., K, N] is [..., M, N], as numpy and ONNX MatMul: leading axes broadcast,
 * a 1-D left is a row and a 1-D right a column whose axis is dropped from the result. Each output is a f64
 * sum in ascending k from +0, rounded once.
 */
export function matmul<Data extends FloatData>(left: Tensor<Data>, right: FloatTensor): Tensor<Data> {
  const leftMatrix = left.shape.length === 1 ? { ...left, shape: [1, ...left.shape] } : left;
  const rightMatrix = right.shape.length === 1 ? { ...right, shape: [...right.shape, 1] } : right;
  const [rows, depth] = matrixShape(leftMatrix);
  const [rightDepth, columns] = matrixShape(rightMatrix);
  if (depth !== rightDepth) throw new Error(`internal error: matmul of depths ${depth} and ${rightDepth}`);
  const batch = broadcastShapes(leftMatrix.shape.slice(0, -2), rightMatrix.shape.slice(0, -2));
  const leftData = asFloat64(broadcastTo(leftMatrix, [...batch, rows, depth]).data);
  const rightData = broadcastTo(swapLastAxes(rightMatrix), [...batch, columns, depth]).data;
  const output = new Float64Array(elementCount([...batch, rows, columns]));
  for (let index = 0; index < elementCount(batch); index++) {
    const leftItem = leftData.subarray(index * rows * depth, (index + 1) * rows * depth);
    const rightItem = rightData.subarray(index * columns * depth, (index + 1) * columns * depth);
    output.set(multiplyByTransposed(leftItem, rightItem, { rows, columns, depth }), index * rows * columns);
  }
  const rowAxis = left.shape.length === 1 ? [] : [rows];
  const columnAxis = right.shape.length === 1 ? [] : [columns];
  return storeRounded(left, [...batch, ...rowAxis, ...columnAxis], output);
}

interface MatrixSizes {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

// Right rows converted to f64 at a time: 16 rows of a few hundred elements stay in the caches.
const panelRows = 16;

// Kept between calls, since clearing a fresh one shows in products of one row; always written before read.
let panel = new Float64Array(0);

/** left [rows, depth] times the transpose of right [columns, depth], unrounded: [rows, columns]. */
export function multiplyByTransposed(left: Float64Array, right: FloatData, sizes: MatrixSizes): Float64Array {
  const { rows, columns, depth } = sizes;
  const output = new Float64Array(rows * columns);
  if (panel.length < panelRows * depth) panel = new Float64Array(panelRows * depth);
  for (let first = 0; first < columns; first += panelRows) {
    const count = Math.min(panelRows, columns - first);
    panel.set(right.subarray(first * depth, (first + count) * depth));
    computeDotProducts({
      left,
      leftStride: depth,
      right: panel,
      rightStride: depth,
      output: output.subarray(first),
      outputStride: columns,
      rows,
      columns: count,
      depth,
    });
  }
  return output;
}

function addToRows(output: Float64Array, bias: FloatData, columns: number): void {
  const addends = asFloat64(bias);
  for (let start = 0; start < output.length; start += columns) {
    for (let column = 0; column < columns; column++) output[start + column]! += addends[column]!;
  }
}

function matrixShape(tensor: FloatTensor): [number, number] {
  const [rows, columns] = tensor.shape.slice(-2);
  if (rows === undefined || columns === undefined) {
    throw new Error(`internal error: a matrix of shape [${tensor.shape.join(", ")}]`);
  }
  return [rows, columns];
}

function swapLastAxes(tensor: FloatTensor): FloatTensor {
  const rank = tensor.shape.length;
  const leading = Array.from({ length: rank - 2 }, (_, axis) => axis);
  return transpose(tensor, { permutation: [...leading, rank - 1, rank - 2] });
}
