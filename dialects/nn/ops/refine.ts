import { defineOp, mismatch, one } from "../../../compiler/define/op.ts";
import { compatible } from "../../../compiler/ir/types.ts";
import { isTensor, resultTensor } from "../constraints.ts";
import { describeElement, describeShape } from "../describe.ts";

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
    const [source, target] = [from, to].map(
      ({ shape, element }) => `${describeShape(shape)} of ${describeElement(element)}`,
    );
    return [
      mismatch("refine-type", `nn.refine cannot give ${source} the type ${target}`, {
        hint: "only extents may change, and only between known and ?",
        blames: "input",
      }),
    ];
  },
});
