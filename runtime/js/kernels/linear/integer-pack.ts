import {
  codeBytes,
  headBytes,
  type IntegerLayout,
  type IntegerMatrix,
  panelBytes,
  panelCount,
  sumsOffset,
  tableBytes,
  zerosOffset,
} from "./integer-layout.ts";
import { type Piece, pieceTable } from "./integer-pieces.ts";

/** Where the head of a piece of a panel starts among the bytes; its codes follow it. */
interface Place {
  readonly panel: number;
  readonly piece: Piece;
  readonly head: number;
}

/** The bytes of a matrix in a layout: the table of pieces, then the panels; of each the pieces in turn, head and codes. */
export function packIntegers(layout: IntegerLayout, matrix: IntegerMatrix): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(tableBytes(layout) + panelCount(layout) * panelBytes(layout));
  bytes.set(new Uint8Array(pieceTable(layout.pieces).buffer));
  const view = new DataView(bytes.buffer);
  for (const place of places(layout))
    for (let lane = 0; lane < layout.panelColumns; lane++) {
      if (place.panel * layout.panelColumns + lane >= layout.columns) break;
      packHead(layout, matrix, view, place, lane);
      packCodes(layout, matrix, bytes, place, lane);
    }
  return bytes;
}

function* places(layout: IntegerLayout): Generator<Place> {
  let head = tableBytes(layout);
  for (let panel = 0; panel < panelCount(layout); panel++)
    for (const piece of layout.pieces) {
      yield { panel, piece, head };
      head += headBytes(layout) + codeBytes(layout, piece);
    }
}

function packHead(
  layout: IntegerLayout,
  { scales, steps, zeros }: IntegerMatrix,
  view: DataView,
  { panel, piece, head }: Place,
  lane: number,
): void {
  const column = panel * layout.panelColumns + lane;
  const run = column * (scales.length / layout.columns) + piece.weightRun;
  if (layout.scaleBytes === 4) view.setFloat32(head + 4 * lane, scales[run]!, true);
  else view.setFloat64(head + 8 * lane, scales[run]!, true);
  if (layout.zero === "each")
    view.setInt32(head + zerosOffset(layout) + 4 * lane, zeros![run]! - layout.origin, true);
  if (!layout.hasSums) return;
  const first = column * layout.depth + piece.start;
  const sum = steps.subarray(first, first + piece.length).reduce((total, step) => total + step, 0);
  view.setInt32(head + sumsOffset(layout) + 4 * lane, sum - piece.length * (zeros?.[run] ?? 0), true);
}

/** Puts the codes of one column of a piece; this is done for every element of a model, so it computes little. */
function packCodes(
  layout: IntegerLayout,
  { steps }: IntegerMatrix,
  bytes: Uint8Array,
  { panel, piece, head }: Place,
  lane: number,
): void {
  const { format, origin } = layout;
  const first = (panel * layout.panelColumns + lane) * layout.depth + piece.start;
  const start = head + headBytes(layout) + byteOf(layout, 0, lane);
  if (format.kind === "planes") {
    for (let i = 0; i < piece.length; i++) {
      const code = steps[first + i]! - origin;
      bytes[start + (i >> 2) * 16]! |= ((code & 1) | ((code & 2) << 3)) << (i & 3);
    }
    return;
  }
  if (format.bits === 16) {
    const codes = new Int16Array(bytes.buffer, start);
    for (let i = 0; i < piece.length; i++) codes[(i >> 3) * 32 + (i & 7)] = steps[first + i]!;
    return;
  }
  const blockShift = Math.log2(layout.block);
  for (let i = 0; i < piece.length; i++) {
    const inBlock = i & (layout.block - 1);
    const at = start + (i >> blockShift) * 64 + (inBlock & 15);
    bytes[at]! |= (steps[first + i]! - origin) << (format.bits * (inBlock >> 4));
  }
}

/** Which byte of the codes of a piece has element i of a column. */
function byteOf({ block, blockBytes, format }: IntegerLayout, i: number, lane: number): number {
  const start = Math.floor(i / block) * blockBytes;
  if (format.kind === "planes") return start + lane;
  return start + 16 * lane + (format.bits === 16 ? 2 * (i & 7) : i & 15);
}

const fieldShift = ({ block, format }: IntegerLayout, i: number): number =>
  format.bits * (Math.floor(i / 16) % (block / 16));

/** What `packIntegers` packed: steps [columns, depth] as they were given. */
export function unpackIntegers(layout: IntegerLayout, bytes: Uint8Array): Int16Array {
  const steps = new Int16Array(layout.columns * layout.depth);
  for (const { panel, piece, head } of places(layout))
    for (let lane = 0; lane < layout.panelColumns; lane++) {
      const column = panel * layout.panelColumns + lane;
      if (column >= layout.columns) break;
      for (let i = 0; i < piece.length; i++)
        steps[column * layout.depth + piece.start + i] =
          layout.origin + codeAt(layout, bytes, head + headBytes(layout) + byteOf(layout, i, lane), i);
    }
  return steps;
}

function codeAt(layout: IntegerLayout, bytes: Uint8Array, at: number, i: number): number {
  const { bits, isSigned, kind } = layout.format;
  const byte = bytes[at]!;
  if (kind === "planes") return ((byte >> (i & 3)) & 1) | ((byte >> (3 + (i & 3))) & 2);
  if (bits === 16) return ((byte | (bytes[at + 1]! << 8)) << 16) >> 16;
  if (isSigned) return (byte << 24) >> 24;
  return (byte >> fieldShift(layout, i)) & (2 ** bits - 1);
}
