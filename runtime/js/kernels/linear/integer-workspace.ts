import { arrangedBytes } from "./integer-arrange.ts";
import type { IntegerLinear } from "./integer-code.ts";
import { groupsBytes, takesGroups } from "./integer-groups-plan.ts";
import { expandedBlock, paddedDepth } from "./integer-layout.ts";
import { recordsBytes } from "./integer-records.ts";
import { strassenBytes, strassenRows, takesStrassen } from "./integer-strassen-plan.ts";
import { SUMS_BYTES } from "./integer-sums.ts";

/** The workspace: f64 sums, records of a block of rows, then what the path taken needs. */
export const RECORDS_OFFSET = SUMS_BYTES;

/** Up to how many rows are multiplied one by one: so few do not pay for expanding panels. */
export const FEW_ROWS = 4;

/** Up to how many rows tables of sums are quicker than expanding panels of bit planes. */
export const FEW_ROWS_BY_TABLES = 15;

/** Rows whose records are held at once: even, up to 64, as many as fit 128 KiB but at least `FEW_ROWS`. */
export const rowsAtOnce = (linear: IntegerLinear): number =>
  Math.max(FEW_ROWS, Math.min(64, 2 * Math.floor(65536 / recordsBytes(linear))));

/** Where the workspace has arranged rows, tables of sums or an expanded panel. */
export const areaOffset = (linear: IntegerLinear): number =>
  RECORDS_OFFSET +
  Math.max(rowsAtOnce(linear), takesStrassen(linear) ? strassenRows(linear) : 0) * recordsBytes(linear);

/** Bytes of four columns of a panel whose codes stand one by one, in 16 bits at most. */
export const quadBytes = ({ layout }: IntegerLinear): number =>
  4 * 2 * paddedDepth({ ...layout, block: expandedBlock(layout) });

/** Bytes of the tables of sums of four activations each, of a row. */
const tablesBytes = ({ layout }: IntegerLinear): number => 8 * paddedDepth(layout);

/** Bytes of the workspace of a thread. */
export const workspaceBytes = (linear: IntegerLinear): number => {
  const { format, panelColumns } = linear.layout;
  const fewRowsBytes = format.kind === "planes" ? tablesBytes(linear) : FEW_ROWS * arrangedBytes(linear);
  const manyRowsBytes = takesStrassen(linear)
    ? strassenBytes(linear)
    : takesGroups(linear)
      ? groupsBytes(linear, rowsAtOnce(linear))
      : 0;
  return areaOffset(linear) + Math.max(fewRowsBytes, (panelColumns / 4) * quadBytes(linear), manyRowsBytes);
};
