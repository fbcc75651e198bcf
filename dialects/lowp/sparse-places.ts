import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { elementCount, type FloatTensor, type Tensor } from "../../compiler/numeric/tensor.ts";
import { fromMetadata, groupOffsets, type MetadataWord, toMetadata } from "./nvidia-metadata.ts";
import { sameKind } from "./regions.ts";
import type { Pattern, SparseKind } from "./sparse-kind.ts";

/** Where the numbers that a sparse value stores stand in it. */
export interface SparsePlaces {
  /** The components that say so, by name. */
  readonly components: Readonly<Record<string, Tensor<Int32Array>>>;
  /** Row-major index of every stored number, in the order they are stored, rising; −1 for one that only fills up. */
  readonly positions: Int32Array;
  /** Shape of what is stored. */
  readonly shape: readonly number[];
}

/**
 * Places for all numbers that `needed` marks with 1, and for those between them that the kind stores too: n:m fills
 * up with the lowest unused offsets of a run, groups and tiles are stored whole. Extents are known and fit the kind.
 * Code: `sparse-pattern-broken`, where a run needs more than n.
 */
export function choosePlaces(
  kind: SparseKind,
  shape: readonly number[],
  needed: Uint8Array,
): SparsePlaces | Mismatch {
  const columns = shape.at(-1)!;
  switch (kind.kind) {
    case "nm":
      return choosePattern(kind, shape, needed);
    case "nvidia":
      return chooseForHardware(kind.word, shape, needed);
    case "group": {
      const { runs, positions } = neededRuns(kind.size, needed);
      const mask = new Int32Array(needed.length / kind.size);
      for (const run of runs) mask[run] = 1;
      const maskShape = shape.with(-1, columns / kind.size);
      const components = { mask: { shape: maskShape, data: mask } };
      return { components, positions, shape: [runs.length, kind.size] };
    }
    case "bsr": {
      const { runs, positions } = neededRuns(kind.size, needed);
      const components = byRow(runs, shape[0]!, columns / kind.size);
      return { components, positions, shape: [runs.length, kind.size] };
    }
    case "csr": {
      const { runs, positions } = neededRuns(1, needed);
      return { components: byRow(runs, shape[0]!, columns), positions, shape: [runs.length] };
    }
    case "bitmap": {
      const { positions } = neededRuns(1, needed);
      const mask = { shape, data: Int32Array.from(needed) };
      return { components: { mask }, positions, shape: [positions.length] };
    }
    case "tiles": {
      const { offsets, positions } = tiledPlaces(kind, needed);
      const mask = { shape, data: Int32Array.from(needed) };
      const components = { mask, offsets: { shape: [offsets.length], data: offsets } };
      return { components, positions, shape: [positions.length] };
    }
  }
}

/** The positions that components say, which are those of a value that has been packed or unpacked. */
export function readPositions(
  kind: SparseKind,
  shape: readonly number[],
  component: (name: string) => Int32Array,
): Int32Array {
  const columns = shape.at(-1)!;
  switch (kind.kind) {
    case "nm":
      return patternPositions(component("indices"), kind);
    case "nvidia":
      return patternPositions(fromMetadata(component("metadata"), shape[0]!, kind.word), TWO_OF_FOUR);
    case "group":
    case "bitmap": {
      const size = kind.kind === "group" ? kind.size : 1;
      return expandRuns(size, neededRuns(1, Uint8Array.from(component("mask"))).runs);
    }
    case "bsr":
    case "csr": {
      const size = kind.kind === "bsr" ? kind.size : 1;
      const [offsets, numbers] = [component("offsets"), component("columns")];
      const runs = numbers.slice();
      for (let row = 0; row + 1 < offsets.length; row++)
        for (let at = offsets[row]!; at < offsets[row + 1]!; at++)
          runs[at] = row * (columns / size) + numbers[at]!;
      return expandRuns(size, runs);
    }
    case "tiles":
      return tiledPlaces(kind, component("mask")).positions;
  }
}

