import { type CompositeValue, isDense, type RuntimeValue } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { type DialectType, DYNAMIC, type Type } from "../../compiler/ir/types.ts";
import { elementCount, type Tensor } from "../../compiler/numeric/tensor.ts";
import { packDense, unpackDense } from "./dense.ts";
import { describeElement, gridBounds } from "./elements.ts";
import { packCodes, packedByteLength, unpackCodes } from "./pack-layout.ts";
import { type Held, type Part, partsOf } from "./parts.ts";
import { placeProblem } from "./sparse-place-problems.ts";
import { byteLengthOf, codeType } from "./storage.ts";
import { problemsInShape } from "./types.ts";
import { componentOf, notSupportedHere } from "./values.ts";

/** The bytes of every component, by the paths and in the order of componentsOf. */
export function packValue(value: CompositeValue): ReadonlyMap<string, Uint8Array> {
  const packed = new Map<string, Uint8Array>();
  packInto(packed, value, "");
  return packed;
}

/** Bytes of a value in storage, all components together. */
export const storedBytes = (value: CompositeValue): number =>
  [...packValue(value).values()].reduce((total, { length }) => total + length, 0);

/** Stored bits per element of a value, from the bytes it really has: also where the data decide on them. */
export const storedBits = (value: CompositeValue): number =>
  (8 * storedBytes(value)) / elementCount(value.shape);

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
  return packCodes(data, held.element, held.pack);
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
    const known = part.fillsBytes
      ? [source.read(source.prefix + part.name).length]
      : withKnownCount(part.shape, components);
    const resolved = { ...part, shape: known };
    if (resolved.shape.includes(DYNAMIC)) return notSupportedHere("unpacking", type);
    const component = unpackPart(resolved, source);
    if (isMismatch(component)) return component;
    components[part.name] = component;
    const problem = placeProblem({ type, shape, components }, part.name);
    if (problem) return { ...problem, message: `${source.prefix}${part.name}: ${problem.message}` };
  }
  return { shape, type, components };
}

/** As many values are stored as the offsets before them end with, or as the mask has ones. */
function withKnownCount(
  shape: readonly number[],
  components: Readonly<Record<string, RuntimeValue>>,
): readonly number[] {
  const { mask, offsets } = components;
  if (shape[0] !== DYNAMIC) return shape;
  if (offsets && isDense(offsets)) return shape.with(0, Number(offsets.data.at(-1)));
  if (!mask || !isDense(mask) || !(mask.data instanceof Int32Array)) return shape;
  return shape.with(
    0,
    mask.data.reduce((ones, bit) => ones + bit, 0),
  );
}

function unpackPart({ name, shape, held }: Part, { read, prefix }: Source): RuntimeValue | Mismatch {
  const path = prefix + name;
  if (held.kind === "codes") return unpackElements(path, shape, held, read(path));
  if (held.type.kind === "dialect") return unpackComposite(held.type, shape, { read, prefix: `${path}.` });
  const bytes = read(path);
  return lengthProblem(path, bytes, byteLengthOf(held.type, shape)!) ?? unpackDense(bytes, held.type, shape);
}

function unpackElements(
  path: string,
  shape: readonly number[],
  { element, pack }: Extract<Held, { readonly kind: "codes" }>,
  bytes: Uint8Array,
): RuntimeValue | Mismatch {
  const count = elementCount(shape);
  const problem = lengthProblem(path, bytes, packedByteLength(count, element, pack));
  if (problem) return problem;
  const codes = unpackCodes(bytes, count, { element, text: pack, signed: isSigned(codeType(element)) });
  if (!codes) return mismatch("trit-byte", `${path} has a byte above 242, which no five trits make`);
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
