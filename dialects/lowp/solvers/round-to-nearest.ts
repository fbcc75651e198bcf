import { isMismatch } from "../../../compiler/define/op.ts";
import { defineSolver } from "../../../compiler/define/solver.ts";
import { quantize } from "../quantize.ts";
import { randomOf } from "../stochastic.ts";
import { notSupportedHere } from "../values.ts";
import { weightLoss } from "./losses.ts";

/** Each weight by itself to the nearest value, scales from the range of the block: what quantize gives. */
export const roundToNearest = defineSolver({
  name: "rtn",
  summary: "Round every weight to the nearest value; scales from the range of each block.",
  options: {},
  needs: [],
  rowByRow: true,
  solve({ weight, type, seed }) {
    if (type.kind !== "dialect") return notSupportedHere("solving a weight", type);
    const value = quantize(weight, type, randomOf(seed));
    if (isMismatch(value)) return value;
    const loss = weightLoss(weight, value);
    if (isMismatch(loss)) return loss;
    return { value, report: { solver: "rtn", objective: "weight", loss, baseline: loss, fellBack: false } };
  },
});
