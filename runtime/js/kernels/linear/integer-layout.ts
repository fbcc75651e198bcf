import { unreachable } from "../../../../compiler/diagnostics/diagnostic.ts";
import { cutPieces, PIECE_BYTES, type Piece } from "./integer-pieces.ts";

/** A matrix of whole steps and the scales they are multiplied by. */
export interface IntegerMatrix {
  /** [columns, depth] row-major: code − zero, or codes where `zeros` says what is still to be taken off. */
  readonly steps: Int16Array;
  /** Range of `steps`. */
  readonly least: number;
  readonly most: number;
  /** Elements of a row of the matrix that share a scale, at least 1. */
  readonly run: number;
  /** [columns, ceil(depth / run)]. */
  readonly scales: Float64Array;
  /** [columns, ceil(depth / run)]. */
  readonly zeros?: Int32Array;
}

/** What is known of the activations when a kernel is made. */
export interface IntegerActivations {
  readonly bits: 8 | 16;
  /** Largest magnitude of a step (code − zero). */
  readonly most: number;
  /** Elements of a row that share a scale, at least 1. */
  readonly run: number;
  /** Whether codes have zero points. */
  readonly hasZeros: boolean;
}

/**
 * How codes (step − `origin`) stand in memory, in panels of columns.
 * `fields`: vectors of 16 bytes of one column, four columns in turn; byte j of a vector holds the codes of elements j,
 * 16 + j, … of a block of 128 / bits, lowest bits first; 16-bit codes stand one by one.
 * `planes`: vectors of 16 columns, a byte of each; the low nibble has the low bits of the codes of four elements in
 * turn, the high nibble their high bits.
 */
export type CodeFormat =
  | { readonly kind: "fields"; readonly bits: 2 | 4 | 8 | 16; readonly isSigned: boolean }
  | { readonly kind: "planes"; readonly bits: 2; readonly isSigned: false };

/** All about the bytes of a packed matrix but the values. */
export interface IntegerLayout {
  readonly columns: number;
  readonly depth: number;
  readonly format: CodeFormat;
  /** Columns of a panel; the last panel has columns of zeros behind the last column. */
  readonly panelColumns: 4 | 16;
  /** Elements of the depth that are read at once; each piece is padded with codes 0 to a multiple of it. */
  readonly block: number;
  /** Bytes of a block of all columns of a panel. */
  readonly blockBytes: 16 | 64;
  /** What is added to a code to give what `steps` has. */
  readonly origin: number;
  /** Largest code. */
  readonly mostCode: number;
  /** Elements of a column that share a scale and a zero point. */
  readonly run: number;
  /** What is taken off codes to give steps: one for all, or one of each column and run. */
  readonly zero: number | "each";
  /** Scales are f32 where that loses nothing. */
  readonly scaleBytes: 4 | 8;
  /** Whether there are sums of steps of each column and piece, for the zero points of activations. */
  readonly hasSums: boolean;
  readonly pieces: readonly Piece[];
}

/** The layout with the fewest bytes; of equal ones the one with the widest codes, which are quicker to read. */
export function layoutOf(
  { columns, depth }: { readonly columns: number; readonly depth: number },
  weight: IntegerMatrix,
  activations: IntegerActivations,
): IntegerLayout {
  const { zeros } = weight;
  const [leastZero, mostZero] = zeros ? rangeOf(zeros) : [0, 0];
  const isExactInF32 = weight.scales.every((scale) => Object.is(Math.fround(scale), scale));
  const mostStep = Math.max(weight.most - leastZero, mostZero - weight.least, 1);
  const layouts = formatsOf(weight, activations).map((format): IntegerLayout => {
    const isPlanes = format.kind === "planes";
    const origin = format.isSigned ? 0 : weight.least;
    return {
      columns,
      depth,
      format,
      panelColumns: isPlanes ? 16 : 4,
      block: isPlanes ? 4 : 128 / format.bits,
      blockBytes: isPlanes ? 16 : 64,
      origin,
      mostCode: weight.most - origin,
      run: Math.min(weight.run, depth),
      zero: leastZero === mostZero ? leastZero - origin : "each",
      scaleBytes: isExactInF32 ? 4 : 8,
      hasSums: activations.hasZeros,
      pieces: cutPieces({
        depth,
        weightRun: weight.run,
        activationRun: activations.run,
        mostProduct: mostStep * activations.most,
        // 64 sums of four 8-bit activations fit i16.
        mostLength: isPlanes ? 256 : depth,
      }),
    };
  });
  const size = (layout: IntegerLayout): number => panelBytes(layout) / layout.panelColumns;
  return layouts.reduce((best, layout) => (size(layout) < size(best) ? layout : best));
}

/** The formats that hold a range, widest codes first. */
function formatsOf({ least, most }: IntegerMatrix, { bits }: IntegerActivations): CodeFormat[] {
  const range = most - least;
  if (least < -32768 || most > 32767 || range < 0) return unreachable("steps fit 16 bits");
  const formats: CodeFormat[] = [{ kind: "fields", bits: 16, isSigned: true }];
  if (range < 128) formats.push({ kind: "fields", bits: 8, isSigned: false });
  else if (least >= -128 && most < 128) formats.push({ kind: "fields", bits: 8, isSigned: true });
  else if (range < 256) formats.push({ kind: "fields", bits: 8, isSigned: false });
  if (range < 16) formats.push({ kind: "fields", bits: 4, isSigned: false });
  if (range < 4)
    formats.push(
      bits === 8
        ? { kind: "planes", bits: 2, isSigned: false }
        : { kind: "fields", bits: 2, isSigned: false },
    );
  return formats;
}

function rangeOf(values: Int32Array): readonly [least: number, most: number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
}

/** Places within what stands before the codes of a piece: scales, zeros, sums, each of all columns of the panel. */
export const zerosOffset = ({ scaleBytes, panelColumns }: IntegerLayout): number => scaleBytes * panelColumns;
export const sumsOffset = (layout: IntegerLayout): number =>
  zerosOffset(layout) + (layout.zero === "each" ? 4 * layout.panelColumns : 0);
export const headBytes = (layout: IntegerLayout): number =>
  sumsOffset(layout) + (layout.hasSums ? 4 * layout.panelColumns : 0);

/** Bytes of all codes of a piece of a panel. */
export const codeBytes = ({ block, blockBytes }: IntegerLayout, { length }: Piece): number =>
  Math.ceil(length / block) * blockBytes;

/** Elements of all pieces, each padded to whole blocks. */
export const paddedDepth = ({ block, pieces }: IntegerLayout): number =>
  pieces.reduce((total, { length }) => total + Math.ceil(length / block) * block, 0);

/** Elements that an expanded piece is padded to a multiple of: vectors hold 8 of them, or 16. */
export const expandedBlock = ({ block }: IntegerLayout): number => Math.max(8, block);

/** Bytes of a panel: heads and codes of all pieces. */
export const panelBytes = (layout: IntegerLayout): number =>
  layout.pieces.reduce((total, piece) => total + headBytes(layout) + codeBytes(layout, piece), 0);
/** Panels of a matrix, the last of which may be partial. */
export const panelCount = ({ columns, panelColumns }: IntegerLayout): number =>
  Math.ceil(columns / panelColumns);

/** Bytes of the table of pieces, which stands before all panels. */
export const tableBytes = ({ pieces }: IntegerLayout): number => pieces.length * PIECE_BYTES;
