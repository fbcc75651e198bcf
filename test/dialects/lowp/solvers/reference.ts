import { choleskyLower, invertSymmetric } from "../../../../compiler/numeric/cholesky.ts";
import type { FloatTensor } from "../../../../compiler/numeric/tensor.ts";

/** mse_scale and gptq of shared/models/reference/quant_ref.py, written again as plainly as it goes. */
const f = Math.fround;
const rint = (x: number): number => {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
};
const clip = (x: number, most: number): number => Math.min(Math.max(x, -most), most);
const safe = (scale: number): number => (scale === 0 ? 1 : scale);
const absmax = (block: readonly number[]): number => Math.max(...block.map(Math.abs));

export type ScaleOf = (block: readonly number[], bits: number) => number;

export const absmaxScale: ScaleOf = (block, bits) => safe(f(absmax(block) / (2 ** (bits - 1) - 1)));

/** The reference sums errors in f32; here they are exact, which decides near ties alone. */
export const mseScale: ScaleOf = (block, bits) => {
  const most = 2 ** (bits - 1) - 1;
  let best = { error: Number.POSITIVE_INFINITY, scale: 1 };
  for (let index = 0; index < 36; index++) {
    const scale = safe(f(f(absmax(block) * f(1 - 0.02 * index)) / most));
    let error = 0;
    for (const x of block) error += (clip(rint(f(x / scale)), most) * scale - x) ** 2;
    if (error < best.error) best = { error, scale };
  }
  return best.scale;
};

/** Integer codes [N, K] and scales [N, groups]. */
export function plainGptq(
  { shape, data }: FloatTensor,
  secondMoment: Float64Array,
  { bits, group, scaleOf }: { readonly bits: number; readonly group: number; readonly scaleOf: ScaleOf },
): { readonly codes: number[]; readonly scales: number[] } {
  const [rows, columns] = [shape[0]!, shape[1]!];
  const weight = Float64Array.from(data);
  const moment = secondMoment.slice();
  for (let column = 0; column < columns; column++) {
    if (moment[column * (columns + 1)] !== 0) continue;
    moment[column * (columns + 1)] = 0.5;
    for (let row = 0; row < rows; row++) weight[row * columns + column] = 0;
  }
  let mean = 0;
  for (let column = 0; column < columns; column++) mean += moment[column * (columns + 1)]! / columns;
  for (let column = 0; column < columns; column++)
    moment[column * (columns + 1)] = moment[column * (columns + 1)]! + 0.01 * mean;
  const lower = choleskyLower(invertSymmetric(moment, columns)!, columns)!;
  const upper = (row: number, column: number): number => lower[column * columns + row]!;
  const most = 2 ** (bits - 1) - 1;
  const codes = new Array<number>(rows * columns).fill(0);
  const scales: number[] = [];
  for (let row = 0; row < rows; row++) {
    const of = weight.subarray(row * columns, (row + 1) * columns);
    let scale = 1;
    for (let j = 0; j < columns; j++) {
      if (j % group === 0) {
        scale = scaleOf(Array.from(of.subarray(j, j + group), f), bits);
        scales.push(scale);
      }
      const code = clip(rint(of[j]! / scale), most);
      codes[row * columns + j] = code + 0;
      const error = (of[j]! - code * scale) / upper(j, j);
      for (let k = j + 1; k < columns; k++) of[k] = of[k]! - error * upper(j, k);
    }
  }
  return { codes, scales };
}
