import { loudestFirst, type Permutation } from "../permutation.ts";

/**
 * Channels of falling score, those of neighbouring score in one block of `block`, so that no small number shares a
 * scale with a large one. Within a block indices rise, as no order there changes a scale; the last block may be
 * shorter. (Accurate Block Quantization, K-sort)
 */
export function groupAlike(scores: ArrayLike<number>, block: number): Permutation {
  const whole = Math.floor(scores.length / block);
  const extents = Array<number>(whole).fill(block);
  return loudestFirst(scores, scores.length % block === 0 ? extents : [...extents, scores.length % block]);
}

/**
 * Channels of falling second moment, given on the diagonal of H [K]: the order in which GPTQ rounds by activation,
 * laid down in the weight, so that groups of it are neighbours. (Frantar et al., GPTQ; act-order)
 */
export const fallingOrder = (diagonal: ArrayLike<number>): Permutation =>
  loudestFirst(diagonal, Array<number>(diagonal.length).fill(1));

/** Outlier channels in front, and how many there are. */
export interface OutlierOrder {
  readonly perm: Permutation;
  readonly outliers: number;
}

/**
 * Channels whose largest magnitude exceeds `factor` times the median one stand in front, loudest first and filled up
 * to whole blocks of `block` with the loudest of the others; all others keep their order. The median is the lower
 * of two. (COMET, FMPQ; LLM.int8() has outliers at a fixed magnitude instead)
 */
export function outliersFirst(
  largest: ArrayLike<number>,
  { block, factor }: { readonly block: number; readonly factor: number },
): OutlierOrder {
  const rising = Float64Array.from(largest).sort();
  const median = rising[Math.floor((rising.length - 1) / 2)] ?? 0;
  const outliers = rising.reduce((count, value) => count + (value > factor * median ? 1 : 0), 0);
  const leading = Math.min(Math.ceil(outliers / block) * block, largest.length);
  const extents = leading < largest.length ? [leading, largest.length - leading] : [leading];
  return { perm: loudestFirst(largest, outliers === 0 ? [largest.length] : extents), outliers };
}

/** How many blocks of `block` have one of the marked channels at their places under an order. */
export function blocksTouched(
  { data }: Permutation,
  isMarked: (channel: number) => boolean,
  block: number,
): number {
  const touched = new Set<number>();
  for (const [place, channel] of data.entries())
    if (isMarked(channel)) touched.add(Math.floor(place / block));
  return touched.size;
}
