import type { FloatTensor, Tensor } from "../../compiler/numeric/tensor.ts";
import { sameKind } from "./regions.ts";
import type { Pattern } from "./sparse-kind.ts";

/** The kept values of an n:m pattern along the last axis, and where in its run of m each one stands. */
export interface KeptValues {
  readonly values: FloatTensor;
  /** i32[…, columns / m · n], ascending within a run. */
  readonly indices: Tensor<Int32Array>;
}

/** Keeps the n largest magnitudes of every m neighbours of the last axis, ties to the lower index. */
export function keepLargest({ shape, data }: FloatTensor, { kept, of }: Pattern): KeptValues {
  const length = (data.length / of) * kept;
  const values = sameKind(data, length);
  const indices = new Int32Array(length);
  const taken = new Uint8Array(of);
  let filled = 0;
  for (let start = 0; start < data.length; start += of) {
    taken.fill(0);
    for (let turn = 0; turn < kept; turn++) taken[largestLeft(data, start, taken)] = 1;
    for (let offset = 0; offset < of; offset++) {
      if (taken[offset] === 0) continue;
      values[filled] = data[start + offset]!;
      indices[filled++] = offset;
    }
  }
  const keptShape = shape.with(-1, (shape.at(-1)! / of) * kept);
  return { values: { shape: keptShape, data: values }, indices: { shape: keptShape, data: indices } };
}

/** The kept entries of a tensor, by the places of others. */
export function gatherKept(
  { data }: FloatTensor,
  { indices }: KeptValues,
  { kept, of }: Pattern,
): FloatTensor {
  const values = sameKind(data, indices.data.length);
  for (let index = 0; index < values.length; index++)
    values[index] = data[Math.floor(index / kept) * of + indices.data[index]!]!;
  return { shape: indices.shape, data: values };
}

/** The tensor with each kept entry replaced by `fill`, by default the mean of the others in its run of m, or 0. */
export function replaceKept(
  { shape, data }: FloatTensor,
  { indices }: KeptValues,
  { kept, of }: Pattern,
  fill?: number,
): FloatTensor {
  const replaced = data.slice();
  for (let run = 0; run * of < data.length; run++) {
    const places = indices.data.subarray(run * kept, (run + 1) * kept).map((offset) => run * of + offset);
    for (const at of places) replaced[at] = 0;
    let sum = 0;
    for (let at = run * of; at < (run + 1) * of; at++) sum += replaced[at]!;
    for (const at of places) replaced[at] = fill ?? (kept < of ? sum / (of - kept) : 0);
  }
  return { shape, data: replaced };
}

function largestLeft(data: FloatTensor["data"], start: number, taken: Uint8Array): number {
  let best = -1;
  for (let offset = 0; offset < taken.length; offset++)
    if (taken[offset] === 0 && (best < 0 || Math.abs(data[start + offset]!) > Math.abs(data[start + best]!)))
      best = offset;
  return best;
}

/** The tensor whose kept values these are; the others are 0. */
export function scatterKept(
  { values, indices }: KeptValues,
  { kept, of }: Pattern,
  shape: readonly number[],
): FloatTensor {
  const data = sameKind(values.data, (values.data.length / kept) * of);
  for (let index = 0; index < values.data.length; index++)
    data[Math.floor(index / kept) * of + indices.data[index]!] = values.data[index]!;
  return { shape, data };
}

/** Runs of `run` neighbours of the last axis that hold a non-zero, one after another, and one mask entry per run. */
export interface MaskedRuns {
  /** [runs kept, run] */
  readonly values: FloatTensor;
  /** 1 where the run is kept; i32[…, columns / run]. */
  readonly mask: Tensor<Int32Array>;
}

/** Keeps every run that is not all zeros. */
export function keepNonZeroRuns({ shape, data }: FloatTensor, run: number): MaskedRuns {
  const mask = new Int32Array(data.length / run);
  let kept = 0;
  for (let index = 0; index < mask.length; index++) {
    const end = (index + 1) * run;
    let at = index * run;
    while (at < end && data[at] === 0) at++;
    mask[index] = at < end ? 1 : 0;
    kept += mask[index]!;
  }
  const values = sameKind(data, kept * run);
  let filled = 0;
  for (let index = 0; index < mask.length; index++)
    if (mask[index] === 1) {
      values.set(data.subarray(index * run, (index + 1) * run), filled);
      filled += run;
    }
  return {
    values: { shape: [kept, run], data: values },
    mask: { shape: shape.with(-1, shape.at(-1)! / run), data: mask },
  };
}

/** The tensor whose kept runs these are; the others are 0. */
export function scatterRuns(
  { values, mask }: MaskedRuns,
  run: number,
  shape: readonly number[],
): FloatTensor {
  const data = sameKind(values.data, mask.data.length * run);
  let read = 0;
  for (let index = 0; index < mask.data.length; index++)
    if (mask.data[index] === 1) {
      data.set(values.data.subarray(read, read + run), index * run);
      read += run;
    }
  return { shape, data };
}