/** The numbers at the positions, 0 at padding, in a shape. */
export function gatherNumbers(
  { data }: FloatTensor,
  positions: Int32Array,
  shape: readonly number[],
): FloatTensor {
  const values = sameKind(data, positions.length);
  for (const [index, position] of positions.entries()) values[index] = position === -1 ? 0 : data[position]!;
  return { shape, data: values };
}

/** The tensor with these numbers at the positions, and 0 elsewhere. */
export function scatterNumbers(
  values: FloatTensor,
  positions: Int32Array,
  shape: readonly number[],
): FloatTensor {
  const data = sameKind(values.data, elementCount(shape));
  for (const [index, position] of positions.entries())
    if (position !== -1) data[position] = values.data[index]!;
  return { shape, data };
}

/** 1 at the n largest magnitudes of every m neighbours of the last axis, ties to the lower index. */
export function largestOfRuns({ data }: FloatTensor, { kept, of }: Pattern): Uint8Array {
  const taken = new Uint8Array(data.length);
  for (let start = 0; start < data.length; start += of)
    for (let turn = 0; turn < kept; turn++) taken[largestLeft(data, taken, start, start + of)] = 1;
  return taken;
}

/** The tensor with each marked number replaced by `fill`, by default the mean of the others in its run of m, or 0. */
export function replaceMarked(
  { shape, data }: FloatTensor,
  marked: Uint8Array,
  { kept, of }: Pattern,
  fill?: number,
): FloatTensor {
  const replaced = data.map((number, at) => (marked[at] === 1 ? 0 : number));
  for (let start = 0; start < data.length; start += of) {
    let others = 0;
    for (let at = start; at < start + of; at++) others += replaced[at]!;
    for (let at = start; at < start + of; at++)
      if (marked[at] === 1) replaced[at] = fill ?? (kept < of ? others / (of - kept) : 0);
  }
  return { shape, data: replaced };
}

/** 1 at every number that is not zero. */
export const nonZeros = ({ data }: FloatTensor): Uint8Array =>
  Uint8Array.from(data, (number) => (number === 0 ? 0 : 1));

/** The data with all but the `count` largest magnitudes set to 0; of equals the first are kept. */
export function keepLargestOf({ shape, data }: FloatTensor, count: number): FloatTensor {
  const order = Array.from(data.keys(), (at) => at).sort(
    (one, other) => Math.abs(data[other]!) - Math.abs(data[one]!) || one - other,
  );
  const kept = sameKind(data, data.length);
  for (const at of order.slice(0, count)) kept[at] = data[at]!;
  return { shape, data: kept };
}

function largestLeft(data: FloatTensor["data"], taken: Uint8Array, start: number, end: number): number {
  let best = -1;
  for (let at = start; at < end; at++)
    if (taken[at] === 0 && (best < 0 || Math.abs(data[at]!) > Math.abs(data[best]!))) best = at;
  return best;
}

function choosePattern(
  { kept, of }: Pattern,
  shape: readonly number[],
  needed: Uint8Array,
): SparsePlaces | Mismatch {
  const length = (needed.length / of) * kept;
  const indices = new Int32Array(length);
  const positions = new Int32Array(length);
  let filled = 0;
  for (let start = 0; start < needed.length; start += of) {
    const run = needed.subarray(start, start + of);
    const count = run.reduce((sum, bit) => sum + bit, 0);
    if (count > kept) return brokenPattern({ kept, of }, count, start, shape.at(-1)!);
    let spare = kept - count;
    for (let offset = 0; offset < of; offset++) {
      if (run[offset] === 0 && spare-- <= 0) continue;
      indices[filled] = offset;
      positions[filled++] = start + offset;
    }
  }
  const keptShape = shape.with(-1, (shape.at(-1)! / of) * kept);
  return { components: { indices: { shape: keptShape, data: indices } }, positions, shape: keptShape };
}

const TWO_OF_FOUR: Pattern = { kept: 2, of: 4 };

