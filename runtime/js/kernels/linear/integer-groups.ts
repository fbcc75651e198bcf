import { type Expression, i32, type Local, op, product, sum } from "../../assembler/expression.ts";
import { load } from "../../assembler/memory.ts";
import { smaller } from "../lanes.ts";
import {
  activationBytes,
  ceilDivide,
  field,
  forPieces,
  type IntegerCode,
  lengthOf,
  rowBytes,
  zeroVector,
} from "./integer-code.ts";
import { interleave, multiplyAdd } from "./integer-dot.ts";
import { expandVector } from "./integer-expand.ts";
import {
  CODES_OFFSET,
  GROUP_PANELS,
  pairBytes,
  pairsPlace,
  ROW_SUMS_BYTES,
  sumsPlace,
} from "./integer-groups-plan.ts";
import { headBytes, panelBytes, tableBytes } from "./integer-layout.ts";
import { RECORD, RECORD_BYTES, recordsBytes, writeRecords } from "./integer-records.ts";
import { addScaledLanes, quadScales, writeTotals } from "./integer-sums.ts";
import { areaOffset, RECORDS_OFFSET, rowsAtOnce } from "./integer-workspace.ts";

const QUADS = Array.from({ length: GROUP_PANELS }, (_, quad) => quad);
const PAIR = [0, 1] as const;

/**
 * Panels begin ≤ u < end, a multiple of four panels of four columns, where sums are scaled after few elements. Of each
 * four panels piece after piece is expanded so that a vector has two elements of four columns; by two elements of a
 * row, the same in all lanes, that gives sums with a column in each lane, which are scaled as they are. All rows of a
 * block pass for each piece.
 */
export function multiplyGroups(code: IntegerCode, begin: Local, end: Local): void {
  const { f, p, layout } = code;
  const area = f.let(sum(p.workspace, areaOffset(code)));
  const rowsOfBlock = rowsAtOnce(code);
  f.for(0, p.rows, rowsOfBlock, (first) => {
    const limit = f.let(smaller(sum(first, rowsOfBlock), p.rows));
    const count = f.let(op("i32.sub", limit, first));
    const records = f.let(sum(p.workspace, RECORDS_OFFSET));
    f.for(first, limit, 1, (row) => {
      writeRecords(code, row, sum(records, product(op("i32.sub", row, first), recordsBytes(code))));
    });
    writePairs(code, sum(area, pairsPlace(code, rowsOfBlock)), first, limit);
    const sums = f.let(sum(area, sumsPlace(code)));
    f.for(begin, end, GROUP_PANELS, (panel) => {
      const sumsEnd = f.let(sum(sums, product(sum(count, op("i32.and", count, 1)), ROW_SUMS_BYTES)));
      clear(code, sums, sumsEnd);
      const head = f.let(sum(p.weight, tableBytes(layout), product(panel, panelBytes(layout))));
      const record = f.let(records);
      forPieces(code, (entry) => {
        writeScales(code, head, area);
        const blocks = f.let(ceilDivide(lengthOf(code, entry), layout.block));
        expandPiece(code, sum(head, headBytes(layout)), blocks, area);
        const pairs = sum(area, pairsPlace(code, rowsOfBlock), product(field(entry, "start"), 4));
        multiplyPiece(code, { area, pairs, record, sums, sumsEnd, length: lengthOf(code, entry) });
        f.advance(head, sum(product(blocks, layout.blockBytes), headBytes(layout)));
        f.advance(record, RECORD_BYTES);
      });
      const total = f.let(sums);
      f.for(first, limit, 1, (row) => {
        const column = f.let(product(panel, 4));
        f.for(0, GROUP_PANELS, 1, () => {
          const totals = [0, 16].map((offset) => load("v128.load", total, offset));
          writeTotals(code, row, column, totals);
          f.advance(column, 4);
          f.advance(total, 32);
        });
      });
    });
  });
}

/** Writes a block of rows in pairs, as 16-bit lanes: two elements of the one row, the same two of the other, and so on. */
function writePairs(code: IntegerCode, area: Expression, first: Local, limit: Local): void {
  const { f, p, activations } = code;
  const last = f.let(op("i32.sub", limit, 1));
  const to = f.let(area);
  f.for(first, limit, 2, (row) => {
    const rows = PAIR.map((i) => f.let(sum(p.input, product(smaller(sum(row, i), last), rowBytes(code)))));
    const end = f.let(sum(to, pairBytes(code)));
    f.repeat(
      () => {
        const [one, other] = rows.map((from) =>
          f.let(load(activations.bits === 8 ? "v128.load8x8_s" : "v128.load", from)),
        );
        for (const half of PAIR) f.store("v128.store", to, interleave(one!, other!, 4, 8 * half), 16 * half);
        for (const each of rows) f.advance(each, 8 * activationBytes(code));
        f.advance(to, 32);
      },
      op("i32.ne", to, end),
    );
  });
}

