import { type Expression, type Local, op, product, sum } from "../../assembler/expression.ts";
import { load } from "../../assembler/memory.ts";
import { smaller } from "../lanes.ts";
import { activationBytes, ceilDivide, type IntegerCode, rowBytes, zeroVector } from "./integer-code.ts";
import { multiplyAdd, sumsOfLanes } from "./integer-dot.ts";
import { expandPanel } from "./integer-expand.ts";
import { panelBytes, tableBytes } from "./integer-layout.ts";
import { recordsBytes, writeRecords } from "./integer-records.ts";
import {
  activationSlotBytes,
  activationsOffset,
  halfDepth,
  halfPairBytes,
  halfPanelBytes,
  productSlotBytes,
  productsOffset,
  SLOTS,
  strassenRows,
} from "./integer-strassen-plan.ts";
import { quadScales, totalsOfPiece, writeTotals } from "./integer-sums.ts";
import { areaOffset, RECORDS_OFFSET } from "./integer-workspace.ts";

const COLUMNS = [0, 1, 2, 3] as const;
const PAIR = [0, 1] as const;

/**
 * Panels begin ≤ u < end, an even number of panels of four columns, by seven products of parts of the matrices instead
 * of eight. (Strassen 1969, in the form of Winograd.) Of each four rows the first two are one part, the last two the
 * other; of the depth, and of each two panels, the first half and the second. Sums of parts are exact in 16 bits, those
 * of products modulo 2^32, as outputs before scales are, so that all bits are those of the plain product.
 */
export function multiplyStrassen(code: IntegerCode, begin: Local, end: Local): void {
  const { f, p, layout } = code;
  const area = areaOffset(code);
  f.for(0, p.rows, strassenRows(code), (first) => {
    const limit = f.let(smaller(sum(first, strassenRows(code)), p.rows));
    const quads = f.let(ceilDivide(op("i32.sub", limit, first), 4));
    f.for(first, limit, 1, (row) => writeRecords(code, row, recordOf(code, row, first)));
    writeActivationSums(code, first, limit);
    f.for(begin, end, 2, (panel) => {
      const heads = PAIR.map((i) =>
        f.let(sum(p.weight, tableBytes(layout), product(sum(panel, i), panelBytes(layout)))),
      );
      for (const [i, head] of heads.entries())
        expandPanel(code, head, sum(p.workspace, area + 2 * i * halfPanelBytes(code)));
      writeWeightSums(code);
      multiplySlots(code, quads);
      writeRows(code, { panel, heads, first, limit });
    });
  });
}

const recordOf = (code: IntegerCode, row: Local, first: Local): Expression =>
  sum(code.p.workspace, RECORDS_OFFSET, product(op("i32.sub", row, first), recordsBytes(code)));

const subtract16 = (left: Expression, right: Expression): Expression => op("i16x8.sub", left, right);

/**
 * Writes, for each four rows of a block, what is multiplied of activations: two rows in turn, vector by vector. With
 * rows and depth halved into x11, x12, x21, x22, the slots are x11, x12, s1 = x21 + x22, x12 − s2, s2 = s1 − x11,
 * x11 − x21, x22. Rows behind the last are copies of it.
 */
function writeActivationSums(code: IntegerCode, first: Local, limit: Local): void {
  const { f, p, activations } = code;
  const bytes = activationBytes(code);
  const loadName = activations.bits === 8 ? "v128.load8x8_s" : "v128.load";
  const to = f.let(sum(p.workspace, areaOffset(code) + activationsOffset(code)));
  const last = f.let(op("i32.sub", limit, 1));
  f.for(first, limit, 4, (row) => {
    const rows = [0, 1, 2, 3].map((i) =>
      f.let(sum(p.input, product(smaller(sum(row, i), last), rowBytes(code)))),
    );
    const end = f.let(sum(to, halfPairBytes(code)));
    f.repeat(
      () => {
        for (const i of PAIR) {
          const [x11, x12, x21, x22] = [rows[i]!, rows[i + 2]!].flatMap((from) =>
            [0, halfDepth(code) * bytes].map((offset) => f.let(load(loadName, from, offset))),
          );
          const s1 = f.let(op("i16x8.add", x21!, x22!));
          const s2 = f.let(subtract16(s1, x11!));
          const slots = [x11!, x12!, s1, subtract16(x12!, s2), s2, subtract16(x11!, x21!), x22!];
          for (const [slot, value] of slots.entries())
            f.store("v128.store", to, value, slot * activationSlotBytes(code) + 16 * i);
        }
        for (const each of rows) f.advance(each, 8 * bytes);
        f.advance(to, 32);
      },
      op("i32.ne", to, end),
    );
  });
}

