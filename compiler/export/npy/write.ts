import { type Result, unreachable } from "../../diagnostics/diagnostic.ts";
import { elementCount, type Tensor, type TensorData } from "../../numeric/tensor.ts";
import { writeAll, writeAside } from "../write-aside.ts";

/** Writes a numpy array (.npy 1.0, C order); the codes are those of `writeAside`. */
export function writeNpy(path: string, tensor: Tensor): Result<void> {
  const { shape, data } = tensor;
  if (elementCount(shape) !== data.length)
    return unreachable(`${data.length} elements do not fill [${shape}]`);
  const header = encodeHeader(descrOf(data), shape);
  return writeAside(path, (descriptor) => {
    writeAll(descriptor, header);
    writeAll(descriptor, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  });
}

function descrOf(data: TensorData): string {
  if (data instanceof Float32Array) return "<f4";
  if (data instanceof Float64Array) return "<f8";
  return data instanceof Int32Array ? "<i4" : "<i8";
}

const prefixLength = 10;
// numpy pads so that the data begin at a multiple of this (numpy.lib.format, ARRAY_ALIGN).
const alignment = 64;

function encodeHeader(descr: string, shape: readonly number[]): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const total = Math.ceil((prefixLength + dictionary.length + 1) / alignment) * alignment;
  const text = `\u0093NUMPY\u0001\u0000__${dictionary.padEnd(total - prefixLength - 1)}\n`;
  const header = Uint8Array.from(text, (character) => character.charCodeAt(0));
  new DataView(header.buffer).setUint16(8, total - prefixLength, true);
  return header;
}
