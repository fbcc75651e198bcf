import {
  type Expression,
  i32,
  type Local,
  lanes,
  op,
  product,
  shuffle,
  sum,
} from "../../assembler/expression.ts";
import { load } from "../../assembler/memory.ts";
import {
  ceilDivide,
  forPieces,
  type IntegerCode,
  lengthOf,
  pieceOf,
  rowBytes,
  zeroVector,
} from "./integer-code.ts";
import { byteField, interleave } from "./integer-dot.ts";
import { headBytes, panelBytes, tableBytes } from "./integer-layout.ts";
import { RECORD_BYTES, writeRecords } from "./integer-records.ts";
import { addPiece, clearSums, quadScales, writeOutputs } from "./integer-sums.ts";
import { areaOffset, RECORDS_OFFSET } from "./integer-workspace.ts";

const QUADS = [0, 1, 2, 3] as const;

/**
 * Panels begin ≤ u < end of 16 columns of 2-bit codes, of each row in turn. For every four activations there is a
 * table of the 16 sums of some of them; a nibble of a bit plane of the weights says which, for 16 columns at once.
 * (T-MAC, 2024)
 */
export function multiplyByTables(code: IntegerCode): void {
  const { f, p, layout } = code;
  const records = f.let(sum(p.workspace, RECORDS_OFFSET));
  const tables = f.let(sum(p.workspace, areaOffset(code)));
  f.for(0, p.rows, 1, (row) => {
    writeRecords(code, row, records);
    writeTables(code, row, tables);
    const weight = f.let(sum(p.weight, tableBytes(layout), product(p.begin, panelBytes(layout))));
    f.for(p.begin, p.end, 1, (panel) => {
      multiplyPanel(code, weight, { tables, records });
      for (const quad of QUADS) {
        const column = f.let(sum(product(panel, 16), 4 * quad));
        f.if(op("i32.lt_s", column, i32(layout.columns)), () => writeOutputs(code, row, column, quad));
      }
    });
  });
}

/** For each four activations the low bytes of the 16 sums, then their high bytes (16-bit, signed). */
function writeTables(code: IntegerCode, row: Local, to: Expression): void {
  const { f, p } = code;
  const start = f.let(sum(p.input, product(row, rowBytes(code))));
  const table = f.let(to);
  forPieces(code, (entry) => {
    const from = f.let(pieceOf(code, entry, start));
    const end = f.let(sum(table, product(ceilDivide(lengthOf(code, entry), 4), 32)));
    f.repeat(
      () => {
        const splatOf = (i: number): Expression => op("i16x8.splat", load("i32.load8_s", from, i));
        // Of sums 0 to 7, bit i of the number says whether activation i is in it; 8 to 15 have the last one too.
        const [first, second, third] = [0, 1, 2].map((i) =>
          op("v128.and", splatOf(i), lanes(Int16Array.from({ length: 8 }, (_, sum) => -((sum >> i) & 1)))),
        );
        const withoutLast = f.let(op("i16x8.add", op("i16x8.add", first!, second!), third!));
        const withLast = f.let(op("i16x8.add", withoutLast, splatOf(3)));
        f.store("v128.store", table, shuffle(withoutLast, withLast, everySecondByte(0)));
        f.store("v128.store", table, shuffle(withoutLast, withLast, everySecondByte(1)), 16);
        f.advance(from, 4);
        f.advance(table, 32);
      },
      op("i32.ne", table, end),
    );
  });
}

const everySecondByte = (from: number): number[] => Array.from({ length: 16 }, (_, i) => 2 * i + from);

/** The f64 sums of 16 columns; `weight` goes on behind the panel. */
function multiplyPanel(
  code: IntegerCode,
  weight: Local,
  { tables, records }: { readonly tables: Local; readonly records: Local },
): void {
  const { f, layout } = code;
  const table = f.let(tables);
  const record = f.let(records);
  // Sums of the planes of the low and the high bits: of columns 0 to 7, of columns 8 to 15.
  const planes = [0, 1].map(() => [f.local("v128"), f.local("v128")] as const);
  clearSums(code, 4);
  forPieces(code, (entry) => {
    const head = f.let(weight);
    f.advance(weight, headBytes(layout));
    const end = f.let(sum(weight, product(ceilDivide(lengthOf(code, entry), 4), 16)));
    for (const plane of planes) for (const each of plane) f.set(each, zeroVector);
    f.repeat(
      () => {
        lookUp(code, weight, table, planes);
        f.advance(weight, 16);
        f.advance(table, 32);
      },
      op("i32.ne", weight, end),
    );
    for (const quad of QUADS) {
      const extend = quad % 2 === 0 ? "i32x4.extend_low_i16x8_s" : "i32x4.extend_high_i16x8_s";
      const [low, high] = planes.map((plane) => op(extend, plane[quad < 2 ? 0 : 1]));
      const products = f.let(op("i32x4.add", low!, op("i32x4.shl", high!, 1)));
      const scales = quadScales(code, head, quad);
      addPiece(code, products, { head, record, entry }, { quad, slot: quad, scales });
    }
    f.advance(record, RECORD_BYTES);
  });
}

function lookUp(
  { f, isNarrow }: IntegerCode,
  weight: Local,
  table: Local,
  planes: readonly (readonly [Local, Local])[],
): void {
  const codes = f.let(load("v128.load", weight));
  const low = f.let(load("v128.load", table));
  const high = f.let(load("v128.load", table, 16));
  // Nibbles are in range, so that a relaxed swizzle does the same.
  const swizzle = isNarrow ? "i8x16.relaxed_swizzle" : "i8x16.swizzle";
  for (const [index, sums] of planes.entries()) {
    const nibbles = f.let(byteField(codes, 4, index));
    const lowBytes = f.let(op(swizzle, low, nibbles));
    const highBytes = f.let(op(swizzle, high, nibbles));
    for (const [half, each] of sums.entries())
      f.set(each, op("i16x8.add", each, interleave(lowBytes, highBytes, 1, 8 * half)));
  }
}
