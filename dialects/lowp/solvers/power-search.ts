import type { CompositeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import { defineSolver } from "../../../compiler/define/solver.ts";
import type { DialectType, Type } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { tableOf } from "../elements.ts";
import { quantize } from "../quantize.ts";
import { quantized, table } from "../types.ts";
import { notSupportedHere } from "../values.ts";
import { settle, weightLoss } from "./losses.ts";

/** The exponent of a power grid that suits the weight; the type of the value has it. (PowerQuant, arXiv 2301.09858) */
export const powerSearch = defineSolver({
  name: "power-search",
  summary: "Choose the exponent of a power grid, in hundredths from 0.3 to 1, with the least squared error.",
  options: {},
  needs: [],
  scope: "term",
  solve(problem) {
    const value = searchExponent(problem.weight, problem.type);
    return isMismatch(value) ? value : settle("power-search", "weight", value, problem);
  },
});

/** In hundredths, as far as printing an exponent shall be short. */
const [LEAST, MOST, COARSE] = [30, 100, 10];

/**
 * The value that quantize gives with the best exponent found: of 0.30, 0.40, … 1.00 the best, then steps of 5, 2 and 1
 * hundredths to either side while they help. Of equals the earlier tried. The loss is nearly convex in the exponent.
 */
export function searchExponent(weight: FloatTensor, type: Type): CompositeValue | Mismatch {
  if (!quantized.is(type)) return notSupportedHere("power-search", type);
  const element = tableOf(type.parameters.element);
  if (element?.values.kind !== "power")
    return mismatch("power-element", "power-search needs a table of powers", {
      hint: "such as !lowp.table<4, 1, power<0.7>>",
    });
  const typeWith = (hundredths: number): DialectType => {
    const values = { kind: "power", exponent: hundredths / 100 } as const;
    return quantized.of({
      ...type.parameters,
      element: { kind: "custom", type: table.of({ ...element, values }) },
    });
  };
  let best: { readonly at: number; readonly loss: number; readonly value: CompositeValue } | undefined;
  /** Whether the exponent is better than all before it. */
  const attempt = (hundredths: number): boolean | Mismatch => {
    if (hundredths < LEAST || hundredths > MOST) return false;
    const value = quantize(weight, typeWith(hundredths));
    const loss = isMismatch(value) ? value : weightLoss(weight, value);
    if (isMismatch(value)) return value;
    if (isMismatch(loss)) return loss;
    if (best && !(loss < best.loss)) return false;
    best = { at: hundredths, loss, value };
    return true;
  };
  for (let at = LEAST; at <= MOST; at += COARSE) {
    const tried = attempt(at);
    if (isMismatch(tried)) return tried;
  }
  for (const step of [5, 2, 1])
    for (const direction of [-1, 1]) {
      let helps: boolean | Mismatch = true;
      while (helps === true) helps = attempt(best!.at + direction * step);
      if (isMismatch(helps)) return helps;
    }
  return best!.value;
}
