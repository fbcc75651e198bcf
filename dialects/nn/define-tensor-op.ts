import type { AxisFlow } from "../../compiler/define/axis-flow.ts";
import {
  defineOp,
  isMismatch,
  type Mismatch,
  mismatch,
  type OpDefinition,
  one,
  type Slots,
  type Trait,
  type ValueSpec,
  type ValueSpecs,
} from "../../compiler/define/op.ts";
import { axisEncodingOf, withoutEncoding } from "../../compiler/ir/axis-encoding.ts";
import { describeType } from "../../compiler/ir/describe.ts";
import type { TensorType, Type } from "../../compiler/ir/types.ts";
import type { InferAll, Schemas } from "../../compiler/schema/schema.ts";
import { type Shaped, shaped, shapedSlots } from "./axis-rules.ts";
import { isDenseElement, isTensor, resultTensor } from "./constraints.ts";
import { checkFrames, type FramePolicy } from "./frames.ts";
import { inferEncoding, PlacedTypes } from "./infer-encoding.ts";

/** What an op of tensors says of itself: its result type follows from operand types that are all tensors. */
export interface TensorOpSpec<Operands extends ValueSpecs, Attributes extends Schemas> {
  readonly summary: string;
  readonly operands: Operands;
  readonly attributes: Attributes;
  /** Beyond `pure`, which every op here is. */
  readonly traits?: readonly Trait[];
  /** The op that takes quantized operands instead, where there is one. */
  readonly quantizedForm?: `lowp.${string}`;
  /** Default identity. */
  readonly frames?: FramePolicy;
  infer(
    operands: Slots<Operands, TensorType>,
    attributes: InferAll<Attributes>,
    name: string,
  ): TensorType | Mismatch;
  /** How the channels of axes flow; left out, every axis must stay as it is. */
  axes?(
    values: { readonly operands: Slots<Operands, Shaped>; readonly output: Shaped },
    attributes: InferAll<Attributes>,
  ): AxisFlow;
}

type OneOutput = { readonly output: ValueSpec<"one"> };

export type TensorOp<
  Operands extends ValueSpecs = ValueSpecs,
  Attributes extends Schemas = Schemas,
> = OpDefinition<Operands, Attributes, OneOutput>;

/** A pure op of dense tensors with one result, `output`. */
export function defineTensorOp<const Operands extends ValueSpecs, const Attributes extends Schemas>(
  name: `nn.${string}`,
  {
    infer,
    axes,
    frames = "identity",
    traits = [],
    quantizedForm,
    ...spec
  }: TensorOpSpec<Operands, Attributes>,
): TensorOp<Operands, Attributes> {
  return defineOp<Operands, Attributes, OneOutput>(name, {
    ...spec,
    results: { output: one(resultTensor) },
    traits: ["pure", ...traits],
    infer(operands, attributes) {
      const problem = checkOperands(name, { frames, quantizedForm }, operands);
      if (problem) return problem;
      // The check above is what makes every operand a tensor.
      const types = operands as Slots<Operands, TensorType>;
      if (!axes || !hasAxisEncoding(operands)) {
        const output = infer(types, attributes, name);
        return isMismatch(output) ? output : { output };
      }
      const placed = new PlacedTypes();
      const place = (type: TensorType): Shaped => ({ value: placed.place(type), shape: type.shape });
      const shapes = mapSlots(operands, place) as Slots<Operands, Shaped>;
      const plain = mapSlots(operands, withoutEncoding) as Slots<Operands, TensorType>;
      const bare = infer(plain, attributes, name);
      if (isMismatch(bare)) return bare;
      const output = place(bare);
      return { output: inferEncoding(axes({ operands: shapes, output }, attributes), output.value, placed) };
    },
    ...(axes && {
      axes({ operands, results, attributes }, { typeOf }) {
        // The bridge from slots of values to slots of shaped values, which have the same names and arities.
        const shapes = shapedSlots(operands, typeOf) as Slots<Operands, Shaped>;
        return axes({ operands: shapes, output: shaped(results.output, typeOf) }, attributes);
      },
    }),
  });
}

type TypeSlots = Readonly<Record<string, Type | readonly Type[] | undefined>>;

/** Slots of tensors, each mapped. */
const mapSlots = (slots: object, map: (type: TensorType) => unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(slots as Readonly<Record<string, TensorType | readonly TensorType[] | undefined>>).map(
      ([name, slot]) => [name, slot === undefined ? undefined : "kind" in slot ? map(slot) : slot.map(map)],
    ),
  );

/** Whether frames and the like are to move with the axes. Runs for every op, so it makes no lists. */
function hasAxisEncoding(operands: object): boolean {
  const slots = operands as TypeSlots;
  for (const slot in slots) {
    const type = slots[slot];
    if (type === undefined) continue;
    const isOf = (each: Type) => each.kind === "tensor" && axisEncodingOf(each.encoding) !== undefined;
    if ("kind" in type ? isOf(type) : type.some(isOf)) return true;
  }
  return false;
}

interface Policy {
  readonly frames: FramePolicy;
  readonly quantizedForm: string | undefined;
}

/** Runs for every op of every module, so the good case makes no lists. */
function checkOperands(
  name: string,
  { frames, quantizedForm }: Policy,
  operands: Readonly<Record<string, unknown>>,
): Mismatch | undefined {
  const slots = operands as TypeSlots;
  let framed = false;
  for (const slot in slots) {
    const type = slots[slot];
    for (const each of type === undefined ? [] : "kind" in type ? [type] : type) {
      if (!isTensor(each))
        return mismatch("operand-type", `${slot} of ${name} must be a tensor`, { blames: slot });
      if (!isDenseElement(each.element)) return refuseComposite(name, quantizedForm, slot, each.element);
      framed ||= each.encoding !== undefined && axisEncodingOf(each.encoding) === undefined;
    }
  }
  return framed ? checkFrames(name, frames, namedTensors(slots)) : undefined;
}

function refuseComposite(
  name: string,
  quantizedForm: string | undefined,
  slot: string,
  element: Type,
): Mismatch {
  return mismatch(
    "operand-type",
    `${slot} of ${name} must hold plain numbers, not ${describeType(element)}`,
    {
      hint: `dequantize it with lowp.dequantize${quantizedForm === undefined ? "" : `, or use ${quantizedForm}`}`,
      blames: slot,
    },
  );
}

const namedTensors = (slots: TypeSlots): readonly (readonly [string, TensorType])[] =>
  Object.entries(slots).flatMap(([slot, type]) =>
    (type === undefined ? [] : [type].flat()).flatMap((each) =>
      isTensor(each) ? [[slot, each] as const] : [],
    ),
  );
