import type { AxisFlow } from "../../compiler/define/axis-flow.ts";
import {
  defineOp,
  type Mismatch,
  mismatch,
  one,
  optionally,
  type TypeConstraint,
} from "../../compiler/define/op.ts";
import type { Attribute } from "../../compiler/ir/attributes.ts";
import { describeType } from "../../compiler/ir/describe.ts";
import type { ValueId } from "../../compiler/ir/module.ts";
import { DYNAMIC, f32, same, type TensorType, type Type, tensorType } from "../../compiler/ir/types.ts";
import {
  attribute,
  oneOf,
  optional,
  real,
  string,
  symbolDefinition,
  symbolReference,
  type,
  withDefault,
} from "../../compiler/schema/schema.ts";
import { passed, shaped } from "../nn/axis-rules.ts";
import { isDenseElement } from "../nn/constraints.ts";
import { linear as denseLinear, linearFlow } from "../nn/ops/linear.ts";
import { accumulatorProblems, accumulatorSchema } from "./accumulator.ts";
import { givenScaleProblems } from "./given-scale.ts";
import { lmulProblems } from "./lmul-format.ts";
import { solverAttribute } from "./passes/solver-choice.ts";
import { planProblems } from "./planned-type.ts";
import { requantizeProblems } from "./requantize.ts";
import { seedProblems, seedSchema } from "./stochastic.ts";
import { componentsOf } from "./storage.ts";
import { isValueType, lowpType } from "./value-type.ts";

/** Whether a type is a tensor of values made of components. */
export const isComposite = (each: Type): each is TensorType =>
  each.kind === "tensor" && each.element.kind === "dialect";

const anyValue: TypeConstraint = { describe: "tensor", accepts: (each) => each.kind === "tensor" };
/** Operands that are floats, stored in any width. */
export const denseFloat: TypeConstraint = {
  describe: "tensor of floats",
  accepts: (each) => each.kind === "tensor" && each.element.kind === "float",
};
const denseNumber: TypeConstraint = {
  describe: "tensor of numbers",
  accepts: (each) => each.kind === "tensor" && isDenseElement(each.element),
};
const composite: TypeConstraint = {
  describe: "tensor of a lowp type",
  accepts: (each) => isComposite(each) && isValueType(each.element),
};

/** What linear ops of any dialect multiply. */
export const floatOrComposite: TypeConstraint = {
  describe: "tensor of floats or of a lowp type",
  accepts: (each) => denseFloat.accepts(each) || composite.accepts(each),
};

/**
 * Names weights. `value` says where they are: one resource for a dense tensor, a dictionary with one
 * resource per component for any other. Without it the parameter is only declared. `prov` says how
 * the value came about. `allocated` is the type that a dense parameter is to be put into, by `solver`,
 * round to nearest where left out. `sparsity` is the share of it that is to become zero, as `prune` makes it.
 */
export const param = defineOp("lowp.param", {
  summary: "Names a weight tensor and says where its bytes are.",
  operands: {},
  attributes: {
    sym_name: symbolDefinition,
    type,
    value: optional(attribute),
    prov: optional(attribute),
    allocated: optional(lowpType),
    solver: optional(solverAttribute),
    sparsity: optional(real()),
  },
  results: {},
  form: "definition",
  verify({ attributes }) {
    const { type: declared, value, sym_name: name } = attributes;
    const plans = planProblems(name, declared, attributes);
    if (plans.length > 0) return plans;
    if (declared.kind !== "tensor" || declared.shape.includes(DYNAMIC))
      return [
        mismatch("param-type", `@${name} must be a tensor of known shape, not ${describeType(declared)}`),
      ];
    if (value === undefined) return [];
    return isComposite(declared)
      ? verifyComponents(name, declared, value)
      : verifyDense(name, declared, value);
  },
});

function verifyDense(name: string, declared: TensorType, value: Attribute): readonly Mismatch[] {
  if (value.kind !== "resource" && value.kind !== "dense")
    return [mismatch("param-value", `the value of @${name} is one dense_resource<…> or dense<…>`)];
  return same(value.type, declared)
    ? []
    : [
        mismatch(
          "param-value",
          `@${name} is ${describeType(declared)}, but its value is ${value.type ? describeType(value.type) : "untyped"}`,
        ),
      ];
}

