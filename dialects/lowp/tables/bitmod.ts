/** Magnitudes of the basic grid, in code order, and what the code of −0 stands for in each variant. */
const grids = {
  3: { magnitudes: [0, 1, 2, 4], specials: [3, -3, 6, -6] },
  4: { magnitudes: [0, 1, 2, 3, 4, 6, 8, 12], specials: [10, -10, 16, -16] },
} as const;

export const BITMOD_VARIANTS = 4;

const gridOf = (bits: number): (typeof grids)[3 | 4] => (bits === 3 ? grids[3] : grids[4]);

/**
 * The four grids a block may choose from, f64[2^bits] each: sign and magnitude, the code of −0 standing for one
 * more value, between two of the others or beyond them. (BitMoD, arXiv 2411.11745)
 */
export function bitmodGrids(bits: number): readonly Float64Array[] {
  const { magnitudes, specials } = gridOf(bits);
  return specials.map((special) =>
    Float64Array.from([...magnitudes, special, ...magnitudes.slice(1).map((magnitude) => -magnitude)]),
  );
}

/** A multiple of the largest magnitudes of all variants. */
export const bitmodSpan = (bits: number): number => (bits === 3 ? 12 : 48);

/** By variant, how often its largest magnitude goes into bitmodSpan: a whole number. */
export const bitmodShares = (bits: number): readonly number[] =>
  bitmodGrids(bits).map((grid) => bitmodSpan(bits) / Math.max(...grid.map(Math.abs)));
