import { definePass } from "../../../compiler/define/pass.ts";
import { ok } from "../../../compiler/diagnostics/diagnostic.ts";
import { applyPatterns } from "../../../compiler/rewrite/apply-patterns.ts";
import { normFusions } from "./fuse-norm-quantize.ts";
import { stepFusions } from "./fuse-steps.ts";

/**
 * Makes single ops of what the JavaScript backend computes in single kernels. A program without such places is left as
 * it is, and that is no error: the backend asks for it whatever the program is.
 */
export const lowerToJs = definePass({
  name: "lower-to-js",
  summary:
    "Fuses linear ops, convolutions and norms with what follows them, as the JavaScript backend computes them.",
  options: {},
  contract: { kind: "exact" },
  explains: "every activation, nn.mul, nn.add and lowp.quantize",
  run: (module, _options, context) => ok(applyPatterns(module, [...stepFusions, ...normFusions], context)),
});
