import { type Result, unreachable } from "../../diagnostics/diagnostic.ts";
import { byteLengthOf, type SafetensorsDtype } from "../../import/safetensors/dtype.ts";
import { writeAll, writeAside } from "../write-aside.ts";

/** One tensor of a file to be; its bytes are asked for only when it is its turn. */
export interface TensorToWrite {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Little-endian, row-major, exactly dtype times shape long. Called once, and one tensor after another. */
  bytes(): Uint8Array;
}

/**
 * Writes a .safetensors file with header and data sorted by name, so that equal content gives equal bytes.
 * The codes are those of `writeAside`.
 */
export function writeSafetensors(
  path: string,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> = {},
): Result<void> {
  const ordered = tensors.toSorted((left, right) => compare(left.name, right.name));
  const header = encodeHeader(ordered, metadata);
  return writeAside(path, (descriptor) => {
    writeAll(descriptor, header);
    for (const tensor of ordered) writeAll(descriptor, checkedBytes(tensor));
  });
}

// By code units: the order must not depend on the user's language, as localeCompare does.
const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

function encodeHeader(
  ordered: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const fields = [...metadataField(metadata), ...tensorFields(ordered)];
  const json = new TextEncoder().encode(`{${fields.join(",")}}`);
  const length = Math.ceil(json.length / 8) * 8;
  const header = new Uint8Array(8 + length).fill(" ".charCodeAt(0));
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, 8);
  return header;
}

function metadataField(metadata: Readonly<Record<string, string>>): string[] {
  const pairs = Object.entries(metadata).toSorted(([left], [right]) => compare(left, right));
  if (pairs.length === 0) return [];
  const fields = pairs.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return [`"__metadata__":{${fields.join(",")}}`];
}

function tensorFields(ordered: readonly TensorToWrite[]): string[] {
  const fields: string[] = [];
  let begin = 0;
  for (const [index, { name, dtype, shape }] of ordered.entries()) {
    if (name === "__metadata__") return unreachable("__metadata__ is not a name for a tensor");
    if (ordered[index - 1]?.name === name) return unreachable(`two tensors to write are named ${name}`);
    const end = begin + byteLengthOf(dtype, shape);
    if (!Number.isSafeInteger(end))
      return unreachable(`${name}: ${dtype}[${shape}] does not fill whole bytes`);
    // As text: an object would move names that look like integers to the front.
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`);
    begin = end;
  }
  return fields;
}

function checkedBytes(tensor: TensorToWrite): Uint8Array {
  const bytes = tensor.bytes();
  const expected = byteLengthOf(tensor.dtype, tensor.shape);
  if (bytes.length === expected) return bytes;
  return unreachable(`${tensor.name}: bytes() gave ${bytes.length} bytes, its shape takes ${expected}`);
}