function verifyComponents(name: string, declared: TensorType, value: Attribute): readonly Mismatch[] {
  const components = componentsOf(declared.element, declared.shape);
  if (value.kind !== "dictionary")
    return [
      mismatch("param-value", `the value of @${name} is a dictionary, as its type has several components`, {
        hint: `write {${components.map(({ path }) => `${path} = dense_resource<…>`).join(", ")}}`,
      }),
    ];
  const unknown = Object.keys(value.entries).filter((key) => !components.some(({ path }) => path === key));
  const missing = components.filter(({ path }) => !(path in value.entries));
  const wrong = components.filter(({ path, type: expected }) => {
    const entry = value.entries[path];
    return entry !== undefined && !(entry.kind === "resource" && same(entry.type, expected));
  });
  return [
    ...unknown.map((key) => mismatch("param-value", `@${name} has no component ${key}`)),
    ...missing.map(({ path }) => mismatch("param-value", `@${name} lacks its component ${path}`)),
    ...wrong.map(({ path, type: expected }) =>
      mismatch(
        "param-value",
        `component ${path} of @${name} must be a dense_resource<…> : ${describeType(expected)}`,
      ),
    ),
  ];
}

/** The value of a parameter. */
export const get = defineOp("lowp.get", {
  summary: "The value of a parameter.",
  operands: {},
  attributes: { param: symbolReference },
  results: { value: one(anyValue) },
  traits: ["pure"],
  verify({ attributes, results }, { symbol, typeOf }) {
    const definition = symbol(attributes.param);
    const name = `@${attributes.param.join("::@")}`;
    if (!definition || !param.is(definition)) return [mismatch("symbol-kind", `${name} is no parameter`)];
    const [declared, found] = [definition.attributes.type, typeOf(results.value)];
    return same(declared, found)
      ? []
      : [mismatch("param-type", `${name} is ${describeType(declared)}, not ${describeType(found)}`)];
  },
  axes: ({ attributes, results }) => ({
    reads: [{ symbol: attributes.param.join("::"), value: results.value }],
  }),
});

/**
 * Rounds to the type of the result, each block to the nearest codes. The scale of a block comes from its largest
 * magnitude, unless scales are given; then values beyond the grid take its ends.
 */
export const quantize = defineOp("lowp.quantize", {
  summary:
    "Rounds floats to a lowp type, to nearest, or by numbers drawn from `seed` where the type is stochastic; with scales of the data, or with those given.",
  operands: { input: one(denseFloat), scale: optionally(denseFloat), zero: optionally(denseNumber) },
  attributes: { seed: seedSchema },
  results: { output: one(composite) },
  traits: ["pure", "not-foldable"],
  verify({ operands, results, attributes }, { typeOf }) {
    const output = typeOf(results.output) as TensorType; // its constraint is verified
    const shape = sameShape("lowp.quantize", typeOf(operands.input), output);
    if (shape.length > 0) return shape;
    const { scale, zero } = operands;
    const given = { scale: scale && typeOf(scale), zero: zero && typeOf(zero) };
    return [
      ...givenScaleProblems(output, given),
      ...seedProblems(output.element, output.shape, attributes.seed),
    ];
  },
  axes({ operands: { input, scale }, results: { output } }, { typeOf }) {
    const flow = rounded(input, output, typeOf);
    if (scale === undefined) return flow;
    const pins = shaped(scale, typeOf).shape.flatMap((extent, axis) =>
      extent === 1 ? [] : [{ value: input, axis, kind: "constant", reason: "its scales are given" } as const],
    );
    return { ...flow, pins };
  },
});

/** The numbers a quantized value stands for, in f32. */
export const dequantize = defineOp("lowp.dequantize", {
  summary: "The numbers a lowp value stands for, as f32.",
  operands: { input: one(composite) },
  attributes: {},
  results: { output: one(denseFloat) },
  traits: ["pure", "not-foldable"],
  infer: ({ input }) => ({ output: input.kind === "tensor" ? { ...input, element: f32 } : input }),
  axes: ({ operands: { input }, results: { output } }, { typeOf }) => rounded(input, output, typeOf),
});

