import { isMismatch } from "../../../compiler/define/op.ts";
import { definePattern, type RewritePattern } from "../../../compiler/define/pattern.ts";
import { linear as denseLinear } from "../../nn/ops/linear.ts";
import { lmulFormat } from "../lmul-format.ts";
import { dequantize, linear } from "../ops.ts";
import { isCodes } from "./hoist-linear.ts";

const codesOnBothSides = "codes on both sides";
const oneFloat = "codes of one float";

/** Σ (s q) (t p) ≈ Σ s t lmul(q, p), q and p being codes of one float. (Luo and Sun, arXiv 2410.00907) */
const linearByLmul = definePattern(
  "linear-by-lmul",
  linear,
  [codesOnBothSides, "exact products", oneFloat],
  ({ operands, attributes: { acc, mul } }, rewriter) => {
    const [input, weight] = [rewriter.typeOf(operands.input), rewriter.typeOf(operands.weight)];
    if (!isCodes(input)) return rewriter.unmet(codesOnBothSides, rewriter.describe(operands.input));
    if (mul !== "exact") return rewriter.unmet("exact products", `mul = ${mul}`);
    if (acc) return rewriter.unmet(oneFloat, `integers, acc = i${acc.width}`);
    const float = lmulFormat(input, weight);
    if (isMismatch(float)) return rewriter.unmet(oneFloat, float.message);
    return rewriter.build(linear, operands, { mul: "lmul" });
  },
);

const dequantizedSides = "a dequantized input and weight";

/** The same of nn.linear(dequantize(x), dequantize(w)): without the codes there is nothing to add. */
const denseLinearByLmul = definePattern(
  "dense-linear-by-lmul",
  denseLinear,
  [dequantizedSides, oneFloat],
  ({ operands }, rewriter) => {
    const left = rewriter.producer(operands.input, dequantize);
    if (!left) return rewriter.unmet(dequantizedSides, rewriter.describe(operands.input));
    const right = rewriter.producer(operands.weight, dequantize);
    if (!right) return rewriter.unmet(dequantizedSides, rewriter.describe(operands.weight));
    const [input, weight] = [left.operands.input, right.operands.input];
    const float = lmulFormat(rewriter.typeOf(input), rewriter.typeOf(weight));
    if (isMismatch(float)) return rewriter.unmet(oneFloat, float.message);
    return rewriter.build(linear, { ...operands, input, weight }, { mul: "lmul" });
  },
);

/**
 * Linear ops on codes of one float by L-Mul, one sweep each, so that none looks at what the one before it made. No cost
 * is weighed: products become other numbers, which only a user chooses.
 */
export const lmulPatterns: readonly RewritePattern[] = [linearByLmul, denseLinearByLmul];
