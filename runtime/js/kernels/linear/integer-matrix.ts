import { type Expression, i32, type Local, op, product, select, sum } from "../../assembler/expression.ts";
import { load } from "../../assembler/memory.ts";
import {
  activationBytes,
  ceilDivide,
  field,
  forPieces,
  type IntegerCode,
  pieceOf,
  rowBytes,
  zeroVector,
} from "./integer-code.ts";
import { multiplyAdd, sumsOfLanes } from "./integer-dot.ts";
import { expandPanel } from "./integer-expand.ts";
import { headBytes, panelBytes, tableBytes } from "./integer-layout.ts";
import { RECORD_BYTES, recordsBytes, writeRecords } from "./integer-records.ts";
import { addPiece, clearSums, quadScales, writeOutputs } from "./integer-sums.ts";
import { areaOffset, RECORDS_OFFSET, rowsAtOnce } from "./integer-workspace.ts";

const COLUMNS = [0, 1, 2, 3] as const;

/** One of the two rows of a tile: its number, its activations, its records, sums of products of four columns. */
interface TileRow {
  readonly row: Local;
  readonly start: Local;
  readonly record: Local;
  readonly sums: readonly Local[];
}

/**
 * Panels begin ≤ u < end of four columns, of any number of rows. For each block of rows each panel is expanded into
 * the workspace, so that the product reads codes that stand one by one, in tiles of two rows by four columns.
 */
export function multiplyMatrix(code: IntegerCode): void {
  const { f, p, layout } = code;
  const atOnce = rowsAtOnce(code);
  const tile = [0, 1].map(
    (): TileRow => ({
      row: f.local("i32"),
      start: f.local("i32"),
      record: f.local("i32"),
      sums: COLUMNS.map(() => f.local("v128")),
    }),
  );
  f.for(0, p.rows, atOnce, (first) => {
    const limit = f.let(sum(first, atOnce));
    f.set(limit, select(limit, p.rows, op("i32.lt_s", limit, p.rows)));
    f.for(first, limit, 1, (row) => writeRecords(code, row, recordOf(code, row, first)));
    f.for(p.begin, p.end, 1, (panel) => {
      const weight = f.let(sum(p.weight, tableBytes(layout), product(panel, panelBytes(layout))));
      expandPanel(code, weight);
      f.for(first, limit, 2, (row) => {
        const next = f.let(sum(row, 1));
        // An odd last row stands in both places of its tile.
        const rows = [row, select(next, row, op("i32.lt_s", next, limit))];
        for (const [i, each] of tile.entries()) {
          f.set(each.row, rows[i]!);
          f.set(each.start, sum(p.input, product(each.row, rowBytes(code))));
          f.set(each.record, recordOf(code, each.row, first));
        }
        multiplyTile(code, tile, weight);
        for (const [slot, each] of tile.entries())
          writeOutputs(code, each.row, f.let(product(panel, 4)), slot);
      });
    });
  });
}

const recordOf = (code: IntegerCode, row: Local, first: Local): Expression =>
  sum(code.p.workspace, RECORDS_OFFSET, product(op("i32.sub", row, first), recordsBytes(code)));

/** The f64 sums of a tile, from its rows and the expanded panel. */
function multiplyTile(code: IntegerCode, tile: readonly TileRow[], weight: Local): void {
  const { f, p, layout } = code;
  const head = f.let(weight);
  const expanded = f.let(sum(p.workspace, areaOffset(code)));
  const perVector = code.isNarrow ? 16 : 8;
  clearSums(code, tile.length);
  forPieces(code, (entry) => {
    const codes = f.let(expanded);
    const steps = ceilDivide(field(entry, "length"), perVector);
    const end = f.let(sum(codes, product(steps, 64)));
    const rows = tile.map(({ start }) => f.let(pieceOf(code, entry, start)));
    for (const { sums } of tile) for (const each of sums) f.set(each, zeroVector);
    f.repeat(
      () => {
        const activations = rows.map((row) => f.let(loadActivations(code, row)));
        for (const column of COLUMNS) {
          const vector = f.let(load("v128.load", codes, 16 * column));
          for (const [i, { sums }] of tile.entries())
            f.set(sums[column]!, multiplyAdd(code, sums[column]!, activations[i]!, vector));
        }
        for (const row of rows) f.advance(row, perVector * activationBytes(code));
        f.advance(codes, 64);
      },
      op("i32.ne", codes, end),
    );
    const blocks = f.let(ceilDivide(field(entry, "length"), layout.block));
    f.advance(expanded, product(blocks, (layout.block / perVector) * 64));
    const scales = quadScales(code, head, 0);
    for (const [slot, { sums, record }] of tile.entries()) {
      addPiece(code, sumsOfLanes(f, sums), { head, record, entry }, { quad: 0, slot, scales });
      f.advance(record, RECORD_BYTES);
    }
    f.advance(head, sum(product(blocks, layout.blockBytes), i32(headBytes(layout))));
  });
}

const loadActivations = ({ activations, isNarrow }: IntegerCode, row: Local): Expression =>
  load(activations.bits === 8 && !isNarrow ? "v128.load8x8_s" : "v128.load", row);
