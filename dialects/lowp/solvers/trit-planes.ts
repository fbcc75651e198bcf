import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { defineSolver } from "../../../compiler/define/solver.ts";
import type { DialectType, Type } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { int, withDefault } from "../../../compiler/schema/schema.ts";
import type { ElementFormat } from "../elements.ts";
import { quantize } from "../quantize.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";
import { quantized, sum } from "../types.ts";
import { integersOf } from "../values.ts";
import { type BlockFit, placesOf, writeFit } from "./block-fit.ts";
import { makeFitRanges } from "./fit-ranges.ts";
import { settle } from "./losses.ts";
import { fitPlanes, levelsOf, type Planes, startPlanes } from "./plane-fit.ts";

/**
 * Two planes of trits or of signs with a scale each: scales by least squares and digits by trying all pairs, in
 * turns; each lowers Σ (w′ − w)². `turns = 0` on signs is the residual binarization of BinaryDM.
 * (PTQTP: Xiao et al., arXiv 2509.16989; BinaryDM: Zheng et al., arXiv 2404.05662, §3.2)
 */
export const tritPlanes = defineSolver({
  name: "trit-planes",
  summary:
    "Fit the sum of two planes of trits or signs: scales by least squares, digits by trying all pairs.",
  options: {
    /** Most turns. */
    turns: withDefault(int({ min: 0 }), 50),
  },
  needs: [],
  solve(problem, { turns }) {
    const type = readPlanes(problem.type);
    if (isMismatch(type)) return type;
    const value = solvePlanes(problem.weight, type, turns);
    return isMismatch(value) ? value : settle("trit-planes", "weight", value, problem);
  },
});

type PlaneType = DialectType & { readonly parameters: QuantizedParameters };
interface PlanesType {
  readonly type: DialectType;
  readonly terms: readonly [PlaneType, PlaneType];
}

function readPlanes(type: Type): PlanesType | Mismatch {
  const terms = sum.is(type) ? type.parameters.terms : [];
  const [first, second] = terms;
  if (terms.length !== 2 || !first || !second || !isPlane(first) || !isPlane(second))
    return mismatch(
      "solver-type",
      "solver trit-planes fills a !lowp.sum of two !lowp.q of trit or bipolar1 without zero and shift",
      {
        hint: "for instance !lowp.sum<!lowp.q<trit, block = [1, 128], scale = f16>, !lowp.q<trit, block = [1, 128], scale = f16>>",
      },
    );
  const [one, other] = [first.parameters, second.parameters];
  const same = one.block.every((entry, axis) => entry === other.block[axis]) && one.tail === other.tail;
  return same
    ? { type: type as DialectType, terms: [first, second] }
    : mismatch("planes-block", "the two terms have blocks of their own, trit-planes needs the same", {
        hint: "give both terms one block and one tail",
      });
}

function isPlane(type: Type): type is PlaneType {
  if (!quantized.is(type)) return false;
  const { element, zero, shift } = type.parameters;
  return (isTrit(element) || isSign(element)) && zero === undefined && shift === undefined;
}
const isTrit = (element: ElementFormat): boolean => element.kind === "trit";
const isSign = (element: ElementFormat): boolean => element.kind === "bipolar" && element.bits === 1;

function solvePlanes(
  weight: FloatTensor,
  { type, terms }: PlanesType,
  turns: number,
): CompositeValue | Mismatch {
  const { block } = placesOf(weight.shape, terms[0].parameters);
  const levels = terms.map(({ parameters }) => levelsOf(isTrit(parameters.element))) as [number[], number[]];
  const planes = startPlanes(Float64Array.from(weight.data), block, levels);
  fitPlanes(planes, turns);
  const fits: BlockFit[] = [];
  const values: CompositeValue[] = [];
  for (const [plane, term] of terms.entries()) {
    const value = quantize(weight, term);
    if (isMismatch(value)) return value;
    const fit = storedScales(value, term, planes.scales[plane]!, weight.data instanceof Float32Array);
    if (isMismatch(fit)) return fit;
    planes.scales[plane]!.set(fit.scale.numbers);
    values.push(value);
    fits.push(fit);
  }
  // Digits for the scales as they are stored.
  planes.assign();
  const components = Object.fromEntries(
    values.map((value, plane) => [
      `${plane}`,
      writeFit(value, codesOf(value, planes, plane, terms[plane]!), fits[plane]!),
    ]),
  );
  return { shape: weight.shape, type, components };
}

/** Scales of all blocks as the type stores them; digits are at most 1, so a scale is what a range reaches to. */
function storedScales(
  value: CompositeValue,
  { parameters }: PlaneType,
  scales: Float64Array,
  single: boolean,
): BlockFit | Mismatch {
  const fitRanges = makeFitRanges(value, parameters, single);
  if (isMismatch(fitRanges)) return fitRanges;
  const blocks = Int32Array.from(scales, (_, block) => block);
  return fitRanges({ lowest: scales.map((scale) => -scale), highest: scales }, blocks);
}

/** Digits as codes: a trit is its code, a sign of −1 or 1 is 0 or 1. Padding keeps the codes it has. */
function codesOf(
  value: CompositeValue,
  { digits }: Planes,
  plane: number,
  { parameters }: PlaneType,
): Int32Array {
  const codes = integersOf(value, "codes").data.slice();
  const { code } = placesOf(value.shape, parameters);
  for (const [at, digit] of digits[plane]!.entries())
    codes[code[at]!] = isTrit(parameters.element) ? digit : (digit + 1) / 2;
  return codes;
}
