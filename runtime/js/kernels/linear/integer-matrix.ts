import { type Expression, i32, type Local, op, product, select, sum } from "../../assembler/expression.ts";
import { load } from "../../assembler/memory.ts";
import {
  activationBytes,
  ceilDivide,
  forPieces,
  type IntegerCode,
  lengthOf,
  pieceOf,
  rowBytes,
  zeroVector,
} from "./integer-code.ts";
import { multiplyAdd, sumsOfLanes } from "./integer-dot.ts";
import { expandPanel } from "./integer-expand.ts";
import { expandPlanes } from "./integer-expand-planes.ts";
import { expandedBlock, headBytes, panelBytes, tableBytes } from "./integer-layout.ts";
import { RECORD_BYTES, recordsBytes, writeRecords } from "./integer-records.ts";
import { addPiece, clearSums, quadScales, writeOutputs } from "./integer-sums.ts";
import { areaOffset, quadBytes, RECORDS_OFFSET, rowsAtOnce } from "./integer-workspace.ts";

const COLUMNS = [0, 1, 2, 3] as const;

/** One of the two rows of a tile: its number, its activations, its records, sums of products of four columns. */
interface TileRow {
  readonly row: Local;
  readonly start: Local;
  readonly record: Local;
  readonly sums: readonly Local[];
}

/**
 * Panels begin ≤ u < end, of any number of rows. For each block of rows each panel is expanded into the workspace, so
 * that the product reads codes that stand one by one, in tiles of two rows by four columns.
 */
export function multiplyMatrix(code: IntegerCode, begin: Local, end: Local): void {
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
    f.for(begin, end, 1, (panel) => {
      const weight = f.let(sum(p.weight, tableBytes(layout), product(panel, panelBytes(layout))));
      if (layout.format.kind === "planes") expandPlanes(code, weight);
      else expandPanel(code, weight, sum(p.workspace, areaOffset(code)));
      for (let quad = 0; quad < layout.panelColumns / 4; quad++) {
        const column = f.let(sum(product(panel, layout.panelColumns), 4 * quad));
        const last = f.let(select(limit, first, op("i32.lt_s", column, layout.columns)));
        f.for(first, last, 2, (row) => {
          const next = f.let(sum(row, 1));
          // An odd last row stands in both places of its tile.
          const rows = [row, select(next, row, op("i32.lt_s", next, limit))];
          for (const [i, each] of tile.entries()) {
            f.set(each.row, rows[i]!);
            f.set(each.start, sum(p.input, product(each.row, rowBytes(code))));
            f.set(each.record, recordOf(code, each.row, first));
          }
          multiplyTile(code, tile, weight, quad);
          for (const [slot, each] of tile.entries()) writeOutputs(code, each.row, column, slot);
        });
      }
    });
  });
}

const recordOf = (code: IntegerCode, row: Local, first: Local): Expression =>
  sum(code.p.workspace, RECORDS_OFFSET, product(op("i32.sub", row, first), recordsBytes(code)));

/** The f64 sums of a tile, from its rows and the expanded panel. */
function multiplyTile(code: IntegerCode, tile: readonly TileRow[], weight: Local, quad: number): void {
  const { f, p, layout } = code;
  const head = f.let(weight);
  const expanded = f.let(sum(p.workspace, areaOffset(code) + quad * quadBytes(code)));
  const codes = f.let(expanded);
  const rows = tile.map(({ start }) => f.let(start));
  // Where pieces are whole blocks, the next one starts where the product of this one ends.
  const block = expandedBlock(layout);
  const isEven = layout.pieces.slice(0, -1).every(({ length }) => length % block === 0);
  const perVector = code.isNarrow ? 16 : 8;
  clearSums(code, tile.length);
  forPieces(code, (entry) => {
    if (!isEven) {
      f.set(codes, expanded);
      for (const [i, { start }] of tile.entries()) f.set(rows[i]!, pieceOf(code, entry, start));
    }
    const steps = ceilDivide(lengthOf(code, entry), perVector);
    const end = f.let(sum(codes, product(steps, 64)));
    for (const { sums } of tile) for (const each of sums) f.set(each, zeroVector);
    f.repeat(() => multiplyStep(code, tile, rows, codes), op("i32.ne", codes, end));
    const scales = quadScales(code, head, quad);
    for (const [slot, { sums, record }] of tile.entries()) {
      addPiece(code, sumsOfLanes(f, sums), { head, record, entry }, { quad, slot, scales });
      f.advance(record, RECORD_BYTES);
    }
    if (!isEven)
      f.advance(expanded, product(ceilDivide(lengthOf(code, entry), block), (block / perVector) * 64));
    const blocks = ceilDivide(lengthOf(code, entry), layout.block);
    f.advance(head, sum(product(blocks, layout.blockBytes), i32(headBytes(layout))));
  });
}

/** Adds products of one vector of each row by one of each column; the addresses go on. */
function multiplyStep(
  code: IntegerCode,
  tile: readonly TileRow[],
  rows: readonly Local[],
  codes: Local,
): void {
  const { f } = code;
  const activations = rows.map((row) => f.let(loadActivations(code, row)));
  for (const column of COLUMNS) {
    const vector = f.let(load("v128.load", codes, 16 * column));
    for (const [i, { sums }] of tile.entries())
      f.set(sums[column]!, multiplyAdd(code, sums[column]!, activations[i]!, vector));
  }
  for (const row of rows) f.advance(row, (code.isNarrow ? 16 : 8) * activationBytes(code));
  f.advance(codes, 64);
}

const loadActivations = ({ activations, isNarrow }: IntegerCode, row: Local): Expression =>
  load(activations.bits === 8 && !isNarrow ? "v128.load8x8_s" : "v128.load", row);
