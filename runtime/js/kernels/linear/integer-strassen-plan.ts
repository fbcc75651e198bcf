import type { IntegerLinear } from "./integer-code.ts";
import { paddedDepth } from "./integer-layout.ts";

/** Fewest rows, and panels at a time, that pay for sums of parts of the matrices. */
export const STRASSEN_ROWS = 16;
export const STRASSEN_PANELS = 12;
const STRASSEN_DEPTH = 128;

/** Products of parts of the matrices, and so slots of an area of sums of parts of either. */
export const SLOTS = 7;

/** Rows for which weights are summed once, if sums of that many rows of activations are not more than this; or half. */
const MOST_ROWS = 128;
const MOST_BYTES = 2 ** 20;

/**
 * Whether products can be taken of sums of parts: each output is one sum over the whole depth, and a sum of four codes
 * fits 16 bits on either side (codes of weights have 8 bits at most, signed or not). Where activations have 8 bits,
 * so have bytes behind their rows; where they have 16, there are none that are read.
 */
export function takesStrassen({ layout, activations }: IntegerLinear): boolean {
  const { format, columns, depth, panelColumns, pieces } = layout;
  const isEven = depth === paddedDepth(layout) && !activations.hasZeros;
  return (
    format.kind === "fields" &&
    format.bits <= 8 &&
    pieces.length === 1 &&
    depth >= STRASSEN_DEPTH &&
    columns >= STRASSEN_PANELS * panelColumns &&
    (activations.bits === 8 || (isEven && 4 * activations.most < 2 ** 15))
  );
}

/** Elements of half the depth; blocks of codes of at most 8 bits have a multiple of 16. */
export const halfDepth = ({ layout }: IntegerLinear): number => paddedDepth(layout) / 2;

/** Bytes of 16-bit lanes of a half of the depth of four columns, and of two rows. */
export const halfPanelBytes = (linear: IntegerLinear): number => 8 * halfDepth(linear);
export const halfPairBytes = (linear: IntegerLinear): number => 4 * halfDepth(linear);

/** Rows whose sums are held at once, a multiple of 4. */
export const strassenRows = (linear: IntegerLinear): number =>
  (MOST_ROWS / 4) * SLOTS * halfPairBytes(linear) <= MOST_BYTES ? MOST_ROWS : MOST_ROWS / 2;

/** Bytes of a slot of sums of activations, and of one of sums of products. */
export const activationSlotBytes = (linear: IntegerLinear): number =>
  (strassenRows(linear) / 4) * halfPairBytes(linear);
export const productSlotBytes = (linear: IntegerLinear): number => (strassenRows(linear) / 4) * 32;

/** Where the parts of the area stand: sums of weights, of products, of activations. */
export const productsOffset = (linear: IntegerLinear): number => SLOTS * halfPanelBytes(linear);
export const activationsOffset = (linear: IntegerLinear): number =>
  productsOffset(linear) + SLOTS * productSlotBytes(linear);
export const strassenBytes = (linear: IntegerLinear): number =>
  activationsOffset(linear) + SLOTS * activationSlotBytes(linear);
