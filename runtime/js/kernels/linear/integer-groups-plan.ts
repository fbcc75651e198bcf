import type { IntegerLinear } from "./integer-code.ts";
import { expandedBlock } from "./integer-layout.ts";

/** Panels of four columns that are multiplied together. */
export const GROUP_PANELS = 4;
/** Columns of a tile, and bytes of the f64 sums of a row. */
export const GROUP_COLUMNS = 4 * GROUP_PANELS;
export const ROW_SUMS_BYTES = 8 * GROUP_COLUMNS;

/** Longest pieces whose expanded codes, of all columns of a tile, stay in a first-level cache. */
const MOST_LENGTH = 512;

/**
 * Whether sums over pieces are scaled so often that it pays to have a column in each lane. Pieces have
 * even lengths, as pairs of elements are multiplied, and a zero point that all weights share is taken off codes in 16
 * bits.
 */
export function takesGroups({ layout, activations }: IntegerLinear): boolean {
  const { columns, format, pieces, zero } = layout;
  return (
    format.kind === "fields" &&
    columns >= GROUP_COLUMNS &&
    pieces.length > 1 &&
    pieces.every(({ length, endsStretch }) => endsStretch && length % 2 === 0 && length <= MOST_LENGTH) &&
    !activations.hasZeros &&
    (format.bits === 16 ? zero === 0 : zero !== "each" && Math.abs(zero) < 2 ** 14)
  );
}

/** Bytes of the activations of two rows, as 16-bit lanes in whole vectors. */
export const pairBytes = ({ layout }: IntegerLinear): number => 32 * Math.ceil(layout.depth / 8);

/** Bytes of the expanded codes of a piece. */
const pieceBytes = ({ layout }: IntegerLinear): number => {
  const block = expandedBlock(layout);
  const longest = layout.pieces.reduce((most, { length }) => Math.max(most, length), 0);
  return Math.ceil(longest / block) * block * 2 * GROUP_COLUMNS;
};

/** Where the parts of the area stand: f64 scales of a piece of the weights, its codes, sums and pairs of rows. */
export const CODES_OFFSET = 8 * GROUP_COLUMNS;
export const sumsPlace = (linear: IntegerLinear): number => CODES_OFFSET + pieceBytes(linear);
export const pairsPlace = (linear: IntegerLinear, rows: number): number =>
  sumsPlace(linear) + rows * ROW_SUMS_BYTES;
export const groupsBytes = (linear: IntegerLinear, rows: number): number =>
  pairsPlace(linear, rows) + (rows / 2) * pairBytes(linear);
