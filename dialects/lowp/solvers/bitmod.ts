import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { defineSolver } from "../../../compiler/define/solver.ts";
import type { Type } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { blockGrid } from "../block-grid.ts";
import { tableOf } from "../elements.ts";
import { quantize } from "../quantize.ts";
import { BITMOD_VARIANTS } from "../tables/bitmod.ts";
import { quantized } from "../types.ts";
import { componentOf, notSupportedHere } from "../values.ts";
import { copyFit, emptyFit, writeFit } from "./block-fit.ts";
import { blockErrors, searchClipping } from "./clip-search.ts";
import { settle } from "./losses.ts";
import { clipSearchOf, encodeAll, paddedBlocks } from "./mse-clip.ts";

/** The grid of each block together with how far its range is clipped. (BitMoD, arXiv 2411.11745) */
export const bitmod = defineSolver({
  name: "bitmod",
  summary: "Choose the grid and the clipping of each block with the least squared error.",
  options: {},
  needs: [],
  scope: "term",
  solve(problem) {
    const value = quantizeVariants(problem.weight, problem.type);
    return isMismatch(value) ? value : settle("bitmod", "weight", value, problem);
  },
});

/**
 * The value of a `!lowp.q` of bitmod in which each block has, of all variants with the clippings of mse-clip, the one
 * with the least Σ (w′ − w)²; of equals the first variant.
 */
export function quantizeVariants(weight: FloatTensor, type: Type): CompositeValue | Mismatch {
  if (!quantized.is(type)) return notSupportedHere("bitmod", type);
  const { parameters } = type;
  if (tableOf(parameters.element)?.values.kind !== "bitmod")
    return mismatch("bitmod-element", "the solver bitmod needs an element of its grids", {
      hint: "such as !lowp.table<4, 1, bitmod>",
    });
  const nearest = quantize(weight, type);
  if (isMismatch(nearest)) return nearest;
  const { shape } = componentOf(nearest, "selector");
  const { blocks } = blockGrid(weight.shape, parameters.block);
  const selector = new Int32Array(blocks);
  const least = new Float64Array(blocks).fill(Number.POSITIVE_INFINITY);
  const best = emptyFit(blocks);
  const withSelector = (data: Int32Array): CompositeValue => ({
    ...nearest,
    components: { ...nearest.components, selector: { shape, data } },
  });
  for (let variant = 0; variant < BITMOD_VARIANTS; variant++) {
    const search = clipSearchOf(weight, withSelector(new Int32Array(blocks).fill(variant)), parameters);
    if (isMismatch(search)) return search;
    const fit = searchClipping(search, parameters);
    const errors = blockErrors(search, fit);
    for (let block = 0; block < blocks; block++) {
      if (!(errors[block]! < least[block]!)) continue;
      least[block] = errors[block]!;
      selector[block] = variant;
      copyFit(fit, block, best, block);
    }
  }
  const value = withSelector(selector);
  const search = clipSearchOf(weight, value, parameters);
  if (isMismatch(search)) return search;
  const { data, grid } = paddedBlocks(weight, parameters);
  return writeFit(value, encodeAll(data, grid, search.nearest, best), best);
}