const patternPositions = (offsets: Int32Array, { kept, of }: Pattern): Int32Array =>
  offsets.map((offset, index) => Math.floor(index / kept) * of + offset);

function chooseForHardware(
  word: MetadataWord,
  shape: readonly number[],
  needed: Uint8Array,
): SparsePlaces | Mismatch {
  const offsets = new Int32Array(needed.length / 2);
  for (let start = 0; start < needed.length; start += 4) {
    const places = [0, 1, 2, 3].filter((offset) => needed[start + offset] === 1);
    if (places.length > 2) return brokenPattern(TWO_OF_FOUR, places.length, start, shape.at(-1)!);
    offsets.set(groupOffsets(places), start / 2);
  }
  const data = toMetadata(offsets, shape[0]!, word);
  const metadata = { shape: [shape[0]!, data.length / shape[0]!], data };
  const positions = patternPositions(offsets, TWO_OF_FOUR);
  return { components: { metadata }, positions, shape: shape.with(-1, shape.at(-1)! / 2) };
}

const brokenPattern = ({ kept, of }: Pattern, count: number, start: number, columns: number): Mismatch =>
  mismatch(
    "sparse-pattern-broken",
    `row ${Math.floor(start / columns)}, group ${(start % columns) / of} has ${count} non-zeros, ${kept}:${of} holds ${kept}`,
  );

/** Numbers of the runs of `size` neighbours that hold a needed one, and the positions in them. */
function neededRuns(size: number, needed: Uint8Array) {
  const count = countRuns(size, needed);
  const runs = new Int32Array(count);
  for (let start = 0, found = 0; found < count; start += size)
    if (holdsNeeded(needed, start, size)) runs[found++] = start / size;
  return { runs, positions: expandRuns(size, runs) };
}

/** How many runs of `size` neighbours hold a needed number. */
export function countRuns(size: number, needed: Uint8Array): number {
  let count = 0;
  for (let start = 0; start < needed.length; start += size) if (holdsNeeded(needed, start, size)) count++;
  return count;
}

function holdsNeeded(needed: Uint8Array, start: number, size: number): boolean {
  for (let at = start; at < start + size; at++) if (needed[at] === 1) return true;
  return false;
}

function expandRuns(size: number, runs: Int32Array): Int32Array {
  const positions = new Int32Array(runs.length * size);
  for (let index = 0; index < positions.length; index++) {
    const offset = index % size;
    positions[index] = runs[(index - offset) / size]! * size + offset;
  }
  return positions;
}

function byRow(runs: Int32Array, rows: number, width: number): SparsePlaces["components"] {
  const offsets = new Int32Array(rows + 1);
  for (const run of runs) offsets[Math.floor(run / width) + 1]!++;
  for (let row = 0; row < rows; row++) offsets[row + 1] = offsets[row + 1]! + offsets[row]!;
  return {
    offsets: { shape: [rows + 1], data: offsets },
    columns: { shape: [runs.length], data: runs.map((run) => run % width) },
  };
}

/** Offsets of the tiles of `size` neighbours, and positions with each tile filled up to a multiple of `pad`. */
export function tiledPlaces(
  { size, pad }: { readonly size: number; readonly pad: number },
  needed: ArrayLike<number>,
): { readonly offsets: Int32Array; readonly positions: Int32Array } {
  const offsets = new Int32Array(needed.length / size + 1);
  for (let tile = 0; tile + 1 < offsets.length; tile++) {
    let count = 0;
    for (let at = tile * size; at < (tile + 1) * size; at++) count += needed[at]!;
    offsets[tile + 1] = offsets[tile]! + Math.ceil(count / pad) * pad;
  }
  const positions = new Int32Array(offsets.at(-1)!).fill(-1);
  for (let tile = 0; tile + 1 < offsets.length; tile++)
    for (let at = tile * size, next = offsets[tile]!; at < (tile + 1) * size; at++)
      if (needed[at] === 1) positions[next++] = at;
  return { offsets, positions };
}
