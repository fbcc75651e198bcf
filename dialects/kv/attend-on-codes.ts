import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import { zerosLike } from "../lowp/regions.ts";
import { exponentiate } from "../nn/reference/attention.ts";
import type { History } from "./attend.ts";
import type { CodedEntries } from "./coded-entries.ts";

/**
 * query [T, H, D] over histories of S entries -> [T, H, E], as `attend` computes it, but that scales of coded entries
 * are multiplied where fewer numbers are: those of keys into the query, or into sums over channels; those of values
 * into the weights, or into sums over entries. Nothing is rounded before the result, sums are f64 in ascending order.
 * (KIVI, §3; equal in the reals)
 */
export function attendOnCodes(
  query: FloatTensor,
  keys: History,
  values: History,
  scale: number,
): FloatTensor {
  const [count, heads, depth] = query.shape as [number, number, number];
  const [total, groups] = keys.fresh.shape as [number, number, number];
  const width = values.fresh.shape[2]!;
  const output = zerosLike(query, [count, heads, width]);
  for (let row = 0; row < count; row++) {
    const length = total - count + row + 1;
    for (let head = 0; head < heads; head++) {
      const group = Math.floor(head / (heads / groups));
      const start = (row * heads + head) * depth;
      const own = Float64Array.from(query.data.subarray(start, start + depth));
      const weights = scoresOf(own, keys, { group, length });
      const sum = exponentiate(weights, scale);
      const mixed = mix(weights, values, { group, length });
      for (let e = 0; e < width; e++) output.data[(row * heads + head) * width + e] = mixed[e]! / sum;
    }
  }
  return output;
}

interface View {
  readonly group: number;
  readonly length: number;
}

/** The entries from `first` on, read as floats. */
function rowAt({ fresh, rounded, roundedOf }: History, { group, length }: View, at: number): Float64Array {
  const { shape, data } = at < roundedOf(length) ? rounded : fresh;
  const [, groups, width] = shape as [number, number, number];
  const start = (at * groups + group) * width;
  return Float64Array.from(data.subarray(start, start + width));
}

function scoresOf(query: Float64Array, keys: History, view: View): Float64Array {
  const scores = new Float64Array(view.length);
  const settled = keys.coded ? keys.roundedOf(view.length) : 0;
  if (keys.coded) scoreCodes(query, keys.coded, { group: view.group, length: settled }, scores);
  for (let at = settled; at < view.length; at++) scores[at] = dot(query, rowAt(keys, view, at), 0);
  return scores;
}

/** q · (s c + t): with entries of one block (q ∘ s) · c + q · t; else by runs of channels s (q · c) + t Σ q. */
function scoreCodes(
  query: Float64Array,
  keys: CodedEntries,
  { group, length }: View,
  scores: Float64Array,
): void {
  const { groups, width, levels, scale, offset, firstBlock, isShared, run } = keys;
  const folded = new Float64Array(width);
  let block = -1;
  let added = 0;
  for (let at = 0; at < length; at++) {
    const row = at * groups + group;
    const first = firstBlock[row]!;
    if (!isShared) {
      scores[at] = sumOfRuns(query, keys, row);
      continue;
    }
    if (first !== block) added = 0;
    for (let d = 0; first !== block && d < width; d++) {
      const part = first + Math.floor(d / run);
      folded[d] = query[d]! * scale[part]!;
      if (offset) added += query[d]! * offset[part]!;
    }
    block = first;
    scores[at] = dot(folded, levels, row * width) + added;
  }
}

/** Σ over runs of channels of scale · (q · c) + offset · Σ q. */
function sumOfRuns(
  query: Float64Array,
  { width, levels, scale, offset, firstBlock, run }: CodedEntries,
  row: number,
): number {
  let total = 0;
  for (let start = 0, part = firstBlock[row]!; start < width; start += run, part++) {
    let products = 0;
    let plain = 0;
    for (let d = start; d < Math.min(start + run, width); d++) {
      products += query[d]! * levels[row * width + d]!;
      plain += query[d]!;
    }
    total += scale[part]! * products + (offset ? offset[part]! * plain : 0);
  }
  return total;
}

function dot(left: Float64Array, right: Float64Array, start: number): number {
  let sum = 0;
  for (let at = 0; at < left.length; at++) sum += left[at]! * right[start + at]!;
  return sum;
}

/** Σ over entries of weight · value, unnormalised. */
function mix(weights: Float64Array, values: History, view: View): Float64Array {
  const width = values.fresh.shape[2]!;
  const settled = values.coded ? values.roundedOf(view.length) : 0;
  const mixed = values.coded
    ? mixCodes(weights, values.coded, { group: view.group, length: settled })
    : new Float64Array(width);
  for (let at = settled; at < view.length; at++) {
    const row = rowAt(values, view, at);
    for (let e = 0; e < width; e++) mixed[e] = mixed[e]! + weights[at]! * row[e]!;
  }
  return mixed;
}

/** Σ p (s c + t): with entries of one block s Σ p c + t Σ p; else (p s) c + Σ p t. */
function mixCodes(weights: Float64Array, values: CodedEntries, view: View): Float64Array {
  return values.isShared ? mixBlocks(weights, values, view) : mixEntries(weights, values, view);
}

function mixEntries(weights: Float64Array, values: CodedEntries, { group, length }: View): Float64Array {
  const { groups, width, levels, scale, offset, firstBlock, run } = values;
  const mixed = new Float64Array(width);
  const added = new Float64Array(Math.ceil(width / run));
  for (let at = 0; at < length; at++) {
    const row = at * groups + group;
    for (let part = 0; part < added.length; part++) {
      const block = firstBlock[row]! + part;
      const weight = weights[at]! * scale[block]!;
      if (offset) added[part] = added[part]! + weights[at]! * offset[block]!;
      for (let e = part * run; e < Math.min((part + 1) * run, width); e++)
        mixed[e] = mixed[e]! + weight * levels[row * width + e]!;
    }
  }
  return mixed.map((sum, e) => sum + added[Math.floor(e / run)]!);
}

function mixBlocks(weights: Float64Array, values: CodedEntries, { group, length }: View): Float64Array {
  const { groups, width, levels, scale, offset, firstBlock, run } = values;
  const mixed = new Float64Array(width);
  const partial = new Float64Array(width);
  for (let at = 0; at < length; ) {
    const first = firstBlock[at * groups + group]!;
    let plain = 0;
    partial.fill(0);
    for (; at < length && firstBlock[at * groups + group] === first; at++) {
      const start = (at * groups + group) * width;
      plain += weights[at]!;
      for (let e = 0; e < width; e++) partial[e] = partial[e]! + weights[at]! * levels[start + e]!;
    }
    for (let e = 0; e < width; e++) {
      const part = first + Math.floor(e / run);
      mixed[e] = mixed[e]! + scale[part]! * partial[e]! + (offset ? offset[part]! * plain : 0);
    }
  }
  return mixed;
}