/** Sets to +0 what is between two addresses. */
function clear({ f }: IntegerCode, from: Local, to: Local): void {
  const at = f.let(from);
  f.repeat(
    () => {
      f.store("v128.store", at, zeroVector);
      f.advance(at, 16);
    },
    op("i32.ne", at, to),
  );
}

/** Writes the scales of a piece of four panels, of which `head` is that of the first, as f64. */
function writeScales(code: IntegerCode, head: Local, to: Local): void {
  for (const quad of QUADS) {
    const ofQuad = code.f.let(sum(head, quad * panelBytes(code.layout)));
    for (const [half, scales] of quadScales(code, ofQuad, 0).entries())
      code.f.store("v128.store", to, scales, 32 * quad + 16 * half);
  }
}

/** Writes the steps of a piece of four panels: of each two elements a vector of each panel's columns. */
function expandPiece(code: IntegerCode, codes: Expression, blocks: Local, area: Local): void {
  const { f, layout } = code;
  const start = f.let(codes);
  const bytes = f.let(product(blocks, layout.blockBytes));
  f.for(0, GROUP_PANELS, 1, (quad) => {
    const from = f.let(sum(start, product(quad, panelBytes(layout))));
    const end = f.let(sum(from, bytes));
    const to = f.let(sum(area, CODES_OFFSET, product(quad, 16)));
    f.repeat(
      () => {
        const columns = [0, 1, 2, 3].map((column) => expandVector(code, from, 16 * column));
        const vectors = columns[0]!.length;
        for (let vector = 0; vector < vectors; vector++) {
          const [a, b, c, d] = columns.map((expanded) => f.let(withoutZero(code, expanded[vector]!)));
          for (const half of PAIR) {
            const left = f.let(interleave(a!, b!, 4, 8 * half));
            const right = f.let(interleave(c!, d!, 4, 8 * half));
            for (const pair of PAIR)
              f.store(
                "v128.store",
                to,
                interleave(left, right, 8, 8 * pair),
                64 * (4 * vector + 2 * half + pair),
              );
          }
        }
        f.advance(from, layout.blockBytes);
        f.advance(to, 256 * vectors);
      },
      op("i32.ne", from, end),
    );
  });
}

const withoutZero = ({ layout: { zero } }: IntegerCode, codes: Expression): Expression =>
  zero === 0 || zero === "each" ? codes : op("i16x8.sub", codes, op("i16x8.splat", i32(zero)));

interface PiecePass {
  readonly area: Local;
  readonly pairs: Expression;
  readonly record: Local;
  readonly sums: Local;
  readonly sumsEnd: Local;
  readonly length: Expression;
}

/** Adds to the f64 sums of a block of rows, which are an even number, their products with a piece, scaled. */
function multiplyPiece(code: IntegerCode, { area, pairs, record, sums, sumsEnd, length }: PiecePass): void {
  const { f } = code;
  const codesEnd = f.let(sum(area, CODES_OFFSET, product(length, 32)));
  const start = f.let(pairs);
  const ofRow = f.let(record);
  const total = f.let(sums);
  const lanes = PAIR.map(() => QUADS.map(() => f.local("v128")));
  f.repeat(
    () => {
      const x = f.let(start);
      const codes = f.let(sum(area, CODES_OFFSET));
      for (const each of lanes.flat()) f.set(each, zeroVector);
      f.repeat(
        () => {
          const vectors = QUADS.map((quad) => f.let(load("v128.load", codes, 16 * quad)));
          for (const i of PAIR) {
            const two = f.let(load("v128.load32_splat", x, 4 * i));
            for (const quad of QUADS)
              f.set(lanes[i]![quad]!, multiplyAdd(code, lanes[i]![quad]!, two, vectors[quad]!));
          }
          f.advance(x, 8);
          f.advance(codes, 64);
        },
        op("i32.ne", codes, codesEnd),
      );
      for (const i of PAIR) {
        const activation = f.let(load("v128.load64_splat", ofRow, i * recordsBytes(code) + RECORD.scale));
        for (const quad of QUADS)
          addScaledLanes(f, lanes[i]![quad]!, {
            activation,
            scales: [0, 16].map((half) => load("v128.load", area, 32 * quad + half)),
            total,
            offset: i * ROW_SUMS_BYTES + 32 * quad,
          });
      }
      f.advance(start, pairBytes(code));
      f.advance(ofRow, 2 * recordsBytes(code));
      f.advance(total, 2 * ROW_SUMS_BYTES);
    },
    op("i32.ne", total, sumsEnd),
  );
}
