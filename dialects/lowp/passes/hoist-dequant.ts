import { definePass } from "../../../compiler/define/pass.ts";
import { definePattern } from "../../../compiler/define/pattern.ts";
import { ok } from "../../../compiler/diagnostics/diagnostic.ts";
import { applyPatterns } from "../../../compiler/rewrite/apply-patterns.ts";
import { linear as denseLinear } from "../../nn/ops/linear.ts";
import { dequantize, linear } from "../ops.ts";

/** nn.linear(x, dequantize(w)) = lowp.linear(x, w) */
const linearOnCodes = definePattern(
  "linear-on-codes",
  denseLinear,
  ["a dequantized weight"],
  ({ operands }, rewriter) => {
    const weight = rewriter.producer(operands.weight, dequantize);
    if (!weight) return rewriter.unmet("a dequantized weight", rewriter.describe(operands.weight));
    return rewriter.build(linear, { ...operands, weight: weight.operands.input }, {});
  },
);

/** lowp.linear(dequantize(x), w) = lowp.linear(x, w) */
const linearOfCodes = definePattern(
  "linear-of-codes",
  linear,
  ["a dequantized input"],
  ({ operands }, rewriter) => {
    const input = rewriter.producer(operands.input, dequantize);
    if (!input) return rewriter.unmet("a dequantized input", rewriter.describe(operands.input));
    return rewriter.build(linear, { ...operands, input: input.operands.input }, {});
  },
);

/** Moves dequantization into the ops that can work on codes; values dequantized for nobody else disappear. */
export const hoistDequant = definePass({
  name: "hoist-dequant",
  summary: "Moves dequantization into the linear ops that use it.",
  options: {},
  contract: { kind: "exact" },
  explains: "linear ops",
  run(module, _options, context) {
    const hoisted = applyPatterns(module, [linearOnCodes, linearOfCodes], context);
    if (hoisted === module)
      context.report({
        severity: "warning",
        code: "no-effect",
        message: "hoist-dequant found no nn.linear of a dequantized weight",
        span: undefined,
        hint: "run quantize-weights before it",
      });
    return ok(hoisted);
  },
});