/** Integers of fewer bits from integers of more, without the numbers they came from; nothing is dequantized. */
export const requantize = defineOp("lowp.requantize", {
  summary: "Codes of fewer bits: ⌊code / 2^dropped + ½⌋, the scale times 2^dropped.",
  operands: { input: one(composite) },
  attributes: {},
  results: { output: one(composite) },
  traits: ["pure", "not-foldable"],
  verify({ operands, results }, { typeOf }) {
    const [input, output] = [typeOf(operands.input), typeOf(results.output)];
    if (input.kind !== "tensor" || output.kind !== "tensor") return [];
    return [
      ...sameShape("lowp.requantize", input, output),
      ...requantizeProblems(input.element, output.element),
    ];
  },
  axes: ({ operands: { input }, results: { output } }, { typeOf }) => rounded(input, output, typeOf),
});

/**
 * nn.linear on a weight, and maybe an input, that stay quantized: the numbers they stand for are multiplied. With
 * `acc` their steps, code − zero, are: sums of integer products as long as scales last, which are scaled afterwards.
 * With `mul = lmul` codes of one float are multiplied by L-Mul, which adds them, and the products by their scales.
 */
export const linear = defineOp("lowp.linear", {
  summary:
    "input [..., K] · weightᵀ [N, K] + bias [N] → [..., N], with a weight of a lowp type and an input that may be of one; `acc` multiplies integers, `mul = lmul` floats by adding their codes.",
  operands: { input: one(floatOrComposite), weight: one(composite), bias: optionally(denseFloat) },
  attributes: {
    acc: optional(accumulatorSchema),
    mul: withDefault(oneOf("exact", "lmul"), "exact"),
  },
  results: { output: one(denseFloat) },
  traits: ["pure"],
  infer: ({ input, weight, bias }) =>
    denseLinear.spec.infer!({ input: asDense(input), weight: asDense(weight), bias }, {}),
  axes: ({ operands: { input, weight, bias }, results: { output } }, { typeOf }) =>
    linearFlow({
      input: shaped(input, typeOf),
      weight: shaped(weight, typeOf),
      bias: bias === undefined ? undefined : shaped(bias, typeOf),
      output: shaped(output, typeOf),
    }),
  verify({ operands, attributes: { acc, mul } }, { typeOf }) {
    const types = { input: typeOf(operands.input), weight: typeOf(operands.weight) };
    if (mul === "lmul") return lmulProblems(types, acc !== undefined);
    return acc ? accumulatorProblems(acc, types) : [];
  },
});

/**
 * Shows a value to calibration, which keeps statistics of its rows [rows, K], K the last axis, under the name `site`.
 * To the program it is nothing; having an effect, it is not dead code.
 */
export const observe = defineOp("lowp.observe", {
  summary: "Shows a value to calibration, which keeps its statistics under `site`; computes nothing.",
  operands: { input: one(denseFloat) },
  attributes: { site: string },
  results: {},
  verify: ({ attributes: { site } }) =>
    site === ""
      ? [
          mismatch(
            "observe-site",
            "the site of lowp.observe has no name, expected one to keep statistics under",
            {
              hint: 'name it, as in {site = "main.hidden"}',
            },
          ),
        ]
      : [],
  axes: () => ({}),
});

/** Rounding is left out of account: what a transform does to it is for whoever applies one to weigh. */
const rounded = (from: ValueId, to: ValueId, typeOf: (value: ValueId) => Type): AxisFlow => ({
  ...passed(shaped(from, typeOf), shaped(to, typeOf)),
  carries: [{ from, to }],
});

/** The type of the numbers a value stands for: f32 in the place of a lowp type, any other type as it is. */
export const asDense = (each: Type): Type =>
  isComposite(each) ? tensorType(each.shape, f32, each.encoding) : each;

/** What is wrong where rounding by the op `name` changes more of a type than its element. */
export function sameShape(name: string, input: Type, output: Type): readonly Mismatch[] {
  const agree =
    input.kind === "tensor" &&
    output.kind === "tensor" &&
    same(input.shape, output.shape) &&
    same(input.encoding, output.encoding);
  return agree
    ? []
    : [
        mismatch(
          "result-type",
          `${name} keeps the shape: ${describeType(input)} cannot become ${describeType(output)}`,
        ),
      ];
}
