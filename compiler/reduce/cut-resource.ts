import type { ConstantStore, ResourceOrigin } from "../ir/constants.ts";
import { floatBits, type TensorType, type Type } from "../ir/types.ts";
import { elementCount } from "../numeric/tensor.ts";

/**
 * The first elements along each axis of stored numbers, as bytes of their own. Of elements that share bytes the first
 * bytes remain, whatever elements these are: any codes will do. Undefined where the bytes cannot be read or have no
 * length per element.
 */
export function cutResource(
  key: string,
  origin: ResourceOrigin | undefined,
  from: TensorType,
  to: TensorType,
  constants: ConstantStore,
): ResourceOrigin | undefined {
  const bytes = constants.read(key, origin);
  const bits = bitsOf(from.element);
  if (!bytes.ok || bits === undefined || [...from.shape, ...to.shape].some((size) => size < 0))
    return undefined;
  const length = Math.ceil((elementCount(to.shape) * bits) / 8);
  if (bits % 8 !== 0)
    return length <= bytes.value.length ? constants.add(bytes.value.slice(0, length)) : undefined;
  const width = bits / 8;
  if (bytes.value.length !== elementCount(from.shape) * width) return undefined;
  return constants.add(firstElements(bytes.value, from.shape, to.shape, width));
}

function firstElements(
  bytes: Uint8Array,
  from: readonly number[],
  to: readonly number[],
  width: number,
): Uint8Array {
  const cut = new Uint8Array(elementCount(to) * width);
  let end = 0;
  const copy = (axis: number, start: number): void => {
    if (axis === to.length) {
      cut.set(bytes.subarray(start * width, (start + 1) * width), end);
      end += width;
      return;
    }
    const step = elementCount(from.slice(axis + 1));
    for (let i = 0; i < to[axis]!; i++) copy(axis + 1, start + i * step);
  };
  copy(0, 0);
  return cut;
}

const bitsOf = (element: Type): number | undefined =>
  element.kind === "float" ? floatBits[element.name] : element.kind === "integer" ? element.width : undefined;
