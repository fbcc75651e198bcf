import { definePass } from "../../../compiler/define/pass.ts";
import { definePattern } from "../../../compiler/define/pattern.ts";
import { ok } from "../../../compiler/diagnostics/diagnostic.ts";
import { applyPatterns } from "../../../compiler/rewrite/apply-patterns.ts";
import { linear as denseLinear } from "../../nn/ops/linear.ts";
import { dequantize, linear } from "../ops.ts";

/** nn.linear(x, dequantize(w)) = lowp.linear(x, w) */
const linearOnCodes = definePattern("linear-on-codes", denseLinear, ({ operands }, rewriter) => {
  const weight = rewriter.producer(operands.weight, dequantize);
  if (!weight) return undefined;
  return rewriter.build(linear, { ...operands, weight: weight.operands.input }, {});
});

/** lowp.linear(dequantize(x), w) = lowp.linear(x, w) */
const linearOfCodes = definePattern("linear-of-codes", linear, ({ operands }, rewriter) => {
  const input = rewriter.producer(operands.input, dequantize);
  if (!input) return undefined;
  return rewriter.build(linear, { ...operands, input: input.operands.input }, {});
});

/** Moves dequantization into the ops that can work on codes; values dequantized for nobody else disappear. */
export const hoistDequant = definePass({
  name: "hoist-dequant",
  summary: "Moves dequantization into the linear ops that use it.",
  options: {},
  contract: { kind: "exact" },
  run(module, _options, { report, registry }) {
    const hoisted = applyPatterns(module, [linearOnCodes, linearOfCodes], registry);
    if (hoisted === module)
      report({
        severity: "warning",
        code: "no-effect",
        message: "hoist-dequant found no nn.linear of a dequantized weight",
        span: undefined,
        hint: "run quantize-weights before it",
      });
    return ok(hoisted);
  },
});
