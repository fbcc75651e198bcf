import { defineOp, type Mismatch, mismatch, one, type TypeConstraint } from "../../compiler/define/op.ts";
import { describeType } from "../../compiler/ir/describe.ts";
import { DYNAMIC, sizesAgree, type TensorType, type Type } from "../../compiler/ir/types.ts";
import { int, real, withDefault } from "../../compiler/schema/schema.ts";
import { mapped, ordered, type Shaped, sameAxes, shaped } from "../nn/axis-rules.ts";
import { isTensor } from "../nn/constraints.ts";
import { checkFrames } from "../nn/frames.ts";

const computed: TypeConstraint = {
  describe: "tensor of f32 or f64",
  accepts: (type) =>
    isTensor(type) &&
    type.element.kind === "float" &&
    (type.element.name === "f32" || type.element.name === "f64"),
};
const floats: TypeConstraint = {
  describe: "tensor of floats",
  accepts: (type) => isTensor(type) && type.element.kind === "float",
};

/** Of every row of the last axis the k largest magnitudes, ties to the lower index; the others become 0. (TEAL) */
export const topK = defineOp("sparse.top_k", {
  summary: "Keeps the k largest magnitudes of every row [..., K], and sets the others to 0.",
  operands: { input: one(computed) },
  attributes: { k: int({ min: 1 }) },
  results: { output: one(computed) },
  traits: ["pure"],
  infer({ input }, { k }) {
    const type = input as TensorType; // its constraint holds
    return rowProblem("sparse.top_k", type, k, "at most") ?? { output: type };
  },
  axes: ({ operands: { input }, results: { output } }, { typeOf }) =>
    chosenFlow(shaped(input, typeOf), shaped(output, typeOf)),
});

/**
 * As sparse.top_k by |x_j| · c_j, c_j being the norm of the column of the weight that x_j meets: with orthogonal
 * columns the choice that costs a linear op least. (Chen et al., WINA, arXiv 2505.19427)
 */
export const weightInformedTopK = defineOp("sparse.weight_informed_top_k", {
  summary: "Keeps the k largest |x| · norm of every row [..., K], with one norm per channel.",
  operands: { input: one(computed), norms: one(floats) },
  attributes: { k: int({ min: 1 }) },
  results: { output: one(computed) },
  traits: ["pure"],
  infer({ input, norms }, { k }) {
    const [type, weights] = [input as TensorType, norms as TensorType]; // their constraints hold
    const name = "sparse.weight_informed_top_k";
    const problem = rowProblem(name, type, k, "at most") ?? normProblem(name, type, weights);
    return problem ?? { output: type };
  },
  axes({ operands: { input, norms }, results: { output } }, { typeOf }) {
    const flow = chosenFlow(shaped(input, typeOf), shaped(output, typeOf));
    return {
      ...flow,
      pins: [...flow.pins, ordered(shaped(norms, typeOf), 0, "each norm is of one channel")],
    };
  },
});

/**
 * max(x − θ, 0) with θ = mean + multiplier · Φ⁻¹(1 − k / K) · σ of the row, σ over all K: about k numbers stay, without
 * sorting, where they are normal; the multiplier makes up for other distributions. (Spark Transformer, arXiv
 * 2506.06644; before the gates of Gemma 3n)
 */
export const gaussianTopK = defineOp("sparse.gaussian_top_k", {
  summary: "max(x − θ, 0), θ by mean and deviation of the row [..., K] so that about k numbers stay.",
  operands: { input: one(computed) },
  attributes: { k: int({ min: 1 }), multiplier: withDefault(real({ above: 0 }), 1) },
  results: { output: one(computed) },
  traits: ["pure"],
  infer({ input }, { k }) {
    const type = input as TensorType; // its constraint holds
    return rowProblem("sparse.gaussian_top_k", type, k, "below") ?? { output: type };
  },
  axes: ({ operands: { input }, results: { output } }, { typeOf }) =>
    mapped(shaped(input, typeOf), shaped(output, typeOf)),
});

/** Another order of the channels would choose others of equal ones. */
const chosenFlow = (input: Shaped, output: Shaped) => ({
  same: sameAxes(input, output),
  pins: [ordered(input, -1, "ties go to the lower channel")],
});

/** Whether k numbers can be chosen of a row in the basis the model was written in. Codes: `top-k`, `frame`. */
function rowProblem(
  name: string,
  input: TensorType,
  k: number,
  bound: "at most" | "below",
): Mismatch | undefined {
  const channels = input.shape.at(-1);
  if (channels === undefined)
    return mismatch("top-k", `${name} chooses in rows, found a single number`, { blames: "input" });
  if (channels !== DYNAMIC && (bound === "below" ? k >= channels : k > channels))
    return mismatch("top-k", `k is ${k}, expected ${bound} the ${channels} numbers of a row`);
  return checkFrames(name, "identity", [["input", input]]);
}

function normProblem(name: string, input: TensorType, norms: Type & TensorType): Mismatch | undefined {
  const channels = input.shape.at(-1)!;
  if (norms.shape.length === 1 && sizesAgree(norms.shape[0]!, channels)) return undefined;
  const expected = channels === DYNAMIC ? "one norm per channel" : `${channels} norms`;
  return mismatch("top-k", `${name} needs ${expected}, found ${describeType(norms)}`, { blames: "norms" });
}
