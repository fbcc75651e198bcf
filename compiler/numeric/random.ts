/** A generator of uniform numbers in [0, 1) with 32-bit resolution; the same seed gives the same sequence. (mulberry32) */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), state | 1);
    const stirred = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61));
    return ((stirred ^ (stirred >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A seed of its own for what a label names, so that no order of work changes what is drawn. (FNV-1a of both) */
export function derivedSeed(seed: number, label: string): number {
  let hash = 0x811c9dc5;
  for (const character of `${seed}:${label}`) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  return hash >>> 0;
}

/** One draw of a normal variable with mean 0 and variance 1; takes two draws of `random`. (Box–Muller) */
export function gaussian(random: () => number): number {
  // 1 − u lies in (0, 1], where the logarithm is finite.
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}
