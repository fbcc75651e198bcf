import { type CompositeValue, isDense, type RuntimeValue } from "../../../compiler/define/kernel.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { TensorType, Type } from "../../../compiler/ir/types.ts";
import { packBits, unpackBits } from "../../../compiler/numeric/packing.ts";
import type { Tensor } from "../../../compiler/numeric/tensor.ts";
import { arrays, type Tensor as HeldTensor } from "../artifact/inputs.ts";
import type { Element, Extent, PortExtent } from "../artifact/program.ts";
import type { LoweringContext } from "./lowering.ts";
import type { CodedValue, DenseValue } from "./values.ts";

/** One of the tensors that a value stands in memory as. */
export interface ValuePart {
  /** What it is among the parts of a `CodedValue`. */
  readonly name: string;
  /** Where it is among the components of the value. */
  readonly path: readonly string[];
  readonly element: Element;
  /** Where elements hold several numbers of so many bits each, not negative, the first in the lowest bits. */
  readonly packed?: number | undefined;
  /** Between which bounds its integers are. */
  readonly range?: readonly [least: number, most: number] | undefined;
  /** Its extents, given those of the value. */
  shape(of: readonly Extent[]): readonly PortExtent<Extent>[];
  /** At least as many elements as it has. */
  room(of: readonly Extent[]): Extent;
}

/**
 * How values of a dialect's type are held, so that they can come in and go out. Functions that can fail throw a
 * `Refusal`, where there is no kernel for the type.
 */
export interface ValueForm {
  accepts(element: Type): boolean;
  parts(type: TensorType): readonly ValuePart[];
  /** The value that numbers are rounded to. */
  encode(context: LoweringContext, type: TensorType, input: DenseValue): CodedValue;
  /** The numbers that it stands for. */
  decode(context: LoweringContext, type: TensorType, value: CodedValue): DenseValue;
  /** The value whose parts are given, by name. */
  compose(type: TensorType, parts: Readonly<Record<string, Tensor>>): CompositeValue;
}

/** The tensor that a part of a value is, as it is held in memory. */
export function partOf(
  value: CompositeValue,
  { path, element, packed }: Pick<ValuePart, "path" | "element" | "packed">,
): HeldTensor {
  const found = path.reduce<RuntimeValue | undefined>(
    (each, name) => (each === undefined || isDense(each) ? undefined : each.components[name]),
    value,
  );
  if (!found || !isDense(found) || found.data instanceof BigInt64Array)
    return unreachable(`${path.join(".")} is a tensor of the value, of at most 32 bits`);
  const { shape, data } = found;
  if (packed === undefined) return { shape, data: arrays[element].from(data) };
  return {
    shape: shape.with(-1, (shape.at(-1)! * packed) / 8),
    data: packBits(Int32Array.from(data), packed),
  };
}

/** The tensor that stands in memory as a part, with integers as the interpreter holds them. */
export function tensorOf({ shape, data }: HeldTensor, { packed }: Pick<ValuePart, "packed">): Tensor {
  if (packed !== undefined && data instanceof Uint8Array) {
    const count = (data.length * 8) / packed;
    return {
      shape: shape.with(-1, (shape.at(-1)! * 8) / packed),
      data: unpackBits(data, packed, count, false),
    };
  }
  return {
    shape,
    data: data instanceof Float32Array || data instanceof Int32Array ? data : Int32Array.from(data),
  };
}
