import type { Sizes } from "../../compiler/cli/report/sizes.ts";

/** The linear weights of the blocks, quantized or not, as the importers name them. */
const isBlockLinear = (name: string): boolean => /\.(self_attn|mlp)\./.test(name);

/**
 * Bits per weight of the block linears of a quantized model: all their bytes in the files, and what the rest of the
 * model has grown by since it was not quantized, such as codebooks, or gains that hold scales in more bits.
 */
export function allInBits(before: Sizes, after: Sizes): number {
  const known = new Map(before.params.map(({ name, total }) => [name, total]));
  let bytes = Math.max(0, after.others - before.others);
  let weights = 0;
  for (const { name, elements, total } of after.params) {
    if (isBlockLinear(name) && known.has(name)) weights += elements;
    bytes += isBlockLinear(name) ? total : Math.max(0, total - (known.get(name) ?? 0));
  }
  return (8 * bytes) / weights;
}
