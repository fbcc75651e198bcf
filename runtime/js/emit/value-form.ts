import { type CompositeValue, isDense, type RuntimeValue } from "../../../compiler/define/kernel.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { TensorType, Type } from "../../../compiler/ir/types.ts";
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
  { path, element }: Pick<ValuePart, "path" | "element">,
): HeldTensor {
  const found = path.reduce<RuntimeValue | undefined>(
    (each, name) => (each === undefined || isDense(each) ? undefined : each.components[name]),
    value,
  );
  if (!found || !isDense(found) || found.data instanceof BigInt64Array)
    return unreachable(`${path.join(".")} is a tensor of the value, of at most 32 bits`);
  return { shape: found.shape, data: arrays[element].from(found.data) };
}
