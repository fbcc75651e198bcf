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

/** Schemes for the caches of attention. */
export const cacheRecipes: readonly Recipe[] = [kivi(2), kivi(4), perToken(8), perToken(4)];