/**
 * Makes of two expanded panels what is multiplied of weights: with depth and columns halved into w11, w12, w21, w22,
 * the slots are w11, w21, t1 = w12 − w11, w22, t2 = w22 − t1, w22 − w12, t2 − w21. Expanded, w12 stands where t1 will.
 */
function writeWeightSums(code: IntegerCode): void {
  const { f, p } = code;
  const bytes = halfPanelBytes(code);
  const at = f.let(sum(p.workspace, areaOffset(code)));
  const end = f.let(sum(at, bytes));
  f.repeat(
    () => {
      const [w11, w21, w12, w22] = [0, 1, 2, 3].map((slot) => f.let(load("v128.load", at, slot * bytes)));
      const t1 = f.let(subtract16(w12!, w11!));
      const t2 = f.let(subtract16(w22!, t1));
      const sums = [
        [2, t1],
        [4, t2],
        [5, subtract16(w22!, w12!)],
        [6, subtract16(t2, w21!)],
      ] as const;
      for (const [slot, value] of sums) f.store("v128.store", at, value, slot * bytes);
      f.advance(at, 16);
    },
    op("i32.ne", at, end),
  );
}

/** Writes the sums of products of each slot: for each four rows of a block two vectors of four columns. */
function multiplySlots(code: IntegerCode, quads: Local): void {
  const { f, p } = code;
  const area = areaOffset(code);
  const sums = PAIR.map(() => COLUMNS.map(() => f.local("v128")));
  f.for(0, SLOTS, 1, (slot) => {
    const weights = f.let(sum(p.workspace, product(slot, halfPanelBytes(code)), area));
    const weightsEnd = f.let(sum(weights, halfPanelBytes(code)));
    const x = f.let(
      sum(p.workspace, product(slot, activationSlotBytes(code)), area + activationsOffset(code)),
    );
    const to = f.let(sum(p.workspace, product(slot, productSlotBytes(code)), area + productsOffset(code)));
    const end = f.let(sum(to, product(quads, 32)));
    f.repeat(
      () => {
        const w = f.let(weights);
        for (const each of sums.flat()) f.set(each, zeroVector);
        f.repeat(
          () => {
            const rows = PAIR.map((i) => f.let(load("v128.load", x, 16 * i)));
            for (const column of COLUMNS) {
              const codes = f.let(load("v128.load", w, 16 * column));
              for (const i of PAIR)
                f.set(sums[i]![column]!, multiplyAdd(code, sums[i]![column]!, rows[i]!, codes));
            }
            f.advance(x, 32);
            f.advance(w, 64);
          },
          op("i32.ne", w, weightsEnd),
        );
        for (const i of PAIR) f.store("v128.store", to, sumsOfLanes(f, sums[i]!), 16 * i);
        f.advance(to, 32);
      },
      op("i32.ne", to, end),
    );
  });
}

interface Block {
  readonly panel: Local;
  readonly heads: readonly Local[];
  readonly first: Local;
  readonly limit: Local;
}

/** Writes the outputs of two panels from the sums of products of a block of rows. */
function writeRows(code: IntegerCode, { panel, heads, first, limit }: Block): void {
  const { f, p } = code;
  const columns = PAIR.map((i) => f.let(product(sum(panel, i), 4)));
  const scales = heads.map((head) => quadScales(code, head, 0));
  const from = f.let(sum(p.workspace, areaOffset(code) + productsOffset(code)));
  f.for(first, limit, 4, (firstOfFour) => {
    for (const i of PAIR) {
      const [p1, p2, p5, p3, p6, p7, p4] = Array.from({ length: SLOTS }, (_, slot) =>
        load("v128.load", from, slot * productSlotBytes(code) + 16 * i),
      );
      const add = (left: Expression, right: Expression): Local => f.let(op("i32x4.add", left, right));
      const one = f.let(p1!);
      const u2 = add(one, p6!);
      const five = f.let(p5!);
      const u3 = add(u2, p7!);
      const parts = [
        [add(one, p2!), add(add(u2, five), p3!)],
        [f.let(op("i32x4.sub", u3, p4!)), add(u3, five)],
      ];
      for (const [half, ofRow] of parts.entries()) {
        const row = f.let(sum(firstOfFour, 2 * half + i));
        f.if(op("i32.lt_s", row, limit), () => {
          const record = f.let(recordOf(code, row, first));
          for (const [j, products] of ofRow.entries()) {
            const totals = totalsOfPiece(
              code,
              products,
              { head: heads[j]!, record },
              { quad: 0, scales: scales[j]! },
            );
            writeTotals(code, row, columns[j]!, totals);
          }
        });
      }
    }
    f.advance(from, 32);
  });
}
