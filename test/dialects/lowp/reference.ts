import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";

/** A plain re-implementation, in f32 steps, of shared/models/reference/quant_ref.py; all take a matrix. */
const f = Math.fround;
const rint = (x: number): number => {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
};
const clip = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);
const least = 2 ** -149;

/** The scale of a block: 1 where it is all zeros, else at least the smallest f32. */
const safe = (scale: number, span: number): number => (span === 0 ? 1 : Math.max(f(scale), least));

type Block = readonly number[];

/** Applies `quantizeBlock` to each run of `size` of each row; the last run may be shorter. */
export function byBlock(
  { shape, data }: FloatTensor,
  size: number,
  quantizeBlock: (block: Block) => Block,
): Float32Array {
  const columns = shape[1]!;
  const result: number[] = [];
  for (let row = 0; row < shape[0]!; row++)
    for (let start = 0; start < columns; start += size) {
      const end = Math.min(start + size, columns);
      result.push(...quantizeBlock([...data.slice(row * columns + start, row * columns + end)]));
    }
  return Float32Array.from(result);
}

const absmax = (block: Block): number => Math.max(...block.map(Math.abs));

export const symmetric =
  (bits: number) =>
  (block: Block): Block => {
    const most = 2 ** (bits - 1) - 1;
    const scale = safe(absmax(block) / most, absmax(block));
    // The lowest code has no counterpart; only the rounding of a denormal scale reaches it.
    return block.map((x) => f(clip(rint(f(x / scale)), -most - 1, most) * scale));
  };

export const asymmetric =
  (bits: number) =>
  (block: Block): Block => {
    const most = 2 ** bits - 1;
    const low = Math.min(...block, 0);
    const width = f(Math.max(...block, 0) - low);
    const scale = safe(width / most, width);
    const zero = clip(rint(-f(low / scale)), 0, most);
    return block.map((x) => f((clip(rint(f(x / scale)) + zero, 0, most) - zero) * scale));
  };

/** Exact, unlike Math.log2. */
function floorLog2(x: number): number {
  let exponent = 0;
  while (2 ** exponent > x) exponent--;
  while (2 ** (exponent + 1) <= x) exponent++;
  return exponent;
}

function e2m1(x: number): number {
  const magnitude = Math.min(Math.abs(x), 6);
  const step = magnitude < 2 ? 0.5 : magnitude < 4 ? 1 : 2;
  return Math.sign(x) * rint(magnitude / step) * step;
}

function e4m3(x: number): number {
  const magnitude = Math.min(Math.abs(x), 448);
  const exponent = magnitude > 0 ? Math.max(floorLog2(magnitude), -6) : -6;
  return rint(magnitude / 2 ** (exponent - 3)) * 2 ** (exponent - 3);
}

export const mxfp4 = (block: Block): Block => {
  const largest = absmax(block);
  const scale = 2 ** (largest > 0 ? clip(floorLog2(largest) - 2, -127, 127) : 0);
  return block.map((x) => f(e2m1(f(x / scale)) * scale));
};

export const nvfp4 =
  (tensorLargest: number) =>
  (block: Block): Block => {
    const tensorScale = tensorLargest === 0 ? 1 : Math.max(f(tensorLargest / (6 * 448)), least);
    const stored = Math.max(e4m3(f(f(absmax(block) / 6) / tensorScale)), 2 ** -9);
    const scale = f(stored * tensorScale);
    return block.map((x) => f(e2m1(scale === 0 ? 0 : f(x / scale)) * scale));
  };
