import { defineOp, mismatch, one } from "../../../compiler/define/op.ts";
import { describeType } from "../../../compiler/ir/describe.ts";
import { compatible } from "../../../compiler/ir/types.ts";
import { passed, shaped } from "../axis-rules.ts";
import { isTensor, resultTensor } from "../constraints.ts";

/** Turns known extents into unknown ones or back; running it checks that the data has the result's type. */
export const refine = defineOp("nn.refine", {
  summary: "The same data under a type with more or fewer extents known.",
  operands: { input: one(resultTensor) },
  attributes: {},
  results: { output: one(resultTensor) },
  traits: ["pure"],
  verify({ operands, results }, { typeOf }) {
    const [from, to] = [typeOf(operands.input), typeOf(results.output)];
    if (!isTensor(from) || !isTensor(to) || compatible(from, to)) return [];
    return [
      mismatch("refine-type", `nn.refine cannot give ${describeType(from)} the type ${describeType(to)}`, {
        hint: "only extents may change, and only between known and ?",
        blames: "input",
      }),
    ];
  },
  axes: ({ operands: { input }, results: { output } }, { typeOf }) => ({
    ...passed(shaped(input, typeOf), shaped(output, typeOf)),
    carries: [{ from: input, to: output }],
  }),
});
