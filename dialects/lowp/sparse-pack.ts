import { type CompositeValue, isDense, type RuntimeValue } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import { elementCount, type FloatTensor, type Tensor } from "../../compiler/numeric/tensor.ts";
import { blockAt, blockGrid } from "./block-grid.ts";
import { dequantize } from "./dequantize.ts";
import { tableOf } from "./elements.ts";
import type { SparseKind } from "./sparse-kind.ts";
import { choosePlaces, nonZeros, readPositions, type SparsePlaces } from "./sparse-places.ts";
import { isQuantized, type StoredType, storedType, unpackedType } from "./sparse-stored-type.ts";
import { sparse } from "./types.ts";
import type { ValueType } from "./value-type.ts";
import { componentOf, integersOf } from "./values.ts";

/**
 * A value of floats or codes without the numbers that are zero, as far as the kind leaves them out; the others keep
 * code and scale, so that it stands for the same numbers. Unlike quantizing to the sparse type, which drops what does
 * not fit. Codes: `sparse-pattern-broken`, which names row and group; `sparse-blocks`.
 */
export function packSparse(
  value: RuntimeValue,
  type: ValueType,
  kind: SparseKind,
): CompositeValue | Mismatch {
  const stored = storedType(type, value.shape, kind);
  if (isMismatch(stored)) return stored;
  const numbers = dequantize(value, "f64");
  if (isMismatch(numbers)) return numbers;
  const places = choosePlaces(kind, value.shape, nonZeros(numbers));
  if (isMismatch(places)) return places;
  const values = isDense(value)
    ? gatherTensor(value, places.positions, places.shape, 0)
    : gatherCodes(value, places, stored);
  const components = { ...places.components, values };
  return { shape: value.shape, type: sparse.of({ kind, values: stored.type }), components };
}

/**
 * The value without its pattern: floats, or codes of the type that `packSparse` gives this one for. Where nothing is
 * stored it has the codes of zero, and blocks that were left out those of a block of zeros. Code: `sparse-blocks`.
 */
export function unpackSparse(value: CompositeValue): RuntimeValue | Mismatch {
  const { type, shape } = value;
  if (!sparse.is(type)) return unreachable("asked for a sparse value");
  const { kind, values: inner } = type.parameters;
  const values = componentOf(value, "values");
  const positions = readPositions(kind, shape, (name) => integersOf(value, name).data);
  if (isDense(values)) return scatterTensor(values, positions, shape, 0);
  const whole = unpackedType(inner, kind);
  if (isMismatch(whole)) return whole;
  return scatterCodes(values, positions, shape, whole);
}

/** A tensor of the numbers at the positions, `fill` at padding. */
function gatherTensor(
  { data }: Tensor,
  positions: Int32Array,
  shape: readonly number[],
  fill: number,
): Tensor {
  const gathered = emptyLike(data, positions.length);
  for (const [index, position] of positions.entries())
    gathered[index] = position === -1 ? fill : Number(data[position]);
  return { shape, data: gathered };
}

function scatterTensor(
  { data }: Tensor,
  positions: Int32Array,
  shape: readonly number[],
  fill: number,
): Tensor {
  const scattered = emptyLike(data, elementCount(shape)).fill(fill);
  for (const [index, position] of positions.entries())
    if (position !== -1) scattered[position] = Number(data[index]);
  return { shape, data: scattered };
}

function emptyLike(data: Tensor["data"], length: number): FloatTensor["data"] | Int32Array {
  if (data instanceof Int32Array) return new Int32Array(length);
  if (data instanceof BigInt64Array) return unreachable("components have at most 32 bits");
  return data instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}

/** Parts with a number per block. */
const BLOCK_PARTS = ["scale", "zero", "shift"] as const;

function gatherCodes(
  { components, ...value }: CompositeValue,
  { positions, shape }: SparsePlaces,
  { type, blocks }: StoredType,
): CompositeValue {
  const codes = gatherTensor(
    integersOf({ ...value, components }, "codes"),
    positions,
    shape,
    zeroCode(components),
  );
  if (blocks === "same") return { shape, type, components: { ...components, codes } };
  const parts = Object.fromEntries(
    BLOCK_PARTS.flatMap((name) => {
      const part = components[name];
      if (!part || !isDense(part)) return [];
      return [[name, blocks === "whole" ? { ...part, shape: shape.map(() => 1) } : ofGroups(part)]];
    }),
  );
  return { shape, type, components: { ...parts, codes } };

  function ofGroups(part: Tensor): Tensor {
    const run = elementCount(value.shape) / part.data.length;
    const firsts = positions.filter((_, index) => index % run === 0);
    const places = firsts.map((position) => position / run);
    return gatherTensor(part, places, shape.with(-1, shape.at(-1)! / run), 0);
  }
}

/** The code that fills up tiles, whose values have one zero point at most. */
function zeroCode({ zero }: CompositeValue["components"]): number {
  return zero && isDense(zero) ? Number(zero.data[0]) : 0;
}

/** Numbers of a block in which nothing is stored: a scale of 1, and no offset. */
const BLANK: Readonly<Record<(typeof BLOCK_PARTS)[number], number>> = { scale: 1, zero: 0, shift: 0 };

function scatterCodes(
  { shape: storedShape, components }: CompositeValue,
  positions: Int32Array,
  shape: readonly number[],
  type: ValueType,
): CompositeValue | Mismatch {
  if (!isQuantized(type)) return unreachable("codes have a quantized type");
  const { element, shift } = type.parameters;
  if (tableOf(element) || element.kind === "bipolar" || shift)
    return mismatch("sparse-blocks", "which code stands for zero is not known, so nothing can be unpacked", {
      hint: "use an integer, trit or float element without shift",
    });
  const stored = { shape: storedShape, type, components };
  const grid = blockGrid(shape, type.parameters.block);
  const parts = Object.fromEntries(
    BLOCK_PARTS.flatMap((name) => {
      const part = components[name];
      return part ? [[name, spread(part, name)]] : [];
    }),
  );
  const codes = scatterTensor(integersOf(stored, "codes"), positions, shape, 0);
  const zero = parts.zero && dequantize(parts.zero, "f64");
  if (isMismatch(zero)) return zero;
  if (zero) {
    const isStored = new Uint8Array(codes.data.length);
    for (const position of positions) isStored[position] = 1;
    for (let at = 0; at < isStored.length; at++)
      if (isStored[at] === 0) codes.data[at] = zero.data[blockAt(grid, at)]!;
  }
  return { shape, type, components: { ...parts, codes } };

  function spread(part: RuntimeValue, name: (typeof BLOCK_PARTS)[number]): RuntimeValue {
    if (!isDense(part)) return part;
    if (part.data.length === grid.blocks) return { ...part, shape: grid.scaleShape };
    const firsts = positions.filter((_, index) => index % grid.run === 0);
    const places = firsts.map((position) => position / grid.run);
    return scatterTensor(part, places, grid.scaleShape, BLANK[name]);
  }
}
