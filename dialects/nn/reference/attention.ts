import type { FloatData, FloatTensor, Tensor } from "../../../compiler/numeric/tensor.ts";
import { storeRounded } from "./allocate.ts";
import { computeDotProducts } from "./dot-products.ts";

/** `scale` multiplies the scores; with `causal`, query i of T sees only keys 0 … S - T + i of S. */
export interface AttentionOptions {
  readonly scale: number;
  readonly causal: boolean;
}

/**
 * query [T, H, D], keys [S, G, D], values [S, G, D2] -> [T, H, D2]; query head h reads key-value head
 * floor(h / (H / G)). Nothing is rounded before the result: score = (sum over d of q * k) * scale,
 * weight = exp(score - largest visible score), result = (sum of weight * value) / (sum of weight), all sums
 * in f64 in ascending index order. Keys out of sight are never read; a query that sees no key yields 0.
 */
export function attention<Data extends FloatData>(
  query: Tensor<Data>,
  keys: FloatTensor,
  values: FloatTensor,
  options: AttentionOptions,
): Tensor<Data> {
  const [queryCount, headCount] = attentionSizes(query);
  const [keyCount, groupCount] = attentionSizes(keys);
  const width = values.shape[2]!;
  if (headCount % groupCount !== 0 || query.shape[2] !== keys.shape[2] || values.shape[0] !== keyCount) {
    throw new Error(`internal error: attention of [${query.shape}], [${keys.shape}] and [${values.shape}]`);
  }
  const output = new Float64Array(queryCount * headCount * width);
  const groups = Array.from({ length: groupCount }, (_, group) => ({
    keys: takeHead(keys, group),
    columns: transposeRows(takeHead(values, group), width),
  }));
  for (let head = 0; head < headCount; head++) {
    const group = groups[Math.floor(head / (headCount / groupCount))]!;
    const sizes = { queryCount, keyCount, depth: query.shape[2]!, width };
    const sources = { ...group, queries: takeHead(query, head) };
    attendHead({ ...options, ...sources, ...sizes, output: output.subarray(head * width), headCount });
  }
  return storeRounded(query, [queryCount, headCount, width], output);
}

interface Head extends AttentionOptions {
  /** [T, D], [S, D] and, transposed, [D2, S]. */
  readonly queries: Float64Array;
  readonly keys: Float64Array;
  readonly columns: Float64Array;
  readonly queryCount: number;
  readonly keyCount: number;
  readonly depth: number;
  readonly width: number;
  /** Starts at this head's part of row 0; rows are headCount * width apart. */
  readonly output: Float64Array;
  readonly headCount: number;
}

// Queries that share one pass over the keys; with `causal` it bounds the scores computed in vain.
const blockRows = 16;

function attendHead(head: Head): void {
  const { queryCount, keyCount, depth, width, keys, columns } = head;
  const weights = new Float64Array(blockRows * keyCount);
  const outputStride = head.headCount * width;
  for (let first = 0; first < queryCount; first += blockRows) {
    const rows = Math.min(blockRows, queryCount - first);
    const seenByAll = visibleKeys(head, first);
    const seenByAny = visibleKeys(head, first + rows - 1);
    const left = head.queries.subarray(first * depth);
    const strides = { leftStride: depth, rightStride: depth, outputStride: keyCount };
    computeDotProducts({ left, right: keys, output: weights, ...strides, rows, columns: seenByAny, depth });
    const sums = Array.from({ length: rows }, (_, row) =>
      exponentiate(
        weights.subarray(row * keyCount, row * keyCount + visibleKeys(head, first + row)),
        head.scale,
      ),
    );
    const output = head.output.subarray(first * outputStride);
    const task = { left: weights, leftStride: keyCount, right: columns, rightStride: keyCount, outputStride };
    computeDotProducts({ ...task, output, rows, columns: width, depth: seenByAll });
    for (let row = 0; row < rows; row++) {
      const end = visibleKeys(head, first + row);
      const rowWeights = weights.subarray(row * keyCount, row * keyCount + end);
      const target = output.subarray(row * outputStride, row * outputStride + width);
      finishRow(target, rowWeights, { start: seenByAll, sum: sums[row]!, columns, keyCount });
    }
  }
}

const visibleKeys = ({ causal, keyCount, queryCount }: Head, row: number): number =>
  causal ? Math.max(0, keyCount - queryCount + row + 1) : keyCount;

/** Turns scores into unnormalised softmax weights in place and returns their sum. */
export function exponentiate(scores: Float64Array, scale: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < scores.length; index++) {
    scores[index]! *= scale;
    largest = Math.max(largest, scores[index]!);
  }
  let sum = 0;
  for (let index = 0; index < scores.length; index++) {
    scores[index] = Math.exp(scores[index]! - largest);
    sum += scores[index]!;
  }
  return sum;
}

interface RowTail {
  readonly start: number;
  readonly sum: number;
  readonly columns: Float64Array;
  readonly keyCount: number;
}

/** Adds the keys from `start` on, which not all rows of the block see, and divides by the sum of weights. */
function finishRow(target: Float64Array, weights: Float64Array, tail: RowTail): void {
  if (weights.length === 0) return;
  for (let column = 0; column < target.length; column++) {
    let total = target[column]!;
    for (let key = tail.start; key < weights.length; key++) {
      total += weights[key]! * tail.columns[column * tail.keyCount + key]!;
    }
    target[column] = total / tail.sum;
  }
}

/** The rows of one head: [positions, width]. */
function takeHead({ shape, data }: FloatTensor, head: number): Float64Array {
  const [positions, heads, width] = [shape[0]!, shape[1]!, shape[2]!];
  const rows = new Float64Array(positions * width);
  for (let position = 0; position < positions; position++) {
    const start = (position * heads + head) * width;
    for (let channel = 0; channel < width; channel++)
      rows[position * width + channel] = data[start + channel]!;
  }
  return rows;
}

/** [count, width] -> [width, count] */
function transposeRows(rows: Float64Array, width: number): Float64Array {
  const columns = new Float64Array(rows.length);
  const count = rows.length / width;
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < width; column++)
      columns[column * count + row] = rows[row * width + column]!;
  }
  return columns;
}

function attentionSizes({ shape }: FloatTensor): [number, number] {
  const [positions, heads] = shape;
  if (shape.length !== 3 || positions === undefined || heads === undefined) {
    throw new Error(`internal error: attention over a tensor of shape [${shape.join(", ")}]`);
  }
  return [positions, heads];
}
