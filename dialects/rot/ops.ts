import { defineOp, isMismatch, type Mismatch, mismatch, one } from "../../compiler/define/op.ts";
import { axisEncodingOf } from "../../compiler/ir/axis-encoding.ts";
import { describeType } from "../../compiler/ir/describe.ts";
import { DYNAMIC, type TensorType, type Type } from "../../compiler/ir/types.ts";
import {
  attribute,
  bool,
  int,
  optional,
  symbolDefinition,
  symbolReference,
  withDefault,
} from "../../compiler/schema/schema.ts";
import { ordered, sameAxes, shaped } from "../nn/axis-rules.ts";
import { computeElement, floatTensor } from "../nn/constraints.ts";
import { frame } from "./attributes.ts";
import { definitionProblems, sizeOf } from "./definitions.ts";
import { frameAt, inFrame } from "./frames.ts";

/** Names a transform. `value` says where the numbers of kinds that have numbers are, and `prov` how they came about. */
export const def = defineOp("rot.def", {
  summary: "Names an invertible map of the channels of one axis.",
  operands: {},
  attributes: {
    sym_name: symbolDefinition,
    transform: attribute,
    value: optional(attribute),
    prov: optional(attribute),
  },
  results: {},
  verify: ({ attributes }, { symbol }) => definitionProblems(attributes, symbol),
  axes: () => ({}),
});

/**
 * Maps an axis as the program runs, x · X, each run of as many channels as X maps; the axis is in its frame then.
 * `inverse`: x · X⁻¹, which brings it back. `dual`: with X⁻ᵀ in place of X, for the side of a sum that the other
 * meets with X; for an orthogonal X it is the same.
 */
export const apply = defineOp("rot.apply", {
  summary: "input with the channels of `axis` mapped by the transform `by`, or back with `inverse`.",
  operands: { input: one(floatTensor) },
  attributes: {
    by: symbolReference,
    axis: int({ min: 0 }),
    inverse: withDefault(bool, false),
    dual: withDefault(bool, false),
  },
  results: { output: one(floatTensor) },
  traits: ["pure"],
  infer({ input }, attributes) {
    const output = appliedType(input, attributes);
    return isMismatch(output) ? output : { output };
  },
  verify({ operands, attributes: { by, axis } }, { symbol, typeOf }) {
    const name = `@${by.join("::")}`;
    const definition = symbol(by);
    if (!definition || !def.is(definition)) return [mismatch("symbol-kind", `${name} is no transform`)];
    const size = sizeOf(definition.attributes.transform, symbol);
    const extent = (typeOf(operands.input) as TensorType).shape[axis]!; // inference has seen a tensor with it
    if (extent === DYNAMIC || isMismatch(size)) return [];
    return extent % size === 0
      ? []
      : [
          mismatch("transform-size", `${name} maps ${size} channels, and axis ${axis} has ${extent}`, {
            hint: "the extent must be a multiple of the size of the transform",
          }),
        ];
  },
  axes({ operands, results, attributes: { axis } }, { typeOf }) {
    const [input, output] = [shaped(operands.input, typeOf), shaped(results.output, typeOf)];
    const reason = "a transform mixes its channels";
    return {
      same: sameAxes(input, output, [axis]),
      pins: [input, output].map((tensor) => ordered(tensor, axis, reason)),
    };
  },
});

interface Application {
  readonly by: readonly string[];
  readonly axis: number;
  readonly inverse: boolean;
}

function appliedType(input: Type, { by, axis, inverse }: Application): TensorType | Mismatch {
  if (input.kind !== "tensor") return mismatch("operand-type", "input of rot.apply must be a tensor");
  if (axis >= input.shape.length)
    return mismatch("axis-range", `axis ${axis} is out of range for rank ${input.shape.length}`);
  const { encoding } = input;
  if (encoding && !(axisEncodingOf(encoding) && frame.is(encoding)))
    return mismatch("frame", `${describeType(input)} has an encoding that is no frame`, { blames: "input" });
  const found = frameAt(input, axis);
  const name = by.join("::");
  const expected = inverse ? name : undefined;
  if (found !== expected)
    return mismatch(
      "frame",
      `axis ${axis} is in ${describeFrame(found)}, but rot.apply takes it from ${describeFrame(expected)}`,
      {
        hint: found === name ? "write {inverse = true} to undo it" : `undo ${describeFrame(found)} before it`,
        blames: "input",
      },
    );
  return inFrame({ ...input, element: computeElement(input.element) }, axis, inverse ? undefined : by);
}

/** A frame as messages name it. */
export const describeFrame = (name: string | undefined): string =>
  name === undefined ? "the identity frame" : `frame @${name}`;
