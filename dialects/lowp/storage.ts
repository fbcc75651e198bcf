import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import {
  DYNAMIC,
  floatBits,
  integer,
  type TensorType,
  type Type,
  tensorType,
} from "../../compiler/ir/types.ts";
import { elementCount } from "../../compiler/numeric/tensor.ts";
import { bitsOfElement, type ElementFormat } from "./elements.ts";
import { packedByteLength, packLayout } from "./pack-layout.ts";
import { type Part, partsOf } from "./parts.ts";
import { isValueType } from "./value-type.ts";

/** One stored tensor of a value; the bytes of all components are the bytes of the value. */
export interface Component {
  /** `value` for a dense one, else where it is: `codes`, `scale`, `scale.codes`, `0.zero`, `values`, … */
  readonly path: string;
  /** Numbers it holds, by axis; DYNAMIC where the data decide. */
  readonly shape: readonly number[];
  /** Bits per number; 1.6 for trits packed five to a byte. */
  readonly elementBits: number;
  /** The builtin tensor the bytes are; of bytes for packed trits and planes, of unsigned codes for custom elements. */
  readonly type: TensorType;
  /** Undefined where the size depends on the data or on an unknown extent. */
  readonly byteLength: number | undefined;
}

/** The stored tensors of a value type at a shape, in storage order. */
export function componentsOf(type: Type, shape: readonly number[]): readonly Component[] {
  if (!isValueType(type)) return unreachable(`${type.kind} is a value type`);
  if (type.kind !== "dialect") {
    const bits = type.kind === "float" ? floatBits[type.name] : type.width;
    return [component("value", shape, { bits, type })];
  }
  return partsOf(type, shape).flatMap(componentsOfPart);
}

/** Bytes of a value, all components together; undefined where they depend on the data. */
export function byteLengthOf(type: Type, shape: readonly number[]): number | undefined {
  let total = 0;
  for (const { byteLength } of componentsOf(type, shape)) {
    if (byteLength === undefined) return undefined;
    total += byteLength;
  }
  return total;
}

/** Stored bits per element of the value: 8 · bytes / elements, with scales, indices and padding. */
export function bitsPerElement(type: Type, shape: readonly number[]): number | undefined {
  const bytes = byteLengthOf(type, shape);
  return bytes === undefined || shape.includes(DYNAMIC) ? undefined : (8 * bytes) / elementCount(shape);
}

/** The builtin type codes are stored as. A trit is an i2; custom and bipolar codes are unsigned. */
export function codeType(element: ElementFormat): Type {
  if (element.kind === "integer" || element.kind === "float") return element.type;
  if (element.kind === "trit") return integer(2);
  return integer(bitsOfElement(element), "unsigned");
}

function componentsOfPart({ name, shape, held }: Part): readonly Component[] {
  if (held.kind === "value")
    return componentsOf(held.type, shape).map((inner) => ({
      ...inner,
      path: inner.path === "value" ? name : `${name}.${inner.path}`,
    }));
  const { element, pack } = held;
  if (pack !== "lsb_first") return [packedCodes(name, shape, element, pack)];
  return [component(name, shape, { bits: bitsOfElement(element), type: codeType(element) })];
}

function component(path: string, shape: readonly number[], of: { bits: number; type: Type }): Component {
  const byteLength = shape.includes(DYNAMIC) ? undefined : Math.ceil((elementCount(shape) * of.bits) / 8);
  return { path, shape, elementBits: of.bits, type: tensorType(shape, of.type), byteLength };
}

/** Codes that do not follow one another are bytes to everyone else. */
function packedCodes(
  path: string,
  shape: readonly number[],
  element: ElementFormat,
  pack: string,
): Component {
  const byteLength = shape.includes(DYNAMIC)
    ? undefined
    : packedByteLength(elementCount(shape), element, pack);
  const type = tensorType([byteLength ?? DYNAMIC], integer(8, "unsigned"));
  const elementBits = packLayout(pack)?.kind === "trits" ? 8 / 5 : bitsOfElement(element);
  return { path, shape, elementBits, type, byteLength };
}
