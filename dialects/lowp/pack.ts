import { type CompositeValue, isDense, type RuntimeValue } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { type DialectType, DYNAMIC, type Type } from "../../compiler/ir/types.ts";
import { packBits, packTrits, unpackBits, unpackTrits } from "../../compiler/numeric/packing.ts";
import { elementCount, type Tensor } from "../../compiler/numeric/tensor.ts";
import { packDense, unpackDense } from "./dense.ts";
import { bitsOfElement, describeElement, gridBounds } from "./elements.ts";
import { type Held, type Part, partsOf } from "./parts.ts";
import { byteLengthOf, codeType } from "./storage.ts";
import { problemsInShape } from "./types.ts";
import { componentOf, notSupportedHere } from "./values.ts";

/** The bytes of every component, by the paths and in the order of componentsOf. */
export function packValue(value: CompositeValue): ReadonlyMap<string, Uint8Array> {
  const packed = new Map<string, Uint8Array>();
  packInto(packed, value, "");
  return packed;
}

function packInto(
  packed: Map<string, Uint8Array>,
  { type, shape, components }: CompositeValue,
  prefix: string,
): void {
  for (const { name, held } of partsOf(lowpType(type), shape)) {
    const path = prefix + name;
    const component = componentOf({ type, shape, components }, name);
    if (isDense(component)) packed.set(path, packTensor(component, held));
    else packInto(packed, component, `${path}.`);
  }
}

const lowpType = (type: Type): DialectType =>
  type.kind === "dialect" ? type : unreachable("a composite value has a lowp type");

function packTensor({ data }: Tensor, held: Held): Uint8Array {
  if (held.kind === "value")
    return held.type.kind === "dialect"
      ? unreachable("a dense component has a builtin type")
      : packDense(data, held.type);
  if (!(data instanceof Int32Array)) return unreachable("codes are integers");
  return held.pack === "trits" ? packTrits(data) : packBits(data, bitsOfElement(held.element));
}

/**
 * The value whose components packValue wrote. `read` gives the bytes of a path; bytes of another length, and codes
 * the element does not have, are refused. The sizes of masked values follow from the mask.
 */
export function unpackValue(
  type: DialectType,
  shape: readonly number[],
  read: (path: string) => Uint8Array,
): CompositeValue | Mismatch {
  const [problem] = problemsInShape(type, shape);
  return problem ?? unpackComposite(type, shape, { read, prefix: "" });
}

interface Source {
  readonly read: (path: string) => Uint8Array;
  readonly prefix: string;
}

function unpackComposite(
  type: DialectType,
  shape: readonly number[],
  source: Source,
): CompositeValue | Mismatch {
  const components: Record<string, RuntimeValue> = {};
  for (const part of partsOf(type, shape)) {
    const resolved = { ...part, shape: withKnownCount(part.shape, components) };
    if (resolved.shape.includes(DYNAMIC)) return notSupportedHere("unpacking", type);
    const component = unpackPart(resolved, source);
    if (isMismatch(component)) return component;
    components[part.name] = component;
  }
  return { shape, type, components };
}

/** As many values are stored as the mask before them has ones. */
function withKnownCount(
  shape: readonly number[],
  components: Readonly<Record<string, RuntimeValue>>,
): readonly number[] {
  const mask = components.mask;
  if (!mask || !isDense(mask) || !(mask.data instanceof Int32Array)) return shape;
  return shape.with(
    0,
    mask.data.reduce((ones, bit) => ones + bit, 0),
  );
}

function unpackPart({ name, shape, held }: Part, { read, prefix }: Source): RuntimeValue | Mismatch {
  const path = prefix + name;
  if (held.kind === "codes") return unpackCodes(path, shape, held, read(path));
  if (held.type.kind === "dialect") return unpackComposite(held.type, shape, { read, prefix: `${path}.` });
  const bytes = read(path);
  return lengthProblem(path, bytes, byteLengthOf(held.type, shape)!) ?? unpackDense(bytes, held.type, shape);
}

function unpackCodes(
  path: string,
  shape: readonly number[],
  { element, pack }: Extract<Held, { readonly kind: "codes" }>,
  bytes: Uint8Array,
): RuntimeValue | Mismatch {
  const count = elementCount(shape);
  const bits = bitsOfElement(element);
  const expected = pack === "trits" ? Math.ceil(count / 5) : Math.ceil((count * bits) / 8);
  const problem = lengthProblem(path, bytes, expected);
  if (problem) return problem;
  if (pack === "trits") {
    const trits = unpackTrits(bytes, count);
    return trits
      ? { shape, data: trits }
      : mismatch("trit-byte", `${path} has a byte above 242, which no five trits make`);
  }
  const codes = unpackBits(bytes, bits, count, isSigned(codeType(element)));
  // Other formats have a value for every code.
  if (element.kind !== "integer" && element.kind !== "trit") return { shape, data: codes };
  const [lowest, highest] = gridBounds(element);
  const outside = codes.findIndex((code) => code < lowest || code > highest);
  if (outside === -1) return { shape, data: codes };
  return mismatch(
    "code-range",
    `${path} has code ${codes[outside]} at ${outside}, ${describeElement(element)} holds ${lowest}:${highest}`,
  );
}

const isSigned = (type: Type): boolean => type.kind === "integer" && type.signedness !== "unsigned";

function lengthProblem(path: string, bytes: Uint8Array, expected: number): Mismatch | undefined {
  if (bytes.length === expected) return undefined;
  return mismatch("byte-length", `${path} has ${bytes.length} bytes, expected ${expected}`);
}
