import { type Expression, type Local, op, product, sum } from "../../assembler/expression.ts";
import { load } from "../../assembler/memory.ts";
import { arrangedBytes, arrangeRow } from "./integer-arrange.ts";
import { ceilDivide, forPieces, type IntegerCode, lengthOf, zeroVector } from "./integer-code.ts";
import { byteField, laneField, multiplyAdd, sumsOfLanes } from "./integer-dot.ts";
import { headBytes, panelBytes, tableBytes } from "./integer-layout.ts";
import { RECORD_BYTES, recordsBytes, writeRecords } from "./integer-records.ts";
import { addPiece, clearSums, quadScales, writeOutputs } from "./integer-sums.ts";
import { areaOffset, RECORDS_OFFSET } from "./integer-workspace.ts";

const COLUMNS = [0, 1, 2, 3] as const;

/**
 * Panels begin ≤ u < end of four columns, of up to `FEW_ROWS` rows: the rows are arranged once, and each panel is
 * multiplied by one after the other, so that only the first reads it from afar.
 */
export function multiplyFewRows(code: IntegerCode): void {
  const { f, p, layout } = code;
  const recordsOf = (row: Local) => sum(p.workspace, RECORDS_OFFSET, product(row, recordsBytes(code)));
  const arrangedOf = (row: Local) => sum(p.workspace, areaOffset(code), product(row, arrangedBytes(code)));
  f.for(0, p.rows, 1, (row) => {
    writeRecords(code, row, recordsOf(row));
    arrangeRow(code, row, arrangedOf(row));
  });
  const sums = COLUMNS.map(() => f.local("v128"));
  f.for(p.begin, p.end, 1, (panel) => {
    const start = f.let(sum(p.weight, tableBytes(layout), product(panel, panelBytes(layout))));
    f.for(0, p.rows, 1, (row) => {
      const [weight, x, record] = [f.let(start), f.let(arrangedOf(row)), f.let(recordsOf(row))] as const;
      multiplyRow(code, sums, { weight, x, record });
      writeOutputs(code, row, f.let(product(panel, 4)), 0);
    });
  });
}

/** The f64 sums of one row and four columns; the addresses go on. */
function multiplyRow(
  code: IntegerCode,
  sums: readonly Local[],
  { weight, x, record }: { readonly weight: Local; readonly x: Local; readonly record: Local },
): void {
  const { f, layout } = code;
  clearSums(code, 1);
  forPieces(code, (entry) => {
    const head = f.let(weight);
    f.advance(weight, headBytes(layout));
    const blocks = ceilDivide(lengthOf(code, entry), layout.block);
    const end = f.let(sum(weight, product(blocks, layout.blockBytes)));
    for (const each of sums) f.set(each, zeroVector);
    f.repeat(
      () => {
        addBlock(code, sums, weight, x);
        f.advance(weight, layout.blockBytes);
        f.advance(x, layout.block * (code.isNarrow ? 1 : 2));
      },
      op("i32.ne", weight, end),
    );
    const quad = { quad: 0, slot: 0, scales: quadScales(code, head, 0) };
    addPiece(code, sumsOfLanes(f, sums), { head, record, entry }, quad);
    f.advance(record, RECORD_BYTES);
  });
}

/** Adds products of a block of four columns. */
function addBlock(code: IntegerCode, sums: readonly Local[], weight: Local, x: Local): void {
  const { f, isNarrow } = code;
  const { bits, isSigned } = code.layout.format;
  const add = (column: number, activations: Local, codes: Expression): void =>
    f.set(sums[column]!, multiplyAdd(code, sums[column]!, activations, codes));
  if (!isNarrow && bits >= 8) {
    for (let part = 0; part < 16 / bits; part++) {
      const activations = f.let(load("v128.load", x, 16 * part));
      const name = bits === 16 ? "v128.load" : isSigned ? "v128.load8x8_s" : "v128.load8x8_u";
      for (const column of COLUMNS) add(column, activations, load(name, weight, 16 * column + 8 * part));
    }
    return;
  }
  const codes = COLUMNS.map((column) => f.let(load("v128.load", weight, 16 * column)));
  const fields = 8 / bits;
  for (let index = 0; index < fields; index++) {
    if (isNarrow) {
      const activations = f.let(load("v128.load", x, 16 * index));
      for (const column of COLUMNS) add(column, activations, byteField(codes[column]!, bits, index));
      continue;
    }
    const even = f.let(load("v128.load", x, 32 * index));
    const odd = f.let(load("v128.load", x, 32 * index + 16));
    for (const column of COLUMNS) {
      add(column, even, laneField(codes[column]!, bits, index));
      add(column, odd, laneField(codes[column]!, bits, index + fields));
    }
  }
}
