import { unreachable } from "../../../../compiler/diagnostics/diagnostic.ts";
import type { HeldFloat } from "../gather.ts";
import type { Extents } from "./quantized-decoder.ts";
import {
  bytesOfNumber,
  type HeldNumbers,
  holdNumbers,
  releaseNumbers,
  tableBytes,
} from "./sparse-numbers.ts";
import type { SparseMatrix } from "./sparse-overlay.ts";
import { GROUP, groupsOf, walkOver } from "./sparse-walk.ts";

/** What of a stream the code of a kernel depends on. */
export interface StreamFormat {
  readonly held: HeldNumbers;
  readonly stepBytes: 1 | 2 | 4;
}

/**
 * The first words of a stream: where its steps, its numbers and its columns begin, and what sums are multiplied by. The
 * table of codes is behind them.
 */
export const HEAD = { steps: 0, numbers: 4, columns: 8, factor: 12, bytes: 16 } as const;
/** Words of a unit, and of the end; see `UnitStart`. */
export const UNIT = { column: 0, group: 4, channel: 8, bytes: 16 } as const;
/** Words of a column: how many numbers it has, and its jump. */
export const COLUMN = { count: 0, jump: 4, bytes: 8 } as const;
/** Bytes from the start of a stream to its units. */
export const unitsAt = (held: HeldNumbers): number => HEAD.bytes + tableBytes(held);

/** A sparse weight [columns, depth] as kernels walk over it. */
export interface PackedStream extends StreamFormat {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A sparse weight that is `factor` times the one whose values are given; `element` represents these. */
export interface FactoredMatrix extends SparseMatrix {
  readonly element: HeldFloat;
  readonly factor: number;
}

/** Packs without loss. */
export function packStream(weight: FactoredMatrix, { columns, depth }: Extents): PackedStream {
  const { starts, places, values, element, factor } = weight;
  if (starts.length !== columns + 1 || starts[columns] !== places.length || places.length !== values.length)
    return unreachable(`${columns} columns of ${places.length} numbers`);
  if (places.some((place) => place < 0 || place >= depth)) return unreachable(`channels are below ${depth}`);
  const { steps, counts, jumps, units } = walkOver(weight, { columns });
  const { held, codes, table } = holdNumbers(values, element);
  const format = { held, stepBytes: bytesOfSteps(steps) };
  const columnsFrom = unitsAt(held) + UNIT.bytes * units.length;
  const stepsFrom = aligned(columnsFrom + COLUMN.bytes * columns);
  const numbersFrom = aligned(stepsFrom + format.stepBytes * steps.length);
  const bytes = new Uint8Array(numbersFrom + bytesOfNumber(held) * steps.length);
  const words = new Int32Array(bytes.buffer, 0, stepsFrom / 4);
  words.set([stepsFrom, numbersFrom, columnsFrom]);
  new Float32Array(bytes.buffer, HEAD.factor, 1 + table.length).set([factor, ...table]);
  for (const [i, { column, group, channel }] of units.entries())
    words.set([column, group, channel], (unitsAt(held) + UNIT.bytes * i) / 4);
  for (const [i, count] of counts.entries())
    words.set([count, jumps[i]!], (columnsFrom + COLUMN.bytes * i) / 4);
  unsignedAt(bytes, format.stepBytes, stepsFrom, steps.length).set(steps);
  const numbers = unsignedAt(bytes, bytesOfNumber(held), numbersFrom, steps.length);
  for (let column = 0, at = 0; column < columns; column++) {
    numbers.set(codes.subarray(starts[column], starts[column + 1]), at);
    at += GROUP * groupsOf(counts[column]!);
  }
  return { ...format, bytes };
}

/** The sparse weight that `packStream` packed. */
export function unpackStream(
  { bytes, held, stepBytes }: PackedStream,
  columns: number,
): Omit<FactoredMatrix, "element"> {
  const words = new Int32Array(bytes.buffer, 0, bytes.length >> 2);
  const [stepsFrom = 0, numbersFrom = 0, columnsFrom = 0] = words;
  const count = (bytes.length - numbersFrom) / bytesOfNumber(held);
  const steps = unsignedAt(bytes, stepBytes, stepsFrom, count);
  const numbers = unsignedAt(bytes, bytesOfNumber(held), numbersFrom, count);
  const starts = new Int32Array(columns + 1);
  const places: number[] = [];
  const codes: number[] = [];
  let channel = words[(unitsAt(held) + UNIT.channel) / 4]!;
  for (let column = 0, at = 0; column < columns; column++) {
    const record = (columnsFrom + COLUMN.bytes * column) / 4;
    for (let i = 0; i < words[record]!; i++) {
      channel += steps[at + i]!;
      places.push(channel);
      codes.push(numbers[at + i]!);
    }
    at += GROUP * groupsOf(words[record]!);
    channel += words[record + 1]!;
    starts[column + 1] = places.length;
  }
  const [factor = 1, ...table] = new Float32Array(bytes.buffer, HEAD.factor, 1 + tableBytes(held) / 4);
  const values = releaseNumbers({ held, codes: Uint32Array.from(codes), table: Float32Array.from(table) });
  return { starts, places: Int32Array.from(places), values, factor };
}

const aligned = (bytes: number): number => Math.ceil(bytes / 16) * 16;

function bytesOfSteps(steps: Int32Array): 1 | 2 | 4 {
  const most = steps.reduce((most, step) => Math.max(most, step), 0);
  return most < 2 ** 8 ? 1 : most < 2 ** 16 ? 2 : 4;
}

function unsignedAt(
  { buffer }: Uint8Array<ArrayBuffer>,
  bytes: 1 | 2 | 4,
  at: number,
  count: number,
): Uint8Array | Uint16Array | Uint32Array {
  if (bytes === 1) return new Uint8Array(buffer, at, count);
  return bytes === 2 ? new Uint16Array(buffer, at, count) : new Uint32Array(buffer, at, count);
}
