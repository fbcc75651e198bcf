import type { Recipe } from "../../../compiler/define/recipe.ts";

/** Keys by channel over 32 tokens, values by token over 32 channels; the newest 128 tokens stay in f16. (KIVI, §3) */
const kivi = (bits: number): Recipe => {
  const type = (block: string): string =>
    `!lowp.q<ui${bits}, block = ${block}, scale = f16, shift = f16, tail = short>`;
  return {
    name: `kivi-${bits}`,
    summary: `KIVI: caches of ${bits}-bit integers, keys by channel, values by token, the newest 128 tokens in f16`,
    pipeline: `quantize-kv{keys=${type("[32, 1, 1]")} values=${type("[1, 1, 32]")} window=128 tail=f16}`,
  };
};

const perToken = (bits: number): Recipe => {
  const type = `!lowp.q<ui${bits}, block = [1, 1, *], scale = f16, zero = ui${bits}>`;
  return {
    name: `kv${bits}-token`,
    summary: `round to nearest, caches of ${bits}-bit integers with zero point, one f16 scale per token and head`,
    pipeline: `quantize-kv{keys=${type} values=${type}}`,
  };
};

/**
 * KIVI's codes, what they leave in factors of rank 4 per head and 128 tokens, and of the values the largest of every 32
 * channels apart; of the keys it would be a channel, which has a scale of its own already. (GEAR, algorithm 1)
 */
const gear = (bits: number): Recipe => {
  const codes = (block: string): string => `!lowp.q<ui${bits}, block = ${block}, scale = f16, shift = f16>`;
  const factors = "!lowp.lowrank<4, f16, f16, run = 128>";
  const keys = `!lowp.sum<${codes("[32, 1, 1]")}, ${factors}>`;
  const values = `!lowp.sum<!lowp.sparse<nm 1:32, f16>, ${codes("[1, 1, 32]")}, ${factors}>`;
  return {
    name: `gear-${bits}`,
    summary: `GEAR: KIVI's ${bits}-bit caches, their error in factors of rank 4, outliers of values in f16`,
    pipeline: `quantize-kv{keys=${keys} values=${values} window=128 tail=f16}`,
  };
};

/** Schemes for the caches of attention. */
export const cacheRecipes: readonly Recipe[] = [kivi(2), kivi(4), gear(2), gear(4), perToken(8), perToken(4)];
