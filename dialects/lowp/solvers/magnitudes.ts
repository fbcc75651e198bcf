import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import type { Type } from "../../../compiler/ir/types.ts";
import { elementCount, type FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { codebooksOf } from "../codebooks.ts";
import { elementsPerCode } from "../elements.ts";
import { quantize } from "../quantize.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";
import { quantized } from "../types.ts";
import { integersOf, notSupportedHere } from "../values.ts";
import { placesOf, writeFit } from "./block-fit.ts";
import { makeCodecs } from "./codec.ts";
import { makeFitRanges } from "./fit-ranges.ts";
import { vectorsRefused } from "./losses.ts";

/** Weights by block: `blockOf` gives the block of each, `sizes` how many each block has. */
export interface BlockedWeights {
  readonly data: FloatTensor["data"];
  readonly blockOf: Int32Array;
  readonly sizes: Float64Array;
}

/** What a closed form says of some weights. */
export interface Chosen {
  /** The magnitude of each block that becomes the largest of the element. */
  readonly magnitudes: Float64Array;
  /** The code of weight `index`; the nearest one where left out. */
  readonly code?: (index: number) => number;
}
export type ClosedForm = (weights: BlockedWeights) => Chosen;

/** Σ term(weight, index) of each block, in the order of the weights. */
export function sumsByBlock(
  { data, blockOf, sizes }: BlockedWeights,
  term: (weight: number, index: number) => number,
): Float64Array {
  const sums = new Float64Array(sizes.length);
  for (let index = 0; index < data.length; index++) {
    const block = blockOf[index]!;
    sums[block] = sums[block]! + term(data[index]!, index);
  }
  return sums;
}

/** The value of a `!lowp.q` type without zero and shift whose block scales a closed form gives. */
export function quantizeByMagnitude(
  weight: FloatTensor,
  type: Type,
  form: ClosedForm,
): CompositeValue | Mismatch {
  if (!quantized.is(type)) return notSupportedHere("a closed form", type);
  const { parameters } = type;
  if (elementsPerCode(parameters.element) > 1) return vectorsRefused("a closed form");
  const refused = offsetProblem(parameters);
  if (refused) return refused;
  const nearest = quantize(weight, type);
  if (isMismatch(nearest)) return nearest;
  const single = weight.data instanceof Float32Array;
  const fitRanges = makeFitRanges(nearest, parameters, single);
  if (isMismatch(fitRanges)) return fitRanges;

  const places = placesOf(weight.shape, parameters);
  const blocks = elementCount(nearest.components.scale!.shape);
  const sizes = new Float64Array(blocks);
  for (const block of places.block) sizes[block] = sizes[block]! + 1;
  const { magnitudes: highest, code } = form({ data: weight.data, blockOf: places.block, sizes });
  const all = Int32Array.from({ length: blocks }, (_, block) => block);
  const fit = fitRanges({ lowest: highest.map((magnitude) => -magnitude), highest }, all);

  const codecAt = makeCodecs(parameters, codebooksOf(parameters.element, nearest.components), { single });
  const columns = weight.shape.at(-1) ?? 1;
  const codes = integersOf(nearest, "codes").data.slice();
  for (let index = 0; index < weight.data.length; index++) {
    const block = places.block[index]!;
    const codec = codecAt(Math.floor(index / columns), block);
    codes[places.code[index]!] =
      code?.(index) ?? codec.encode(weight.data[index]!, fit.scale.numbers[block]!, 0, 0);
  }
  return writeFit(nearest, codes, fit);
}

function offsetProblem({ zero, shift }: QuantizedParameters): Mismatch | undefined {
  if (!zero && !shift) return undefined;
  return mismatch("closed-form", `the type has a ${zero ? "zero" : "shift"}, expected a scale alone`, {
    hint: "use a solver that fits both ends of a range, such as mse-clip",
  });
}
